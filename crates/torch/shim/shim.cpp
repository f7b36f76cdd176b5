// All of the shim as one translation unit: libtorch's headers, read once, are most of its time.

#include "adamw.cpp"
#include "flops.cpp"
#include "gradients.cpp"
#include "memory.cpp"
#include "runtime.cpp"
#include "sgd.cpp"

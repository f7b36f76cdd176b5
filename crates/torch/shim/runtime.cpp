// The state of libtorch's random generators, autocast, and whether CUDA is there.

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <dlfcn.h>

#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <typeinfo>

#include "guard.h"

using midfuse::guarded;
using midfuse::Handle;

namespace {

// device < 0: the CPU; otherwise the index of a CUDA device.
at::Generator generator(int64_t device) {
  if (device < 0) return at::detail::getDefaultCPUGenerator();
  const auto index = static_cast<c10::DeviceIndex>(device);
  return at::globalContext().defaultGenerator(at::Device(at::kCUDA, index));
}

}  // namespace

extern "C" {

void midfuse_free_message(char* text) {
  if (std::strcmp(text, "out of memory") != 0) std::free(text);
}

char* midfuse_seed(uint64_t seed) {
  return guarded([&] {
    at::manual_seed(seed);
  });
}

char* midfuse_rng_state(int64_t device, Handle* state) {
  return guarded([&] {
    at::Generator gen = generator(device);
    std::lock_guard<std::mutex> lock(gen.mutex());
    *state = new at::Tensor(gen.get_state());
  });
}

char* midfuse_set_rng_state(int64_t device, Handle state) {
  return guarded([&] {
    at::Generator gen = generator(device);
    std::lock_guard<std::mutex> lock(gen.mutex());
    gen.set_state(*state);
  });
}

// Switches autocast and returns what was set before.
char* midfuse_autocast_begin(bool cuda, bool enabled, int32_t dtype, bool* was_enabled,
                             int32_t* had_dtype) {
  return guarded([&] {
    const auto device = cuda ? at::kCUDA : at::kCPU;
    *was_enabled = at::autocast::is_autocast_enabled(device);
    *had_dtype = static_cast<int32_t>(at::autocast::get_autocast_dtype(device));
    at::autocast::set_autocast_dtype(device, static_cast<at::ScalarType>(dtype));
    at::autocast::set_autocast_enabled(device, enabled);
    at::autocast::increment_nesting();
  });
}

char* midfuse_autocast_end(bool cuda, bool was_enabled, int32_t had_dtype) {
  return guarded([&] {
    const auto device = cuda ? at::kCUDA : at::kCPU;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device, was_enabled);
    at::autocast::set_autocast_dtype(device, static_cast<at::ScalarType>(had_dtype));
  });
}

// Opens a library for the whole process; its handle is dropped on purpose, it stays open.
char* midfuse_open_library(const char* path) {
  return guarded([&] {
    if (dlopen(path, RTLD_NOW | RTLD_GLOBAL) != nullptr) return;
    const char* reason = dlerror();
    throw std::runtime_error(reason != nullptr ? reason : "the dynamic linker gives no reason");
  });
}

// loaded: libtorch_cuda has registered itself; devices: how many it can use (0 without a driver).
char* midfuse_cuda(bool* loaded, int64_t* devices) {
  return guarded([&] {
    const auto& hooks = at::detail::getCUDAHooks();
    *loaded = typeid(hooks) != typeid(at::CUDAHooksInterface);
    *devices = *loaded ? hooks.deviceCount() : 0;
  });
}
}

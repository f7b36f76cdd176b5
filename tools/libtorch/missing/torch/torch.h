// Found only where libtorch's own header is not: the compiler searches CPATH last, and
// .cargo/config.toml sets CPATH to this folder.
#error libtorch is not set up: run `cargo xtask setup`, or set LIBTORCH to the folder of a libtorch 2.11, or LIBTORCH_USE_PYTORCH=1
#include <libtorch is not set up, run "cargo xtask setup">

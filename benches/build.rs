//! Writes the folder of libtorch into the peer program, which is started without cargo.
#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on its standard output"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Ok(lib) = std::env::var("DEP_MIDFUSE_LIBTORCH_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{lib}");
    }
}

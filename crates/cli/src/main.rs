//! The `midfuse` program.

fn main() -> std::process::ExitCode {
    midfuse_cli::run(std::env::args_os())
}

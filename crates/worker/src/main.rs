//! The worker program that `midfuse study` starts.

fn main() -> std::process::ExitCode {
    midfuse_worker::Worker::new().run()
}

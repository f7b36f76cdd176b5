//! A worker that knows one fusion more: [`midfuse_examples::GatedSum`], under the name `gated-sum`.
//!
//! `midfuse study examples/studies/own-fusion.toml --worker target/release/own_fusion_worker`
//! compares it with the built-in strategies on the same rows, splits and budget.

use midfuse_examples::GatedSumConfig;
use midfuse_worker::Worker;

fn main() -> std::process::ExitCode {
    let config = GatedSumConfig {
        d_in: Vec::new(),
        d_out: 64,
    };
    Worker::new().fusion("gated-sum", config).run()
}

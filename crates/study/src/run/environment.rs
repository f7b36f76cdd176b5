//! With what a study is answered.

use sha2::{Digest, Sha256};

use crate::pool::{Hello, WorkerCommand};
use crate::{Error, Result};
use midfuse_base::hex;
use midfuse_report::results::Environment;

/// The lock file that this program was built from.
const LOCK: &[u8] = include_bytes!("../../../../Cargo.lock");

/// Versions and processor, for the record.
pub(crate) fn environment(hello: &Hello) -> Environment {
    Environment {
        midfuse: env!("CARGO_PKG_VERSION").to_owned(),
        worker: hello.version.clone(),
        libtorch: hello.libtorch.clone(),
        cpu: cpu(),
        platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        lock_sha256: hex(&Sha256::digest(LOCK)),
    }
}

/// What decides results beside the jobs themselves, which name their data: worker program, libtorch,
/// processor.
///
/// # Errors
/// [`Error::Io`] if the worker program cannot be read.
pub(crate) fn store_context(hello: &Hello, command: &WorkerCommand) -> Result<String> {
    let program = std::fs::read(&command.program).map_err(Error::io(&command.program))?;
    Ok(format!(
        "{}\n{}\n{}\n{}\n",
        hex(&Sha256::digest(program)),
        hello.version,
        hello.libtorch,
        cpu()
    ))
}

/// Name of the processor; sums may differ from one to the next.
fn cpu() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    info.lines()
        .find(|line| line.starts_with("model name"))
        .and_then(|line| line.split(':').nth(1))
        .map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}

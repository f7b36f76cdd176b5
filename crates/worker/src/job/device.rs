//! Where a job runs.

use midfuse_torch::{cuda, threads};
use tch::Device;

use crate::{Error, Result};

/// `"cpu"`, `"cuda"` or `"cuda:1"`, if it is there.
pub(crate) fn parse_device(name: &str) -> Result<Device> {
    if name == "cpu" {
        return Ok(Device::Cpu);
    }
    let index = match name.strip_prefix("cuda") {
        Some("") => Some(0),
        Some(rest) => rest
            .strip_prefix(':')
            .and_then(|index| index.parse::<usize>().ok()),
        None => None,
    };
    let refuse = |got: &str| Error::request("device", "`cpu`, or `cuda:0` and so on", got);
    let index = index.ok_or_else(|| refuse(name))?;
    let there = cuda::device_count();
    if (index as i64) < there {
        return Ok(Device::Cuda(index));
    }
    Err(refuse(&format!(
        "{name}, and libtorch sees {there} CUDA devices here"
    )))
}

/// Sets the number of intra-op threads of this process.
pub(crate) fn limit_threads(n: usize) -> Result<()> {
    Ok(threads::set_intra_op(n)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices() {
        assert_eq!(parse_device("cpu").unwrap(), Device::Cpu);
        for bad in ["gpu", "cuda:x", "cuda:99", "cuda99", ""] {
            let message = parse_device(bad).unwrap_err().line();
            assert!(message.starts_with("device: expected `cpu`"), "{message}");
        }
    }
}

//! The state of libtorch's random generators.
//!
//! libtorch has one generator per device and process: initial weights and dropout draw from it.
//! [`seed`] sets all of them; [`state`] and [`set_state`] let a run go on exactly where it was.
//! Threads of one process share the generators, so runs that must be repeatable go one at a time.

use midfuse_base::Seed;
use tch::{Device, Kind, Tensor};

use crate::{Error, Result, cuda, ffi};

/// Seeds the generators of the CPU and of every CUDA device.
///
/// # Errors
/// [`Error::Libtorch`] if a CUDA generator cannot be set.
///
/// ```
/// use midfuse_base::Seed;
/// use midfuse_torch::rng;
/// # use tch::{Device, Kind, Tensor};
///
/// rng::seed(Seed(7))?;
/// let before = rng::state()?;
/// let first = Tensor::rand([4], (Kind::Float, Device::Cpu));
/// rng::set_state(&before)?;
/// assert_eq!(first, Tensor::rand([4], (Kind::Float, Device::Cpu)));
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
pub fn seed(seed: Seed) -> Result<()> {
    ffi::seed(seed.0)
}

/// The state of every generator, as libtorch writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// State of the CPU's generator (5056 bytes in libtorch 2.11).
    pub cpu: Vec<u8>,
    /// State of each CUDA device's generator, in the order of the devices.
    pub cuda: Vec<Vec<u8>>,
}

/// Reads the state of the generators.
///
/// # Errors
/// [`Error::Libtorch`] if a generator cannot be read.
pub fn state() -> Result<State> {
    let devices = 0..cuda::device_count();
    Ok(State {
        cpu: bytes(&ffi::rng_state(CPU)?)?,
        cuda: devices
            .map(|device| bytes(&ffi::rng_state(device)?))
            .collect::<Result<_>>()?,
    })
}

/// Sets the state of the generators.
///
/// # Errors
/// [`Error::Argument`] if the state was read on a machine with more CUDA devices,
/// [`Error::Libtorch`] if the bytes are not a state.
pub fn set_state(state: &State) -> Result<()> {
    let devices = cuda::device_count();
    if state.cuda.len() > devices as usize {
        return Err(Error::Argument {
            what: "state of the random generators",
            expected: "at most as many CUDA devices as here",
            got: format!("{} instead of {devices}", state.cuda.len()),
        });
    }
    ffi::set_rng_state(CPU, &tensor(&state.cpu)?)?;
    for (device, bytes) in (0..).zip(&state.cuda) {
        ffi::set_rng_state(device, &tensor(bytes)?)?;
    }
    Ok(())
}

const CPU: i64 = -1;
const WHAT: &str = "state of the random generators";

fn tensor(bytes: &[u8]) -> Result<Tensor> {
    Tensor::f_from_slice(bytes).map_err(|error| Error::Libtorch {
        what: WHAT,
        message: error.to_string(),
    })
}

fn bytes(state: &Tensor) -> Result<Vec<u8>> {
    let state = state
        .to_device(Device::Cpu)
        .to_kind(Kind::Uint8)
        .contiguous();
    Vec::try_from(&state).map_err(|error: tch::TchError| Error::Libtorch {
        what: WHAT,
        message: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_state_are_refused() {
        let mut bad = state().unwrap();
        bad.cpu.truncate(100);
        let error = set_state(&bad).unwrap_err();
        assert!(matches!(error, Error::Libtorch { .. }), "{error}");
    }

    #[test]
    fn a_state_of_more_devices_is_refused() {
        let mut other = state().unwrap();
        other.cuda.push(vec![0; 16]);
        assert!(matches!(set_state(&other), Err(Error::Argument { .. })));
    }
}

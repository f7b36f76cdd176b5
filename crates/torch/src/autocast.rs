//! Mixed precision.

use tch::{Device, Kind};

use crate::{Error, Result, ffi};

/// Runs `body` with autocast to `dtype` on this device type: matrix products, convolutions and
/// attention compute in `dtype`, sums and losses in f32.
///
/// Parameters stay f32; gradients come out in f32. The setting belongs to this thread and is put
/// back when `body` ends, also by a panic. Calls nest.
///
/// # Errors
/// [`Error::Argument`] if the device is neither the CPU nor CUDA, or the dtype neither bf16 nor
/// f16; [`Error::Libtorch`] if libtorch refuses.
///
/// ```
/// use tch::{Device, Kind, Tensor};
/// let x = Tensor::ones([2, 2], (Kind::Float, Device::Cpu));
/// let y = midfuse_torch::autocast(Device::Cpu, Kind::BFloat16, || x.matmul(&x))?;
/// assert_eq!(y.kind(), Kind::BFloat16);
/// assert_eq!(x.matmul(&x).kind(), Kind::Float);
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
pub fn autocast<T>(device: Device, dtype: Kind, body: impl FnOnce() -> T) -> Result<T> {
    let refuse = |expected, got| Error::Argument {
        what: "autocast",
        expected,
        got,
    };
    let cuda = match device {
        Device::Cpu => false,
        Device::Cuda(_) => true,
        other => return Err(refuse("the CPU or a CUDA device", format!("{other:?}"))),
    };
    let code = match dtype {
        Kind::Half => 5,
        Kind::BFloat16 => 15,
        other => return Err(refuse("BFloat16 or Half", format!("{other:?}"))),
    };
    let guard = Guard {
        cuda,
        before: ffi::autocast_begin(cuda, true, code)?,
    };
    let result = body();
    drop(guard);
    Ok(result)
}

struct Guard {
    cuda: bool,
    before: (bool, i32),
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Setting two thread-local values back cannot fail after setting them could.
        let _unused = ffi::autocast_end(self.cuda, self.before);
    }
}

#[cfg(test)]
mod tests {
    use tch::Tensor;

    use super::*;

    fn product() -> Kind {
        let x = Tensor::ones([2, 2], (Kind::Float, Device::Cpu));
        x.matmul(&x).kind()
    }

    #[test]
    fn nested_calls_put_back_what_was() {
        autocast(Device::Cpu, Kind::BFloat16, || {
            let inner = autocast(Device::Cpu, Kind::Half, product).unwrap();
            assert_eq!(inner, Kind::Half);
            assert_eq!(product(), Kind::BFloat16);
        })
        .unwrap();
        assert_eq!(product(), Kind::Float);
    }

    #[test]
    fn a_panic_puts_it_back() {
        let caught = std::panic::catch_unwind(|| {
            autocast(Device::Cpu, Kind::BFloat16, || panic!("on purpose"))
        });
        assert!(caught.is_err());
        assert_eq!(product(), Kind::Float);
    }

    #[test]
    fn gradients_stay_in_full_precision() {
        let w = Tensor::ones([2, 2], (Kind::Float, Device::Cpu)).set_requires_grad(true);
        let x = Tensor::ones([2, 2], (Kind::Float, Device::Cpu));
        let y = autocast(Device::Cpu, Kind::BFloat16, || x.matmul(&w)).unwrap();
        y.to_kind(Kind::Float).sum(Kind::Float).backward();
        assert_eq!(w.grad().kind(), Kind::Float);
    }

    #[test]
    fn other_dtypes_and_devices_are_refused() {
        assert!(autocast(Device::Cpu, Kind::Int64, || ()).is_err());
        assert!(autocast(Device::Mps, Kind::Half, || ()).is_err());
    }
}

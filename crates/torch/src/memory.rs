//! Memory that tensors take on the CPU: what is allocated and freed while a [`Meter`] runs, to the
//! byte, and a limit beyond which nothing is allocated.
//!
//! What libtorch allocates through its own allocator is counted: tensors, and what operators keep for
//! their backward pass. The scratch space of oneDNN and BLAS is not.

use crate::{Result, ffi};

/// Counts what this thread allocates on the CPU (and the autograd engine on its behalf), from when it
/// begins until it is dropped. Tensors that are made while it runs are freed before it ends, or a
/// later meter counts them wrongly.
///
/// ```
/// use midfuse_torch::memory::Meter;
/// use tch::{Device, Kind, Tensor};
/// let meter = Meter::begin()?;
/// let x = Tensor::zeros([256], (Kind::Float, Device::Cpu));
/// drop(Tensor::zeros([512], (Kind::Float, Device::Cpu)));
/// let usage = meter.read()?;
/// assert_eq!((usage.live, usage.peak), (1024, 3072));
/// drop(x);
/// // Beyond the limit nothing is allocated.
/// meter.mark(1 << 20)?;
/// assert!(Tensor::f_zeros([1 << 30], (Kind::Float, Device::Cpu)).is_err());
/// assert!(meter.read()?.refused);
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
#[derive(Debug)]
pub struct Meter(ffi::MemorySession);

/// What a [`Meter`] counted, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// What lives now of what was allocated since the meter began.
    pub live: u64,
    /// The most that lived at once since the last [`mark`](Meter::mark).
    pub peak: u64,
    /// Whether an allocation was refused since then.
    pub refused: bool,
}

impl Meter {
    /// Begins to count, without a limit.
    ///
    /// # Errors
    /// [`Error::Libtorch`](crate::Error::Libtorch) if libtorch cannot be asked to report.
    pub fn begin() -> Result<Self> {
        Ok(Self(ffi::MemorySession::begin()?))
    }

    /// Counts the peak from here on. An operation that would take more than `limit` bytes beyond what
    /// lives now ends in an error: tch panics where the operation has no `f_` form.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn mark(&self, limit: u64) -> Result<()> {
        self.0.mark(i64::try_from(limit).unwrap_or(i64::MAX))
    }

    /// What was counted so far.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn read(&self) -> Result<Usage> {
        let [live, peak, refused] = self.0.read()?;
        let bytes = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok(Usage {
            live: bytes(live),
            peak: bytes(peak),
            refused: refused != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use tch::{Device, Kind, Tensor};

    use super::*;

    fn zeros(n: i64) -> Tensor {
        Tensor::zeros([n], (Kind::Float, Device::Cpu))
    }

    #[test]
    fn what_a_backward_pass_needs_is_counted() {
        let meter = Meter::begin().unwrap();
        let x = zeros(1024).set_requires_grad(true);
        meter.mark(u64::MAX).unwrap();
        // The sine keeps nothing but its input, the product the sine and its gradient.
        let y = x.sin();
        let z = &y * &y;
        assert_eq!(meter.read().unwrap().live, 3 * 4096);
        z.sum(Kind::Float).backward();
        let usage = meter.read().unwrap();
        assert!(usage.peak >= 5 * 4096, "{usage:?}");
        drop((y, z));
        // The leaf and its gradient.
        assert_eq!(meter.read().unwrap().live, 2 * 4096);
    }

    #[test]
    fn a_refusal_takes_nothing_and_ends_with_the_mark() {
        let meter = Meter::begin().unwrap();
        let kept = zeros(256);
        meter.mark(4096).unwrap();
        let huge = Tensor::f_zeros([1 << 20], (Kind::Float, Device::Cpu));
        assert!(
            huge.unwrap_err()
                .to_string()
                .contains("while it is measured")
        );
        let usage = meter.read().unwrap();
        assert_eq!((usage.live, usage.peak, usage.refused), (1024, 1024, true));
        // Within the limit all goes on.
        drop(zeros(512));
        meter.mark(u64::MAX).unwrap();
        let more = zeros(1 << 20);
        assert!(!meter.read().unwrap().refused);
        drop((kept, more));
        assert_eq!(meter.read().unwrap().live, 0);
    }

    #[test]
    fn nothing_is_counted_behind_it() {
        drop(Meter::begin().unwrap());
        let x = zeros(1 << 10);
        let meter = Meter::begin().unwrap();
        drop(x);
        assert_eq!(meter.read().unwrap(), Usage::default());
    }
}

//! Initial values that tch lacks, as in `torch.nn.init`.

use std::borrow::Borrow;

use tch::nn::{self, Init};
use tch::{Tensor, no_grad};

/// Uniform within `1 / sqrt(fan_in)`: what PyTorch's linear and convolution layers start from
/// (Kaiming-uniform with `a = sqrt(5)`). `fan_in` of a convolution is
/// `c_in / groups * kernel_h * kernel_w`.
pub fn fan_in_uniform(fan_in: i64) -> Init {
    let bound = 1.0 / (fan_in.max(1) as f64).sqrt();
    Init::Uniform {
        lo: -bound,
        up: bound,
    }
}

/// Uniform within `sqrt(6 / (fan_in + fan_out))` (Glorot and Bengio 2010, equation 16), as
/// `torch.nn.init.xavier_uniform_`.
pub fn xavier_uniform(fan_in: i64, fan_out: i64) -> Init {
    let bound = (6.0 / (fan_in + fan_out).max(1) as f64).sqrt();
    Init::Uniform {
        lo: -bound,
        up: bound,
    }
}

/// Normal with standard deviation `sqrt(2 / fan_out)` (He et al. 2015), as
/// `torch.nn.init.kaiming_normal_(mode="fan_out", nonlinearity="relu")`: torchvision's choice for
/// convolutions.
pub fn kaiming_normal_fan_out(fan_out: i64) -> Init {
    Init::Randn {
        mean: 0.0,
        stdev: (2.0 / fan_out.max(1) as f64).sqrt(),
    }
}

/// A normal distribution cut off at `lo` and `hi`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruncNormal {
    /// Mean of the distribution before it is cut.
    pub mean: f64,
    /// Standard deviation of the distribution before it is cut.
    pub std: f64,
    /// Lower cut-off, a value and not a multiple of `std`.
    pub lo: f64,
    /// Upper cut-off, a value and not a multiple of `std`.
    pub hi: f64,
}

impl TruncNormal {
    /// Mean 0 and cut-offs at -2 and 2: PyTorch's defaults, and timm's with `std` 0.02.
    pub fn new(std: f64) -> Self {
        Self {
            mean: 0.0,
            std,
            lo: -2.0,
            hi: 2.0,
        }
    }
}

/// Overwrites `tensor` with draws from `distribution`, by the inverse of the distribution function
/// as `torch.nn.init.trunc_normal_` does.
pub fn trunc_normal_(tensor: &mut Tensor, distribution: TruncNormal) {
    let TruncNormal { mean, std, lo, hi } = distribution;
    let cdf = |value: f64| f64::midpoint(1.0, erf((value - mean) / std / 2.0_f64.sqrt()));
    let (from, to) = (2.0 * cdf(lo) - 1.0, 2.0 * cdf(hi) - 1.0);
    no_grad(|| {
        let _ = tensor.uniform_(from, to);
        let _ = tensor.erfinv_();
        let _ = tensor.g_mul_scalar_(std * 2.0_f64.sqrt());
        let _ = tensor.g_add_scalar_(mean);
        let _ = tensor.clamp_(lo, hi);
    });
}

/// A trainable parameter `name` under `vs`, drawn from `distribution`.
pub fn trunc_normal<'a>(
    vs: impl Borrow<nn::Path<'a>>,
    name: &str,
    dims: &[i64],
    distribution: TruncNormal,
) -> Tensor {
    let vs = vs.borrow();
    let mut tensor = Tensor::zeros(dims, (vs.kind(), vs.device()));
    trunc_normal_(&mut tensor, distribution);
    vs.add(name, tensor, true)
}

fn erf(x: f64) -> f64 {
    Tensor::from(x).erf().double_value(&[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn truncated_normal_keeps_its_bounds_and_moments() {
        let mut x = Tensor::zeros([20_000], (Kind::Double, Device::Cpu));
        let distribution = TruncNormal {
            mean: 1.0,
            std: 2.0,
            lo: -1.0,
            hi: 3.0,
        };
        trunc_normal_(&mut x, distribution);
        assert!(x.min().double_value(&[]) >= -1.0);
        assert!(x.max().double_value(&[]) <= 3.0);
        assert!((x.mean(Kind::Double).double_value(&[]) - 1.0).abs() < 0.03);
        // scipy: truncnorm(-1, 1).std() * 2 = 1.0791
        assert!((x.std(true).double_value(&[]) - 1.0791).abs() < 0.02);
    }

    #[test]
    fn trunc_normal_makes_a_trainable_parameter() {
        let vs = nn::VarStore::new(Device::Cpu);
        let p = trunc_normal(vs.root() / "a", "cls", &[1, 1, 8], TruncNormal::new(0.02));
        assert!(p.requires_grad());
        assert!(vs.variables().contains_key("a.cls"));
    }

    #[test]
    fn bounds() {
        let Init::Uniform { up, .. } = fan_in_uniform(16) else {
            panic!("not uniform")
        };
        assert!((up - 0.25).abs() < 1e-12);
        let Init::Uniform { up, .. } = xavier_uniform(2, 4) else {
            panic!("not uniform")
        };
        assert!((up - 1.0).abs() < 1e-12);
        let Init::Randn { stdev, .. } = kaiming_normal_fan_out(8) else {
            panic!("not normal")
        };
        assert!((stdev - 0.5).abs() < 1e-12);
    }
}

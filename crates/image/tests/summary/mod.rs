//! Parameters by formula and summaries of tensors: the Rust side of `tools/golden/summary.py`.

use std::collections::BTreeMap;
use std::path::Path;

use midfuse_image::tch::{Device, Kind, Tensor, nn, no_grad};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Allowed differences, relative to the norm of the expected tensor.
#[derive(Clone, Copy, Deserialize)]
pub(crate) struct Tolerance {
    /// Outputs and running statistics.
    pub(crate) values: f64,
    pub(crate) gradients: f64,
}

/// By dtype. In f32 a ReLU near zero can flip, in PyTorch as here, which moves gradients by some
/// percent; f64 is the sharp comparison.
#[derive(Deserialize)]
pub(crate) struct Tolerances {
    pub(crate) double: Tolerance,
    pub(crate) float: Tolerance,
}

/// In f64. Element `i` is a hash of name and `i`, spread over `[-0.25, 0.25)`.
pub(crate) fn fill(name: &str, size: &[i64]) -> Tensor {
    const LOW: i64 = (1 << 32) - 1;
    let seed = name
        .bytes()
        .fold(0, |h, byte| (h * 31 + i64::from(byte)) & LOW);
    let i = Tensor::arange(size.iter().product::<i64>(), (Kind::Int64, Device::Cpu));
    let fold = |x: Tensor| x.bitwise_xor_tensor(&x.bitwise_right_shift_tensor_scalar(16));
    let mut x = (i * 2_654_435_761_i64 + seed).bitwise_and(LOW);
    for _ in 0..2 {
        x = (fold(x) * 0x045D_9F3B).bitwise_and(LOW);
    }
    ((fold(x).to_kind(Kind::Double) / (LOW + 1) as f64 - 0.5) / 2.0).view(size)
}

/// Weights at He's scale over the fan in, scales and variances around 1, the rest around 0.
fn scaled(name: &str, size: &[i64]) -> Tensor {
    let values = fill(name, size);
    if size.len() >= 2 {
        let fan_in: i64 = size[1..].iter().product();
        return values * (4.0 * (6.0 / fan_in as f64).sqrt());
    }
    if name.ends_with("running_var") || name.ends_with("weight") {
        return values + 1.0;
    }
    values
}

/// Overwrites every parameter and buffer.
pub(crate) fn fill_state(vs: &nn::VarStore) {
    for (name, mut tensor) in vs.variables() {
        no_grad(|| tensor.copy_(&scaled(&name, &tensor.size())));
    }
}

pub(crate) fn read<T: DeserializeOwned>(file: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Norm, inner product with the formula of `name`, and the first values, each within `tolerance` of
/// the expected norm.
pub(crate) fn assert_summary(name: &str, got: &Tensor, expected: &[f64], tolerance: f64) {
    let flat = got.detach().to_kind(Kind::Double).flatten(0, -1);
    let product = (&flat * fill(name, &flat.size())).sum(Kind::Double);
    let mut values = vec![flat.norm().double_value(&[]), product.double_value(&[])];
    let first = flat.slice(0, 0, 8, 1);
    values.extend(Vec::<f64>::try_from(&first).unwrap());
    let allowed = tolerance * expected[0];
    for (i, (got, expected)) in values.iter().zip(expected).enumerate() {
        assert!(
            (got - expected).abs() <= allowed,
            "{name}[{i}]: got {got}, expected {expected} within {allowed:e}"
        );
    }
}

/// The same names, and the same summary for each.
pub(crate) fn assert_summaries(
    got: BTreeMap<String, Tensor>,
    expected: &BTreeMap<String, Vec<f64>>,
    tolerance: f64,
) {
    let names: Vec<_> = got.keys().collect();
    assert_eq!(names, expected.keys().collect::<Vec<_>>());
    for (name, tensor) in &got {
        assert_summary(name, tensor, &expected[name], tolerance);
    }
}

/// The gradient of every parameter.
pub(crate) fn gradients(vs: &nn::VarStore) -> BTreeMap<String, Tensor> {
    let variables = vs.variables().into_iter();
    let trainable = variables.filter(|(_, tensor)| tensor.requires_grad());
    trainable.map(|(name, p)| (name, p.grad())).collect()
}

/// Every buffer.
pub(crate) fn buffers(vs: &nn::VarStore) -> BTreeMap<String, Tensor> {
    let variables = vs.variables().into_iter();
    variables
        .filter(|(_, tensor)| !tensor.requires_grad())
        .collect()
}

//! Parameters and inputs by formula: the Rust side of `tools/golden/formula.py`.

use std::collections::BTreeMap;
use std::path::Path;

use midfuse_tabular::tch::{Device, Kind, Tensor, nn, no_grad};
use serde::de::DeserializeOwned;

/// In f64. Element `i` is `((31 i + 17 h) mod 97 - 48) / 192`, `h` = the sum of the bytes of the name.
pub(crate) fn fill(name: &str, size: &[i64]) -> Tensor {
    let h: i64 = name.bytes().map(i64::from).sum();
    let i = Tensor::arange(size.iter().product::<i64>(), (Kind::Int64, Device::Cpu));
    let numerator = (i * 31 + 17 * h).remainder(97) - 48;
    (numerator.to_kind(Kind::Double) / 192.0).view(size)
}

/// What is trained: running statistics stay as they are, as on the other side.
fn parameters(vs: &nn::VarStore) -> BTreeMap<String, Tensor> {
    let all = vs.variables().into_iter();
    all.filter(|(_, variable)| variable.requires_grad())
        .collect()
}

pub(crate) fn fill_parameters(vs: &nn::VarStore) {
    for (name, mut parameter) in parameters(vs) {
        no_grad(|| parameter.copy_(&fill(&name, &parameter.size())));
    }
}

pub(crate) fn read<T: DeserializeOwned>(file: &str) -> T {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// `|got - expected| <= tolerance * (1 + |expected|)` for every element.
pub(crate) fn assert_close(what: &str, got: &Tensor, expected: &[f64], tolerance: f64) {
    let got: Vec<f64> = got.to_kind(Kind::Double).flatten(0, -1).try_into().unwrap();
    assert_eq!(got.len(), expected.len(), "{what}: number of elements");
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let error = (got - expected).abs();
        assert!(
            error <= tolerance * (1.0 + expected.abs()),
            "{what}[{i}]: got {got}, expected {expected}"
        );
    }
}

/// The same names, and the same gradient for each.
pub(crate) fn assert_gradients(
    what: &str,
    vs: &nn::VarStore,
    expected: &BTreeMap<String, Vec<f64>>,
    tolerance: f64,
) {
    let variables = parameters(vs);
    let names: Vec<_> = variables.keys().collect();
    assert_eq!(names, expected.keys().collect::<Vec<_>>(), "{what}: names");
    for (name, variable) in &variables {
        let what = format!("{what} gradient of {name}");
        assert_close(&what, &variable.grad(), &expected[name], tolerance);
    }
}

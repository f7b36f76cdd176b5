//! Comparison with PyTorch: `tools/golden/torch_flops.py`.
#![cfg(test)]

use std::path::Path;

use midfuse_torch::flops;
use serde_json::Value;
use tch::{Device, Kind, Tensor};

fn golden(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

type Run<'a> = Box<dyn Fn() -> Tensor + 'a>;

#[test]
fn flop_counts_equal_pytorch() {
    let golden = golden("flops.json");
    let ones =
        |size: &[i64]| Tensor::ones(size, (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let none = None::<Tensor>;
    let cases: [(&str, Run<'_>); 9] = [
        (
            "linear",
            Box::new(|| ones(&[6, 5, 4]).linear(&ones(&[3, 4]), Some(ones(&[3])))),
        ),
        (
            "matmul",
            Box::new(|| ones(&[2, 3, 4]).matmul(&ones(&[2, 4, 5]))),
        ),
        (
            "baddbmm",
            Box::new(|| ones(&[2, 3, 5]).baddbmm(&ones(&[2, 3, 4]), &ones(&[2, 4, 5]), 1.0, 1.0)),
        ),
        (
            "conv1d",
            Box::new(|| {
                let (x, w) = (ones(&[2, 3, 11]), ones(&[4, 3, 3]));
                x.conv1d(&w, Some(ones(&[4])), [2], [1], [1], 1)
            }),
        ),
        (
            "conv2d",
            Box::new(|| {
                let (x, w) = (ones(&[2, 3, 9, 8]), ones(&[4, 3, 3, 2]));
                x.conv2d(&w, Some(ones(&[4])), [2, 1], [1, 0], [1, 2], 1)
            }),
        ),
        (
            "conv2d_grouped",
            Box::new(|| {
                let (x, w) = (ones(&[2, 4, 6, 6]), ones(&[8, 2, 3, 3]));
                x.conv2d(&w, none.as_ref(), [1, 1], [0, 0], [1, 1], 2)
            }),
        ),
        (
            "conv3d",
            Box::new(|| {
                let (x, w) = (ones(&[1, 2, 5, 6, 7]), ones(&[3, 2, 2, 3, 3]));
                x.conv3d(&w, none.as_ref(), [1, 1, 1], [1, 1, 1], [1, 1, 1], 1)
            }),
        ),
        (
            "conv_transpose2d",
            Box::new(|| {
                let (x, w) = (ones(&[2, 3, 5, 5]), ones(&[3, 4, 3, 3]));
                x.conv_transpose2d(&w, none.as_ref(), [2, 2], [1, 1], [0, 0], 1, [1, 1])
            }),
        ),
        (
            "attention",
            Box::new(|| {
                let (q, k, v) = (
                    ones(&[2, 3, 5, 8]),
                    ones(&[2, 3, 7, 8]),
                    ones(&[2, 3, 7, 8]),
                );
                Tensor::scaled_dot_product_attention(
                    &q,
                    &k,
                    &v,
                    none.as_ref(),
                    0.0,
                    false,
                    None::<f64>,
                    false,
                )
            }),
        ),
    ];
    assert_eq!(cases.len(), golden["cases"].as_object().unwrap().len());
    for (name, run) in cases {
        let (out, forward) = flops::count(run).unwrap();
        let ((), backward) = flops::count(|| out.sum(Kind::Float).backward()).unwrap();
        let expected = &golden["cases"][name];
        assert_eq!(
            forward.total(),
            expected["forward"].as_u64().unwrap(),
            "{name} forward"
        );
        assert_eq!(
            backward.total(),
            expected["backward"].as_u64().unwrap(),
            "{name} backward"
        );
    }
}

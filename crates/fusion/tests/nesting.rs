//! A fusion returns what an encoder returns, so a fusion may be a part of another.
#![cfg(test)]

use midfuse_core::Seed;
use midfuse_fusion::tch::nn::VarStore;
use midfuse_fusion::tch::{Device, Kind, Tensor};
use midfuse_fusion::{
    AttentionFusionConfig, ConcatFusionConfig, Config, EarlyFusionConfig, Encoded, Fusion,
    HeadConfig, LateFusionConfig, Mode, RawEarlyFusionConfig, RawFeatures,
};
use midfuse_testing::{fusion_inputs, seeded};

const B: i64 = 8;

/// Two modalities of widths 5 and 3; rows 0 and 5 lack both.
fn parts() -> Vec<Encoded> {
    let inputs = fusion_inputs(&[5, 3]);
    let any = Tensor::from_slice(&[false, true, true, true, true, false, true, true]);
    (inputs.absent)(&(inputs.batch)(B, Seed(1)), &any, f64::NAN)
}

/// A third modality that only rows 0 and 1 have, of raw features.
fn raw() -> RawFeatures {
    let values = Tensor::arange(B * 6, (Kind::Float, Device::Cpu)).view([B, 2, 3]);
    let present: Vec<bool> = (0..B).map(|row| row < 2).collect();
    RawFeatures {
        values: values.sin(),
        present: Some(Tensor::from_slice(&present)),
    }
}

/// The inner fusions of two modalities, by name, each of width 8.
fn inner(vs: &VarStore) -> Vec<(&'static str, Box<dyn Fusion>)> {
    let root = vs.root();
    let concat = ConcatFusionConfig::new([5, 3], 8);
    let attention = AttentionFusionConfig::new([5, 3], 8);
    let early = EarlyFusionConfig::new([5, 3], 8).with_dropout_p(0.0);
    vec![
        ("concat", Box::new(concat.init(&root / "concat").unwrap())),
        (
            "attention",
            Box::new(attention.init(&root / "attention").unwrap()),
        ),
        ("early", Box::new(early.init(&root / "early").unwrap())),
    ]
}

#[test]
fn every_fusion_of_every_fusion() {
    seeded(Seed(2), || {
        let inner_vs = VarStore::new(Device::Cpu);
        for (inner_name, inner) in inner(&inner_vs) {
            let outer_vs = VarStore::new(Device::Cpu);
            let root = outer_vs.root();
            let d_in = [inner.d_out(), 4];
            let raw_early = RawEarlyFusionConfig::new([6], 4)
                .init(&root / "raw")
                .unwrap();
            let concat = ConcatFusionConfig::new(d_in, 6)
                .init(&root / "concat")
                .unwrap();
            let attention = AttentionFusionConfig::new(d_in, 8)
                .init(&root / "attention")
                .unwrap();
            let early = EarlyFusionConfig::new(d_in, 8).with_dropout_p(0.0);
            let early = early.init(&root / "early").unwrap();
            let outer: [(&str, &dyn Fusion); 3] = [
                ("concat", &concat),
                ("attention", &attention),
                ("early", &early),
            ];
            for (outer_name, outer) in outer {
                let what = format!("{inner_name} in {outer_name}");
                let part = inner.fuse(&parts(), Mode::Train).unwrap();
                let other = raw_early.fuse_raw(&[raw()], Mode::Train).unwrap();
                let fused = outer.fuse(&[part, other], Mode::Train).unwrap();
                assert_eq!(fused.pooled.size(), [B, outer.d_out()], "{what}");
                // Row 0 has the third modality alone, row 5 has none.
                let present = Vec::<bool>::try_from(fused.present().unwrap()).unwrap();
                let expected: Vec<bool> = (0..B).map(|row| row != 5).collect();
                assert_eq!(present, expected, "{what}");
                let sizes =
                    fused
                        .pooled
                        .abs()
                        .sum_dim_intlist([1_i64].as_slice(), false, Kind::Float);
                let zero = Vec::<bool>::try_from(sizes.eq(0.0)).unwrap();
                assert_eq!(
                    zero,
                    expected.iter().map(|p| !p).collect::<Vec<_>>(),
                    "{what}"
                );

                // Gradients reach the inner fusion.
                fused
                    .pooled
                    .pow_tensor_scalar(2)
                    .sum(Kind::Float)
                    .backward();
                for (name, p) in inner_vs.variables() {
                    if name.starts_with(inner_name) && name.ends_with("weight") {
                        let gradient = p.grad();
                        assert!(gradient.defined(), "{what}: {name}");
                        assert!(
                            bool::try_from(gradient.isfinite().all()).unwrap(),
                            "{what}: {name}"
                        );
                    }
                }
            }
        }
    });
}

#[test]
fn a_head_and_late_fusion_take_a_fusion() {
    let vs = VarStore::new(Device::Cpu);
    let root = vs.root();
    let concat = ConcatFusionConfig::new([5, 3], 8)
        .init(&root / "concat")
        .unwrap();
    let head = HeadConfig::classify(8, 3).init(&root / "head").unwrap();
    let late = LateFusionConfig::classify([8, 5], 3)
        .init(&root / "late")
        .unwrap();
    let fused = concat.fuse(&parts(), Mode::Eval).unwrap();
    assert_eq!(head.forward(&fused, Mode::Eval).unwrap().size(), [B, 3]);
    let alone = parts().swap_remove(0);
    let scores = late.forward(&[fused, alone], Mode::Eval).unwrap();
    assert_eq!(scores.size(), [B, 3]);
    // A row that lacks all: equal probabilities.
    let expected = -(3.0_f64.ln());
    for class in 0..3 {
        assert!((scores.double_value(&[5, class]) - expected).abs() < 1e-6);
    }
}

//! Every fusion against a composition of PyTorch's modules: train mode, gradients of parameters and
//! inputs, rows that lack some modalities or all.
#![cfg(test)]

use midfuse_fusion::loss::{
    ClassLoss, cox, cross_entropy, cross_entropy_smoothed, focal_loss, squared_error,
};
use midfuse_fusion::tch::nn::VarStore;
use midfuse_fusion::tch::{Device, Kind, Tensor};
use midfuse_fusion::{
    AttentionFusion, AttentionFusionConfig, ConcatFusionConfig, Config, EarlyFusion,
    EarlyFusionConfig, Encoded, Fusion, LateFusion, LateFusionConfig, Mode, Pooling,
    RawEarlyFusion, RawEarlyFusionConfig, RawFeatures, TokenPosition, Tokens,
};
use midfuse_testing::assert_close;
use midfuse_testing::golden::{self, Golden};

const D_IN: [i64; 3] = [5, 3, 4];
const N_PARTS: i64 = 3;

/// A golden file, and the module that it is about with its parameters.
fn load<C: Config>(name: &str, config: &C) -> (Golden, VarStore, C::Module) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let golden = golden::load(folder, name);
    let mut vs = VarStore::new(Device::Cpu);
    vs.set_kind(Kind::Double);
    let module = config.init(vs.root()).unwrap();
    golden.fill(&vs, "p.");
    (golden, vs, module)
}

/// The input of each modality, and the same with NaN in the rows that lack it.
fn parts(golden: &Golden) -> (Vec<Tensor>, Vec<Tensor>) {
    let present = golden.tensor("present");
    (0..N_PARTS)
        .map(|i| {
            let leaf = golden.tensor(&format!("part.{i}")).set_requires_grad(true);
            let mut size = vec![1; leaf.dim()];
            size[0] = -1;
            let absent = present.select(1, i).logical_not().view(size.as_slice());
            let poisoned = leaf.masked_fill(&absent, f64::NAN);
            (leaf, poisoned)
        })
        .unzip()
}

fn present(golden: &Golden, i: usize) -> Tensor {
    golden.tensor("present").select(1, i as i64)
}

/// Pooled vectors as encodings; their tokens are of another width and not looked at.
fn pooled_parts(golden: &Golden) -> (Vec<Tensor>, Vec<Encoded>) {
    let (leaves, poisoned) = parts(golden);
    let encoded = poisoned.into_iter().enumerate().map(|(i, pooled)| {
        let valid = present(golden, i).unsqueeze(1);
        let x = Tensor::full([5, 1, 2], f64::NAN, (Kind::Double, Device::Cpu));
        Encoded {
            pooled,
            tokens: Tokens::masked(x, valid),
        }
    });
    (leaves, encoded.collect())
}

/// The loss of the script: every element has its own weight.
fn weighted(y: &Tensor) -> Tensor {
    let n = y.numel() as i64;
    let weights = (Tensor::arange(n, (Kind::Double, Device::Cpu)) * 1.7 + 0.3).sin();
    (y * weights.view_as(y)).sum(Kind::Double)
}

fn check_gradients(golden: &Golden, vs: &VarStore, leaves: &[Tensor]) {
    golden.assert_gradients(vs, "g.");
    for (i, leaf) in leaves.iter().enumerate() {
        golden.assert_close(&format!("part_grad.{i}"), &leaf.grad());
    }
}

fn check(golden: &Golden, vs: &VarStore, leaves: &[Tensor], fused: &Encoded) {
    golden.assert_close("pooled", &fused.pooled);
    golden.assert_close("tokens", &fused.tokens.x);
    let any = golden.tensor("present").any_dim(1, false);
    assert_eq!(fused.present().unwrap(), any);
    (weighted(&fused.pooled) + weighted(&fused.tokens.x)).backward();
    check_gradients(golden, vs, leaves);
}

#[test]
fn concat_fusion() {
    let cases = [
        ("concat", ConcatFusionConfig::new(D_IN, 6)),
        (
            "concat_deep",
            ConcatFusionConfig::new(D_IN, 3).with_d_hidden([7, 2]),
        ),
    ];
    for (name, config) in cases {
        let (golden, vs, fusion) = load(name, &config);
        let (leaves, parts) = pooled_parts(&golden);
        let fused = fusion.fuse(&parts, Mode::Train).unwrap();
        check(&golden, &vs, &leaves, &fused);
    }
}

#[test]
fn attention_fusion() {
    let config = AttentionFusionConfig::new(D_IN, 8).with_n_heads(4);
    for (name, pooling) in [
        ("attention_cls", Pooling::Cls),
        ("attention_mean", Pooling::Mean),
    ] {
        let config = config.clone().with_pooling(pooling);
        let (golden, vs, fusion): (_, _, AttentionFusion) = load(name, &config);
        let (leaves, parts) = pooled_parts(&golden);
        let fused = fusion.fuse(&parts, Mode::Train).unwrap();
        check(&golden, &vs, &leaves, &fused);
        // PyTorch has no weights for the row without any modality.
        let weights = fusion.attention_weights(&parts).unwrap();
        golden.assert_close("weights", &weights.narrow(0, 0, 4));
    }
}

#[test]
fn early_fusion() {
    let config = EarlyFusionConfig::new(D_IN, 8)
        .with_n_heads(2)
        .with_dropout_p(0.0);
    let cases = [
        ("early_cls", Pooling::Cls, TokenPosition::Sinusoidal),
        ("early_mean", Pooling::Mean, TokenPosition::None),
    ];
    for (name, pooling, position) in cases {
        let config = config.clone().with_pooling(pooling).with_position(position);
        let (golden, vs, fusion): (_, _, EarlyFusion) = load(name, &config);
        let leaves: Vec<Tensor> = (0..N_PARTS)
            .map(|i| golden.tensor(&format!("part.{i}")).set_requires_grad(true))
            .collect();
        let tokens: Vec<Tokens> = leaves
            .iter()
            .enumerate()
            .map(|(i, leaf)| {
                let valid = golden.tensor(&format!("valid.{i}"));
                let invalid = valid.logical_not().unsqueeze(-1);
                Tokens::masked(leaf.masked_fill(&invalid, f64::NAN), valid)
            })
            .collect();
        let fused = fusion.fuse_tokens(&tokens, Mode::Train).unwrap();
        check(&golden, &vs, &leaves, &fused);
    }
}

#[test]
fn raw_early_fusion() {
    let config = RawEarlyFusionConfig::new([12, 8, 5], 4).with_d_hidden([9]);
    let (golden, vs, fusion): (_, _, RawEarlyFusion) = load("raw_early", &config);
    let (leaves, poisoned) = parts(&golden);
    let parts: Vec<RawFeatures> = poisoned
        .into_iter()
        .enumerate()
        .map(|(i, values)| RawFeatures {
            values,
            present: Some(present(&golden, i)),
        })
        .collect();
    let fused = fusion.fuse_raw(&parts, Mode::Train).unwrap();
    check(&golden, &vs, &leaves, &fused);
}

#[test]
fn late_fusion_of_classifiers_and_cross_entropy_with_class_weights() {
    let config = LateFusionConfig::classify(D_IN, 3).with_d_hidden([4]);
    let (golden, vs, fusion): (_, _, LateFusion) = load("late_classify", &config);
    let (leaves, parts) = pooled_parts(&golden);
    let scores = fusion.forward(&parts, Mode::Train).unwrap();
    golden.assert_close("scores", &scores);
    let sums = scores
        .exp()
        .sum_dim_intlist([1_i64].as_slice(), false, Kind::Double);
    assert_close("probabilities", &sums, &Tensor::ones_like(&sums), 1e-12);
    let weights = golden.tensor("class_weights");
    let loss = cross_entropy(&scores, &golden.tensor("targets"), Some(&weights)).unwrap();
    golden.assert_close("loss", &loss);
    loss.backward();
    check_gradients(&golden, &vs, &leaves);
}

#[test]
fn late_fusion_of_regressions_and_squared_error() {
    let (golden, vs, fusion) = load("late_regress", &LateFusionConfig::regress(D_IN));
    let (leaves, parts) = pooled_parts(&golden);
    let scores = fusion.forward(&parts, Mode::Train).unwrap();
    golden.assert_close("scores", &scores);
    let loss = squared_error(&scores, &golden.tensor("targets")).unwrap();
    golden.assert_close("loss", &loss);
    loss.backward();
    check_gradients(&golden, &vs, &leaves);
}

#[test]
fn coxs_partial_likelihood_with_efrons_ties() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    for name in ["cox_distinct", "cox_tied", "cox_uncensored", "cox_spread"] {
        let golden = golden::load(folder, name);
        let log_risk = golden.tensor("log_risk").set_requires_grad(true);
        let loss = cox(&log_risk, &golden.tensor("time"), &golden.tensor("event")).unwrap();
        golden.assert_close("loss", &loss);
        loss.backward();
        golden.assert_close("gradient", &log_risk.grad());
        // In f32 as a network hands it over.
        let single = log_risk.detach().to_kind(Kind::Float);
        let loss = cox(&single, &golden.tensor("time"), &golden.tensor("event")).unwrap();
        assert_eq!(loss.kind(), Kind::Float);
        let want = golden.tensor("loss");
        assert_close(name, &loss.to_kind(Kind::Double), &want, 1e-5);
    }
}

#[test]
fn label_smoothing_and_the_focal_loss() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let golden = golden::load(folder, "class_losses");
    let targets = golden.tensor("targets");
    let weights = golden.tensor("weights");
    let loss = |name: &str, x: &Tensor| match name {
        "smoothed" => cross_entropy_smoothed(x, &targets, None, 0.15),
        "smoothed_weighted" => cross_entropy_smoothed(x, &targets, Some(&weights), 0.15),
        "focal" => focal_loss(x, &targets, None, 2.0),
        _ => focal_loss(x, &targets, Some(&weights), 1.5),
    };
    for (name, gamma, weighted) in [
        ("smoothed", 0.0, false),
        ("smoothed_weighted", 0.0, true),
        ("focal", 2.0, false),
        ("focal_weighted", 1.5, true),
    ] {
        let logits = golden.tensor("logits").copy().set_requires_grad(true);
        let value = loss(name, &logits).unwrap();
        golden.assert_close(name, &value);
        value.backward();
        golden.assert_close(&format!("{name}_gradient"), &logits.grad());
        let options = ClassLoss {
            weights: weighted.then(|| weights.shallow_clone()),
            label_smoothing: if gamma > 0.0 { 0.0 } else { 0.15 },
            focal_gamma: gamma,
        };
        golden.assert_close(name, &options.of(&logits, &targets).unwrap());
    }
    let of_two = focal_loss(
        &golden.tensor("binary_logits"),
        &golden.tensor("binary_targets"),
        None,
        2.0,
    );
    golden.assert_close("focal_binary", &of_two.unwrap());
}

//! The weights that attention fusion returns are those behind its result: with them and the
//! parameters alone, `fuse` is computed again.
#![cfg(test)]

use midfuse_core::Seed;
use midfuse_fusion::tch::nn::VarStore;
use midfuse_fusion::tch::{Device, Kind, Tensor, no_grad};
use midfuse_fusion::{AttentionFusionConfig, Config, Encoded, Fusion, Mode, Pooling};
use midfuse_testing::{assert_close, fusion_inputs, seeded};

const D_IN: [i64; 3] = [5, 3, 4];
const D_OUT: i64 = 8;
const N_HEADS: i64 = 2;
const B: i64 = 9;

/// Rows 1, 4 and 7 lack all modalities; row 2 and 6 lack the first.
fn parts() -> (Vec<Encoded>, Tensor) {
    let inputs = fusion_inputs(&D_IN);
    let any: Vec<bool> = (0..B).map(|row| row % 3 != 1).collect();
    let any = Tensor::from_slice(&any);
    let parts = (inputs.batch)(B, Seed(3));
    ((inputs.absent)(&parts, &any, f64::NAN), any)
}

/// `fuse` once more: the given weights in place of a softmax.
fn pooled_from_weights(
    vs: &VarStore,
    parts: &[Encoded],
    any: &Tensor,
    weights: &Tensor,
    pooling: Pooling,
) -> Tensor {
    let variables = vs.variables();
    let p = |name: &str| variables[name].shallow_clone();
    let mut tokens = Vec::new();
    if pooling == Pooling::Cls {
        tokens.push(p("cls").expand([B, 1, D_OUT], false));
    }
    let mut valid = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let present = part.present().unwrap().unsqueeze(1);
        let content = part.pooled.masked_fill(&present.logical_not(), 0.0);
        let (w, b) = (
            format!("projections.{i}.weight"),
            format!("projections.{i}.bias"),
        );
        let token = content.linear(&p(&w), Some(p(&b))) + p("modality_embedding").get(i as i64);
        tokens.push(token.unsqueeze(1));
        valid.push(present);
    }
    let x = Tensor::cat(&tokens, 1);
    let values = x.linear(
        &p("self_attn.in_proj_weight").narrow(0, 2 * D_OUT, D_OUT),
        Some(p("self_attn.in_proj_bias").narrow(0, 2 * D_OUT, D_OUT)),
    );
    let values = values.unflatten(2, [N_HEADS, -1]).transpose(1, 2);
    let context = weights
        .matmul(&values)
        .transpose(1, 2)
        .flatten(2, 3)
        .linear(
            &p("self_attn.out_proj.weight"),
            Some(p("self_attn.out_proj.bias")),
        );
    let y = (x + context).layer_norm(
        [D_OUT],
        Some(p("norm.weight")),
        Some(p("norm.bias")),
        1e-5,
        true,
    );
    let pooled = if pooling == Pooling::Cls {
        y.select(1, 0)
    } else {
        let valid = Tensor::cat(&valid, 1).to_kind(Kind::Float).unsqueeze(-1);
        let sum = |x: &Tensor| x.sum_dim_intlist([1_i64].as_slice(), false, Kind::Float);
        sum(&(y * &valid)) / sum(&valid).clamp_min(1.0)
    };
    pooled.masked_fill(&any.logical_not().unsqueeze(1), 0.0)
}

#[test]
fn weights_reproduce_fuse() {
    for pooling in [Pooling::Cls, Pooling::Mean] {
        let vs = VarStore::new(Device::Cpu);
        let config = AttentionFusionConfig::new(D_IN, D_OUT)
            .with_n_heads(N_HEADS)
            .with_pooling(pooling);
        let fusion = seeded(Seed(5), || {
            let fusion = config.init(vs.root()).unwrap();
            // Sharper attention than fresh parameters give.
            no_grad(|| {
                let mut weight = vs.variables().remove("self_attn.in_proj_weight").unwrap();
                let _ = weight.g_mul_scalar_(3.0);
            });
            fusion
        });
        let (parts, any) = parts();
        let weights = fusion.attention_weights(&parts).unwrap();
        let fused = fusion.fuse(&parts, Mode::Eval).unwrap();
        let again = pooled_from_weights(&vs, &parts, &any, &weights, pooling);
        assert_close("pooled", &fused.pooled, &again, 1e-6);
        let (with_weights, _) = fusion.fuse_with_weights(&parts, Mode::Eval).unwrap();
        assert_close(
            "fuse_with_weights",
            &with_weights.pooled,
            &fused.pooled,
            1e-6,
        );

        // Other weights give another result, so the comparison above is about the weights.
        let even = weights.ones_like() / weights.size()[3];
        let other = pooled_from_weights(&vs, &parts, &any, &even, pooling);
        assert!((other - &fused.pooled).abs().max().double_value(&[]) > 1e-2);
    }
}

#[test]
fn weights_of_a_row_sum_to_one_over_the_modalities_it_has() {
    let vs = VarStore::new(Device::Cpu);
    let config = AttentionFusionConfig::new(D_IN, D_OUT).with_n_heads(N_HEADS);
    let fusion = seeded(Seed(5), || config.init(vs.root()).unwrap());
    let (parts, _) = parts();
    let weights = fusion.attention_weights(&parts).unwrap();
    assert_eq!(weights.size(), [B, N_HEADS, 4, 4]);
    // Row 2 lacks the first modality, which is token 1.
    let row = weights.get(2);
    let zeros = Tensor::zeros([N_HEADS, 4], (Kind::Float, Device::Cpu));
    assert_eq!(row.select(2, 1), zeros);
    assert_eq!(row.select(1, 1), zeros);
    let sums = row.sum_dim_intlist([-1_i64].as_slice(), false, Kind::Float);
    let expected = Tensor::from_slice(&[1.0_f32, 0.0, 1.0, 1.0]).expand([N_HEADS, 4], false);
    assert_close("sums", &sums, &expected, 1e-6);
    // Row 1 lacks all: the class token has but itself.
    assert!((weights.double_value(&[1, 0, 0, 0]) - 1.0).abs() < 1e-6);
}

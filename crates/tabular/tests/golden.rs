//! Numbers and gradients of `rtdl_revisiting_models`, and of `torch.nn.Linear`.
#![cfg(test)]

mod formula;

use std::collections::BTreeMap;

use formula::{assert_close, assert_gradients, fill, fill_parameters};
use midfuse_nn::linear;
use midfuse_tabular::tch::nn::Module;
use midfuse_tabular::tch::{Device, Kind, Tensor, nn};
use midfuse_tabular::{
    Config, Encoder, FfnActivation, FtTransformerConfig, LinearConfig, MlpConfig, Mode,
    PeriodicEmbeddings, TabularInput, TabularResNetConfig,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    tolerance: f64,
    tolerance_of_presets_in_f64: f64,
    b: i64,
    preset_n_numeric: i64,
    preset_cardinalities: Vec<i64>,
    ft_transformer: Vec<FtCase>,
    presets: Vec<Preset>,
    mlp: Vec<MlpCase>,
    res_net: Vec<ResNetCase>,
    periodic: Vec<PeriodicCase>,
}

#[derive(Deserialize)]
struct FtCase {
    name: String,
    n_numeric: i64,
    cardinalities: Vec<i64>,
    d_out: Option<i64>,
    n_blocks: i64,
    d_block: i64,
    n_heads: i64,
    activation: FfnActivation,
    out: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

#[derive(Deserialize)]
struct Preset {
    n_blocks: usize,
    n_parameters: i64,
    first: Vec<f64>,
    mean: Vec<f64>,
    std: Vec<f64>,
}

#[derive(Deserialize)]
struct MlpCase {
    name: String,
    n_numeric: i64,
    cardinalities: Vec<i64>,
    d_embed: i64,
    n_blocks: i64,
    d_block: i64,
    out: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

#[derive(Deserialize)]
struct ResNetCase {
    name: String,
    n_numeric: i64,
    cardinalities: Vec<i64>,
    d_embed: i64,
    n_blocks: i64,
    d_block: i64,
    d_hidden_multiplier: f64,
    d_out: Option<i64>,
    out: Vec<f64>,
    out_in_eval_mode: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

#[derive(Deserialize)]
struct PeriodicCase {
    name: String,
    n_features: i64,
    n_frequencies: i64,
    d: i64,
    out: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

fn input(b: i64, n_numeric: i64, cardinalities: &[i64], kind: Kind) -> TabularInput {
    let numeric = (n_numeric > 0).then(|| (fill("x", &[b, n_numeric]) * 8).to_kind(kind));
    let columns: Vec<Tensor> = cardinalities
        .iter()
        .map(|c| (Tensor::arange(b, (Kind::Int64, Device::Cpu)) * 3).remainder(1 + c))
        .collect();
    let categorical = (!columns.is_empty()).then(|| Tensor::stack(&columns, 1));
    TabularInput::new(numeric, categorical, None).unwrap()
}

#[test]
fn ft_transformer_with_and_without_output_layer() {
    let golden: Golden = formula::read("rtdl.json");
    for case in &golden.ft_transformer {
        let vs = nn::VarStore::new(Device::Cpu);
        let encoder =
            FtTransformerConfig::new(case.n_numeric, case.cardinalities.clone(), case.d_block)
                .with_n_blocks(case.n_blocks)
                .with_attention_n_heads(case.n_heads)
                .with_dropout_p(0.0, 0.0, 0.0)
                .with_ffn_activation(case.activation)
                .with_output_norm(case.d_out.is_some())
                .init(vs.root())
                .unwrap();
        let head = case.d_out.map(|d_out| {
            let vs = vs.root() / "backbone" / "output" / "linear";
            linear(vs, case.d_block, d_out)
        });
        fill_parameters(&vs);
        let input = input(golden.b, case.n_numeric, &case.cardinalities, Kind::Float);
        let pooled = encoder.encode(&input, Mode::Train).unwrap().pooled;
        let out = head.map_or(pooled.shallow_clone(), |head| head.forward(&pooled));
        assert_close(&case.name, &out, &case.out, golden.tolerance);
        (&out * fill("c", &out.size())).sum(Kind::Float).backward();
        assert_gradients(&case.name, &vs, &case.gradients, golden.tolerance);
    }
}

#[test]
fn six_presets() {
    let golden: Golden = formula::read("rtdl.json");
    assert_eq!(golden.presets.len(), 6);
    for preset in &golden.presets {
        let mut vs = nn::VarStore::new(Device::Cpu);
        let config = FtTransformerConfig::make_default(
            golden.preset_n_numeric,
            golden.preset_cardinalities.clone(),
            preset.n_blocks,
        );
        let config = config.unwrap().with_output_norm(false);
        let encoder = config.init(vs.root()).unwrap();
        vs.double();
        fill_parameters(&vs);
        let n_parameters: usize = vs.trainable_variables().iter().map(Tensor::numel).sum();
        assert_eq!(n_parameters as i64, preset.n_parameters);
        let input = input(
            golden.b,
            golden.preset_n_numeric,
            &golden.preset_cardinalities,
            Kind::Double,
        );
        let pooled = encoder.encode(&input, Mode::Eval).unwrap().pooled;
        let what = format!("preset {}", preset.n_blocks);
        let over_width: &[i64] = &[1];
        let mean = pooled.mean_dim(over_width, false, Kind::Double);
        let std = pooled.std_dim(over_width, true, false);
        let tolerance = golden.tolerance_of_presets_in_f64;
        assert_close(&what, &pooled.narrow(1, 0, 8), &preset.first, tolerance);
        assert_close(&what, &mean, &preset.mean, tolerance);
        assert_close(&what, &std, &preset.std, tolerance);
    }
}

#[test]
fn mlp_with_categories() {
    let golden: Golden = formula::read("rtdl.json");
    for case in &golden.mlp {
        let vs = nn::VarStore::new(Device::Cpu);
        let encoder = MlpConfig::new(case.n_numeric, case.cardinalities.clone())
            .with_n_blocks(case.n_blocks)
            .with_d_block(case.d_block)
            .with_d_embed(case.d_embed)
            .with_d_periodic(0)
            .with_dropout_p(0.0)
            .init(vs.root())
            .unwrap();
        fill_parameters(&vs);
        let input = input(golden.b, case.n_numeric, &case.cardinalities, Kind::Float);
        let out = encoder.encode(&input, Mode::Train).unwrap().pooled;
        assert_close(&case.name, &out, &case.out, golden.tolerance);
        (&out * fill("c", &out.size())).sum(Kind::Float).backward();
        assert_gradients(&case.name, &vs, &case.gradients, golden.tolerance);
    }
}

#[test]
fn periodic_embeddings() {
    let golden: Golden = formula::read("rtdl.json");
    for case in &golden.periodic {
        let vs = nn::VarStore::new(Device::Cpu);
        let (n, k, d) = (case.n_features, case.n_frequencies, case.d);
        let layer = PeriodicEmbeddings::new(&vs.root(), n, k, 0.01, d);
        fill_parameters(&vs);
        let out = layer.forward(&(fill("x", &[golden.b, n]) * 8).to_kind(Kind::Float));
        assert_close(&case.name, &out, &case.out, golden.tolerance);
        (&out * fill("c", &out.size())).sum(Kind::Float).backward();
        assert_gradients(&case.name, &vs, &case.gradients, golden.tolerance);
    }
}

#[test]
fn res_net_in_train_and_eval_mode() {
    let golden: Golden = formula::read("rtdl.json");
    let tolerance = golden.tolerance_of_presets_in_f64;
    for case in &golden.res_net {
        let mut vs = nn::VarStore::new(Device::Cpu);
        let encoder = TabularResNetConfig::new(case.n_numeric, case.cardinalities.clone())
            .with_n_blocks(case.n_blocks)
            .with_d_block(case.d_block)
            .with_d_hidden_multiplier(case.d_hidden_multiplier)
            .with_d_embed(case.d_embed)
            .with_d_periodic(0)
            .with_dropout_p(0.0, 0.0)
            .with_output_norm(case.d_out.is_some())
            .init(vs.root())
            .unwrap();
        let head = case
            .d_out
            .map(|d_out| linear(vs.root() / "output" / "linear", case.d_block, d_out));
        vs.double();
        fill_parameters(&vs);
        let input = input(golden.b, case.n_numeric, &case.cardinalities, Kind::Double);
        let forward = |mode| {
            let pooled = encoder.encode(&input, mode).unwrap().pooled;
            head.as_ref()
                .map_or(pooled.shallow_clone(), |head| head.forward(&pooled))
        };
        let out = forward(Mode::Train);
        assert_close(&case.name, &out, &case.out, tolerance);
        (&out * fill("c", &out.size())).sum(Kind::Double).backward();
        assert_gradients(&case.name, &vs, &case.gradients, tolerance);
        let what = format!("{} in eval mode", case.name);
        let out = forward(Mode::Eval);
        assert_close(&what, &out, &case.out_in_eval_mode, tolerance);
    }
}

#[derive(Deserialize)]
struct LinearGolden {
    tolerance: f64,
    b: i64,
    linear: Vec<LinearCase>,
}

#[derive(Deserialize)]
struct LinearCase {
    name: String,
    n_numeric: i64,
    cardinalities: Vec<i64>,
    d_out: i64,
    out: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

#[test]
fn linear_over_numbers_and_one_hot_categories() {
    let golden: LinearGolden = formula::read("linear.json");
    for case in &golden.linear {
        let vs = nn::VarStore::new(Device::Cpu);
        let encoder = LinearConfig::new(case.n_numeric, case.cardinalities.clone())
            .with_d_out(case.d_out)
            .init(vs.root())
            .unwrap();
        fill_parameters(&vs);
        let input = input(golden.b, case.n_numeric, &case.cardinalities, Kind::Float);
        let out = encoder.encode(&input, Mode::Train).unwrap().pooled;
        assert_close(&case.name, &out, &case.out, golden.tolerance);
        (&out * fill("c", &out.size())).sum(Kind::Float).backward();
        assert_gradients(&case.name, &vs, &case.gradients, golden.tolerance);
    }
}

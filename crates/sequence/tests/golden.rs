//! Numbers and gradients of `torch.nn.GRU`, `torch.nn.LSTM` and `torch.nn.TransformerEncoderLayer`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod formula;

use std::collections::BTreeMap;

use formula::{assert_close, assert_gradients, fill, fill_parameters};
use midfuse_sequence::recurrent::{Cell, RecurrentConfig};
use midfuse_sequence::tch::{Device, Kind, Tensor, nn};
use midfuse_sequence::{
    Config, Encoder, GruConfig, LstmConfig, Mode, Position, SequenceInput, SequencePooling,
    SequenceTransformerConfig, Steps, StepsConfig,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Recurrent {
    tolerance: f64,
    b: i64,
    t: i64,
    d_in: i64,
    n_ids: i64,
    d_hidden: i64,
    cases: Vec<RecurrentCase>,
}

#[derive(Deserialize)]
struct RecurrentCase {
    name: String,
    cell: String,
    n_layers: i64,
    bidirectional: bool,
    ids: bool,
    d_embed: Option<i64>,
    lengths: Option<Vec<i64>>,
    tokens: Vec<f64>,
    pooled: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

fn input(b: i64, t: i64, ids: Option<i64>, d_in: i64, lengths: Option<&[i64]>) -> SequenceInput {
    match (ids, lengths) {
        (Some(n_ids), lengths) => {
            let ids = Tensor::arange(b * t, (Kind::Int64, Device::Cpu)) * 3;
            let ids = ids.remainder(n_ids).view([b, t]);
            match lengths {
                Some(lengths) => SequenceInput::ids(ids, lengths),
                None => SequenceInput::new(Steps::Ids(ids), None),
            }
        }
        (None, lengths) => {
            let values = (fill("x", &[b, t, d_in]) * 8).to_kind(Kind::Float);
            match lengths {
                Some(lengths) => SequenceInput::values(values, lengths),
                None => SequenceInput::new(Steps::Values(values), None),
            }
        }
    }
    .unwrap()
}

fn steps(ids: bool, n_ids: i64, d_in: i64) -> StepsConfig {
    if ids {
        StepsConfig::ids(n_ids)
    } else {
        StepsConfig::values(d_in)
    }
}

#[test]
fn gru_and_lstm_over_packed_sequences() {
    let golden: Recurrent = formula::read("recurrent.json");
    for case in &golden.cases {
        let steps = steps(case.ids, golden.n_ids, golden.d_in);
        match case.cell.as_str() {
            "gru" => check_recurrent(&golden, case, &GruConfig::new(steps, golden.d_hidden)),
            "lstm" => check_recurrent(&golden, case, &LstmConfig::new(steps, golden.d_hidden)),
            other => panic!("no cell {other}"),
        }
    }
}

fn check_recurrent<C: Cell>(golden: &Recurrent, case: &RecurrentCase, config: &RecurrentConfig<C>) {
    let mut config = config
        .clone()
        .with_n_layers(case.n_layers)
        .with_bidirectional(case.bidirectional);
    config.d_embed = case.d_embed;
    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = config.init(vs.root()).unwrap();
    fill_parameters(&vs);
    let ids = case.ids.then_some(golden.n_ids);
    let lengths = case.lengths.as_deref();
    let input = input(golden.b, golden.t, ids, golden.d_in, lengths);
    let out = encoder.encode(&input, Mode::Train).unwrap();
    let name = &case.name;
    assert_close(
        &format!("{name} tokens"),
        &out.tokens.x,
        &case.tokens,
        golden.tolerance,
    );
    assert_close(
        &format!("{name} pooled"),
        &out.pooled,
        &case.pooled,
        golden.tolerance,
    );
    formula::loss(&out).backward();
    assert_gradients(name, &vs, &case.gradients, golden.tolerance);
}

#[derive(Deserialize)]
struct Transformer {
    tolerance: f64,
    b: i64,
    t: i64,
    d_in: i64,
    n_ids: i64,
    d_model: i64,
    n_heads: i64,
    d_ff: i64,
    max_len: i64,
    cases: Vec<TransformerCase>,
}

#[derive(Deserialize)]
struct TransformerCase {
    name: String,
    ids: bool,
    position: Position,
    norm_first: bool,
    activation: midfuse_nn::Activation,
    pooling: SequencePooling,
    lengths: Option<Vec<i64>>,
    depth_1: Vec<f64>,
    tokens: Vec<f64>,
    pooled: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
}

#[test]
fn sequence_transformer_as_composition_of_torch_modules() {
    let golden: Transformer = formula::read("transformer.json");
    for case in &golden.cases {
        let name = &case.name;
        let steps = steps(case.ids, golden.n_ids, golden.d_in);
        let config = SequenceTransformerConfig::new(steps, golden.d_model)
            .with_n_heads(golden.n_heads)
            .with_d_ff(golden.d_ff)
            .with_max_len(golden.max_len)
            .with_dropout_p(0.0)
            .with_position(case.position)
            .with_norm_first(case.norm_first)
            .with_activation(case.activation)
            .with_pooling(case.pooling);
        let vs = nn::VarStore::new(Device::Cpu);
        let encoder = config.init(vs.root()).unwrap();
        fill_parameters(&vs);
        let ids = case.ids.then_some(golden.n_ids);
        let input = input(
            golden.b,
            golden.t,
            ids,
            golden.d_in,
            case.lengths.as_deref(),
        );
        let depth_1 = encoder.encode_to(&input, 1, Mode::Train).unwrap();
        assert_close(
            &format!("{name} depth 1"),
            &depth_1.x,
            &case.depth_1,
            golden.tolerance,
        );
        let out = encoder.encode(&input, Mode::Train).unwrap();
        assert_close(
            &format!("{name} tokens"),
            &out.tokens.x,
            &case.tokens,
            golden.tolerance,
        );
        assert_close(
            &format!("{name} pooled"),
            &out.pooled,
            &case.pooled,
            golden.tolerance,
        );
        formula::loss(&out).backward();
        assert_gradients(name, &vs, &case.gradients, golden.tolerance);
    }
}

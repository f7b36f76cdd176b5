//! What every encoder promises, for each sequence encoder.
#![cfg(test)]

use midfuse_sequence::tch::{Device, Kind, Tensor};
use midfuse_sequence::{
    GruConfig, LstmConfig, Position, RecurrentPooling, SequenceInput, SequencePooling,
    SequenceTransformerConfig, Steps, StepsConfig,
};
use midfuse_testing::{Contract, ErrorKind, Inputs, check_encoder, on_another_device};

const T: i64 = 5;
const D_IN: i64 = 3;
const N_IDS: i64 = 40;

fn tensor(input: &SequenceInput) -> &Tensor {
    match input.steps() {
        Steps::Ids(tensor) | Steps::Values(tensor) => tensor,
    }
}

/// The same kind of steps with another content and mask.
fn remake(like: &SequenceInput, content: Tensor, valid: Tensor) -> SequenceInput {
    let steps = match like.steps() {
        Steps::Ids(_) => Steps::Ids(content.to_kind(Kind::Int64)),
        Steps::Values(_) => Steps::Values(content),
    };
    SequenceInput::new(steps, Some(valid)).unwrap()
}

/// `fill`, or for ids an id that no table has: padding must not be looked up.
fn filling(like: &SequenceInput, fill: f64) -> f64 {
    match like.steps() {
        Steps::Ids(_) if fill.is_nan() => 1e9,
        _ => fill,
    }
}

/// Rows of 2 to 5 steps that depend on the seed alone.
fn inputs(ids: bool) -> Inputs<SequenceInput> {
    Inputs {
        batch: Box::new(move |b, seed| {
            let lengths: Vec<i64> = (0..b).map(|row| 2 + row * 2 % 4).collect();
            let draw = |row: i64, i: i64| seed.hash(&[row as u8, i as u8]);
            let cells = |n: i64| (0..b).flat_map(move |row| (0..n).map(move |i| (row, i)));
            if ids {
                let ids: Vec<i64> = cells(T)
                    .map(|(row, i)| (draw(row, i) % N_IDS as u64) as i64)
                    .collect();
                SequenceInput::ids(Tensor::from_slice(&ids).view([b, T]), &lengths)
            } else {
                let values: Vec<f32> = cells(T * D_IN)
                    .map(|(row, i)| draw(row, i) as f32 / u64::MAX as f32 * 4.0 - 2.0)
                    .collect();
                let values = Tensor::from_slice(&values).view([b, T, D_IN]);
                SequenceInput::values(values, &lengths)
            }
            .unwrap()
        }),
        select: Box::new(SequenceInput::select),
        absent: Box::new(|input, present, fill| {
            let valid = input.valid().unwrap();
            let valid = valid.logical_and(&present.unsqueeze(1));
            let row = present.logical_not().view([-1, 1]);
            let row = match input.steps() {
                Steps::Ids(_) => row,
                Steps::Values(_) => row.unsqueeze(-1),
            };
            let content = tensor(input).masked_fill(&row, filling(input, fill));
            remake(input, content, valid)
        }),
        pad: Some(Box::new(|input, fill| {
            let content = tensor(input);
            let mut size = content.size();
            size[1] = 2;
            let option = (content.kind(), Device::Cpu);
            let more = Tensor::full(&size, filling(input, fill), option);
            let valid = input.valid().unwrap();
            let no_more = Tensor::zeros([size[0], 2], (Kind::Bool, Device::Cpu));
            remake(
                input,
                Tensor::cat(&[content, &more], 1),
                Tensor::cat(&[valid, &no_more], 1),
            )
        })),
        on_another_device: Some(Box::new(|input| input.map(on_another_device))),
    }
}

fn values(d_in: i64, kind: Kind) -> SequenceInput {
    let values = Tensor::ones([2, T, d_in], (kind, Device::Cpu));
    SequenceInput::values(values, &[T, 1]).unwrap()
}

fn ids(largest: i64) -> SequenceInput {
    let ids = Tensor::full([2, T], largest, (Kind::Int64, Device::Cpu));
    SequenceInput::ids(ids, &[T, 1]).unwrap()
}

fn of_values<C>(name: &'static str, config: C, d_out: i64) -> Contract<C, SequenceInput> {
    Contract::new(name, config, d_out, inputs(false))
        .rejects("ids for values", ids(0), ErrorKind::Input)
        .rejects("width", values(D_IN + 1, Kind::Float), ErrorKind::Shape)
        .rejects("dtype", values(D_IN, Kind::Double), ErrorKind::Kind)
}

fn of_ids<C>(name: &'static str, config: C, d_out: i64) -> Contract<C, SequenceInput> {
    Contract::new(name, config, d_out, inputs(true))
        .rejects(
            "values for ids",
            values(D_IN, Kind::Float),
            ErrorKind::Input,
        )
        .rejects("id outside the vocabulary", ids(N_IDS), ErrorKind::Input)
}

const VALUES: StepsConfig = StepsConfig::Values { d_in: D_IN };
const IDS: StepsConfig = StepsConfig::Ids { n_ids: N_IDS };

#[test]
fn gru() {
    let config = GruConfig::new(VALUES, 8).with_n_layers(2);
    let contract = of_values("Gru", config.clone(), 8)
        .with_dropout(GruConfig::with_dropout_p)
        .rejects_config("d_hidden", GruConfig::new(VALUES, 0))
        .rejects_config("n_layers", config.clone().with_n_layers(0))
        .rejects_config("d_embed", config.clone().with_d_embed(-1))
        .rejects_config("dropout_p", config.with_dropout_p(f64::NAN))
        .overfits_with(2e-2, 300);
    check_encoder(&contract);
}

#[test]
fn gru_bidirectional_over_ids() {
    let config = GruConfig::new(IDS, 6)
        .with_bidirectional(true)
        .with_pooling(RecurrentPooling::Mean);
    check_encoder(&of_ids("Gru", config, 12).overfits_with(2e-2, 300));
}

#[test]
fn lstm() {
    let config = LstmConfig::new(VALUES, 8)
        .with_n_layers(2)
        .with_d_embed(4)
        .with_pooling(RecurrentPooling::Max);
    let contract = of_values("Lstm", config, 8)
        .with_dropout(LstmConfig::with_dropout_p)
        .rejects_config("steps.ids.n_ids", LstmConfig::new(StepsConfig::ids(0), 8))
        .rejects_config(
            "steps.values.d_in",
            LstmConfig::new(StepsConfig::values(0), 8),
        )
        .overfits_with(2e-2, 300);
    check_encoder(&contract);
}

#[test]
fn lstm_bidirectional_over_ids() {
    let config = LstmConfig::new(IDS, 6).with_bidirectional(true);
    check_encoder(&of_ids("Lstm", config, 12).overfits_with(2e-2, 300));
}

#[test]
fn sequence_transformer() {
    let config = SequenceTransformerConfig::new(VALUES, 16)
        .with_dropout_p(0.0)
        .with_max_len(T + 2);
    let too_long = Tensor::ones([2, T + 3, D_IN], (Kind::Float, Device::Cpu));
    let too_long = SequenceInput::values(too_long, &[1, 1]).unwrap();
    let contract = of_values("SequenceTransformer", config.clone(), 16)
        .with_dropout(SequenceTransformerConfig::with_dropout_p)
        .rejects("more steps than positions", too_long, ErrorKind::Input)
        .rejects_config("d_model", config.clone().with_n_heads(3))
        .rejects_config("n_heads", config.clone().with_n_heads(0))
        .rejects_config("n_layers", config.clone().with_n_layers(0))
        .rejects_config("d_ff", config.clone().with_d_ff(0))
        .rejects_config("max_len", config.with_max_len(0));
    check_encoder(&contract);
}

#[test]
fn sequence_transformer_post_norm_with_class_token_over_ids() {
    let config = SequenceTransformerConfig::new(IDS, 16)
        .with_dropout_p(0.0)
        .with_norm_first(false)
        .with_position(Position::Sinusoidal)
        .with_pooling(SequencePooling::Cls);
    check_encoder(&of_ids("SequenceTransformer", config, 16));
}

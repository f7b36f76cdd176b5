//! What every encoder promises, for each tabular encoder.
#![cfg(test)]

use midfuse_tabular::tch::{Device, Kind, Tensor};
use midfuse_tabular::{
    FfnActivation, FtTransformerConfig, LinearConfig, MlpConfig, TabularInput, TabularResNetConfig,
};
use midfuse_testing::{Contract, ErrorKind, Inputs, check_encoder, on_another_device};

/// Rows with two missing numbers and some unknown categories, which depend on the seed alone.
fn inputs(n_numeric: i64, cardinalities: &[i64]) -> Inputs<TabularInput> {
    let cardinalities = cardinalities.to_vec();
    Inputs {
        batch: Box::new(move |b, seed| {
            let draw = |row: i64, i: i64| seed.hash(&[row as u8, i as u8]);
            let cells = |n: i64| (0..b).flat_map(move |row| (0..n).map(move |i| (row, i)));
            let numeric: Vec<f32> = cells(n_numeric)
                .map(|(row, i)| match draw(row, i) {
                    missing if missing % 5 == 0 => f32::NAN,
                    other => other as f32 / u64::MAX as f32 * 4.0 - 2.0,
                })
                .collect();
            let n_categorical = cardinalities.len() as i64;
            let categorical: Vec<i64> = cells(n_categorical)
                .map(|(row, i)| {
                    let n = 1 + cardinalities[i as usize] as u64;
                    (draw(row, 100 + i) % n) as i64
                })
                .collect();
            TabularInput::new(
                (n_numeric > 0).then(|| Tensor::from_slice(&numeric).view([b, n_numeric])),
                (n_categorical > 0)
                    .then(|| Tensor::from_slice(&categorical).view([b, n_categorical])),
                None,
            )
            .unwrap()
        }),
        select: Box::new(TabularInput::select),
        absent: Box::new(|input, present, fill| {
            let absent = present.logical_not().unsqueeze(1);
            let numeric = input.numeric().map(|numeric| {
                let missing = input.observed().unwrap().logical_not();
                numeric
                    .masked_fill(&missing, f64::NAN)
                    .masked_fill(&absent, fill)
            });
            // An index that no table has: what is absent must not be looked up.
            let index = if fill.is_nan() { -7 } else { 0 };
            let categorical = input.categorical().map(|c| c.masked_fill(&absent, index));
            TabularInput::new(numeric, categorical, Some(present.shallow_clone())).unwrap()
        }),
        pad: None,
        on_another_device: Some(Box::new(|input| input.map(on_another_device))),
    }
}

fn numeric(f: i64, kind: Kind) -> Tensor {
    Tensor::ones([3, f], (kind, Device::Cpu))
}

fn categorical(k: i64, index: i64) -> Tensor {
    Tensor::full([3, k], index, (Kind::Int64, Device::Cpu))
}

fn input(
    numeric: impl Into<Option<Tensor>>,
    categorical: impl Into<Option<Tensor>>,
) -> TabularInput {
    TabularInput::new(numeric.into(), categorical.into(), None).unwrap()
}

/// Four numeric columns and categorical ones with two and five known categories.
fn mixed<C>(name: &'static str, config: C, d_out: i64) -> Contract<C, TabularInput> {
    let float = Kind::Float;
    Contract::new(name, config, d_out, inputs(4, &[2, 5]))
        .rejects(
            "a column too many",
            input(numeric(5, float), categorical(2, 1)),
            ErrorKind::Shape,
        )
        .rejects(
            "a categorical column too few",
            input(numeric(4, float), categorical(1, 1)),
            ErrorKind::Shape,
        )
        .rejects(
            "no numeric columns",
            input(None, categorical(2, 1)),
            ErrorKind::Input,
        )
        .rejects(
            "no categorical columns",
            input(numeric(4, float), None),
            ErrorKind::Input,
        )
        .rejects(
            "dtype",
            input(numeric(4, Kind::Double), categorical(2, 1)),
            ErrorKind::Kind,
        )
        .rejects(
            "a category that no table has",
            input(numeric(4, float), categorical(2, 3)),
            ErrorKind::Input,
        )
}

#[test]
fn mlp() {
    let config = MlpConfig::new(4, [2, 5])
        .with_d_block(16)
        .with_dropout_p(0.0)
        .with_missing_indicator(true);
    let contract = mixed("Mlp", config.clone(), 16)
        .with_dropout(MlpConfig::with_dropout_p)
        .rejects_config("n_numeric", MlpConfig::new(0, []))
        .rejects_config("cardinalities[1]", MlpConfig::new(0, [3, 0]))
        .rejects_config("n_blocks", config.clone().with_n_blocks(-1))
        .rejects_config("d_block", config.clone().with_d_block(0))
        .rejects_config("d_embed", config.clone().with_d_embed(0))
        .rejects_config("dropout_p", config.with_dropout_p(1.0))
        .overfits_with(1e-2, 300);
    check_encoder(&contract);
}

#[test]
fn mlp_over_categories_alone() {
    let config = MlpConfig::new(0, [20, 30])
        .with_d_block(16)
        .with_dropout_p(0.0);
    let contract = Contract::new("Mlp", config, 16, inputs(0, &[20, 30]));
    check_encoder(&contract.overfits_with(1e-2, 300));
}

#[test]
fn res_net() {
    let config = TabularResNetConfig::new(4, [2, 5])
        .with_d_block(16)
        .with_dropout_p(0.0, 0.0)
        .with_missing_indicator(true);
    let contract = mixed("TabularResNet", config.clone(), 16)
        .with_dropout(|config, p| config.with_dropout_p(p, p))
        .rejects_config("n_numeric", TabularResNetConfig::new(0, []))
        .rejects_config("n_blocks", config.clone().with_n_blocks(0))
        .rejects_config("d_block", config.clone().with_d_block(0))
        .rejects_config("d_hidden_multiplier", config.with_d_hidden_multiplier(0.01));
    check_encoder(&contract);
}

#[test]
fn res_net_of_numbers_without_output_norm() {
    let config = TabularResNetConfig::new(6, [])
        .with_n_blocks(1)
        .with_d_block(16)
        .with_dropout_p(0.0, 0.0)
        .with_output_norm(false);
    check_encoder(&Contract::new("TabularResNet", config, 16, inputs(6, &[])));
}

#[test]
fn ft_transformer() {
    let config = FtTransformerConfig::new(4, [2, 5], 16)
        .with_attention_n_heads(2)
        .with_n_blocks(2)
        .with_dropout_p(0.0, 0.0, 0.0);
    let contract = mixed("FtTransformer", config.clone(), 16)
        .with_dropout(|config, p| config.with_dropout_p(p, p, p))
        .without_gradient("W_k.bias", "adds the same number to all logits of a query")
        .rejects_config("n_numeric", FtTransformerConfig::new(-1, [2], 16))
        .rejects_config("d_block", config.clone().with_attention_n_heads(3))
        .rejects_config(
            "attention_n_heads",
            config.clone().with_attention_n_heads(0),
        )
        .rejects_config("n_blocks", config.clone().with_n_blocks(0))
        .rejects_config(
            "ffn_d_hidden_multiplier",
            config.with_ffn_d_hidden_multiplier(0.0),
        );
    check_encoder(&contract);
}

#[test]
fn ft_transformer_numeric_relu_without_output_norm() {
    let config = FtTransformerConfig::new(6, [], 16)
        .with_attention_n_heads(1)
        .with_n_blocks(1)
        .with_dropout_p(0.0, 0.0, 0.0)
        .with_ffn_activation(FfnActivation::Relu)
        .with_output_norm(false);
    let contract = Contract::new("FtTransformer", config, 16, inputs(6, &[]))
        .without_gradient("W_k.bias", "adds the same number to all logits of a query");
    check_encoder(&contract);
}

#[test]
fn linear() {
    let config = LinearConfig::new(4, [2, 5]).with_d_out(16);
    let contract = mixed("Linear", config.clone(), 16)
        .rejects_config("n_numeric", LinearConfig::new(0, []))
        .rejects_config("cardinalities[1]", LinearConfig::new(0, [3, 0]))
        .rejects_config("d_out", config.with_d_out(0))
        .overfits_with(1e-1, 300);
    check_encoder(&contract);
}

#[test]
fn linear_over_the_values_of_an_embedding() {
    let config = LinearConfig::new(24, []).with_d_out(8);
    let contract = Contract::new("Linear", config, 8, inputs(24, &[]));
    check_encoder(&contract.overfits_with(1e-1, 300));
}

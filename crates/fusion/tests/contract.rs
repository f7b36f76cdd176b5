//! What every fusion promises.
#![cfg(test)]

use std::borrow::Borrow;

use midfuse_fusion::tch::{Device, Kind, Tensor, nn};
use midfuse_fusion::{
    AttentionFusionConfig, ConcatFusionConfig, Config, EarlyFusionConfig, Encoded, Fusion,
    LateFusion, LateFusionConfig, Mode, Pooling, RawEarlyFusion, RawEarlyFusionConfig, RawFeatures,
    Result, Task, TokenPosition, Tokens,
};
use midfuse_testing::{Contract, ErrorKind, Inputs, check_fusion, fusion_inputs};
use serde::{Deserialize, Serialize};

const D_IN: [i64; 3] = [5, 3, 4];

/// The inputs of `midfuse_testing`, in which every modality and not the first alone is absent in
/// some rows that have another.
fn inputs() -> Inputs<Vec<Encoded>> {
    let plain = fusion_inputs(&D_IN);
    let batch = plain.batch;
    Inputs {
        batch: Box::new(move |b, seed| {
            let lacks = |part: Encoded, remainder: i64| {
                let row = Tensor::arange(b, (Kind::Int64, Device::Cpu)).remainder(4);
                let present = row.not_equal(remainder).unsqueeze(1);
                let valid = part.tokens.valid_or_ones().logical_and(&present);
                Encoded {
                    pooled: part.pooled.masked_fill(&present.logical_not(), 0.0),
                    tokens: Tokens::masked(part.tokens.x, valid),
                }
            };
            let parts = batch(b, seed).into_iter().zip([2, 3, 0]);
            parts.map(|(part, row)| lacks(part, row)).collect()
        }),
        ..plain
    }
}

fn part(rows: i64, d: i64, kind: Kind) -> Encoded {
    let x = Tensor::ones([rows, 2, d], (kind, Device::Cpu));
    Encoded {
        pooled: x.select(1, 0),
        tokens: Tokens::all_valid(x),
    }
}

/// Three parts that fit but for the last.
fn all_but(last: Encoded) -> Vec<Encoded> {
    vec![part(2, 5, Kind::Float), part(2, 3, Kind::Float), last]
}

/// What every fusion refuses.
fn of_any<C>(name: &'static str, config: C, d_out: i64) -> Contract<C, Vec<Encoded>> {
    let float = Kind::Float;
    let two = vec![part(2, 5, float), part(2, 3, float)];
    let mut four = all_but(part(2, 4, float));
    four.push(part(2, 4, float));
    Contract::new(name, config, d_out, inputs())
        .rejects("no parts", Vec::new(), ErrorKind::Input)
        .rejects("too few parts", two, ErrorKind::Input)
        .rejects("too many parts", four, ErrorKind::Input)
        .rejects("width", all_but(part(2, 6, float)), ErrorKind::Shape)
        .rejects("rows", all_but(part(3, 4, float)), ErrorKind::Shape)
        .rejects("dtype", all_but(part(2, 4, Kind::Double)), ErrorKind::Kind)
}

/// What a fusion of encodings refuses.
fn of<C>(name: &'static str, config: C, d_out: i64) -> Contract<C, Vec<Encoded>> {
    let mut short_mask = part(2, 4, Kind::Float);
    short_mask.tokens.valid = Some(Tensor::ones([2, 1], (Kind::Bool, Device::Cpu)));
    let mut number_mask = part(2, 4, Kind::Float);
    number_mask.tokens.valid = Some(Tensor::ones([2, 2], (Kind::Float, Device::Cpu)));
    of_any(name, config, d_out)
        .rejects("length of a mask", all_but(short_mask), ErrorKind::Shape)
        .rejects("dtype of a mask", all_but(number_mask), ErrorKind::Kind)
}

#[test]
fn concat_fusion() {
    let config = ConcatFusionConfig::new(D_IN, 16);
    let contract = of("ConcatFusion", config.clone(), 16)
        .with_dropout(ConcatFusionConfig::with_dropout_p)
        .rejects_config("d_in", ConcatFusionConfig::new([], 16))
        .rejects_config("d_in[2]", ConcatFusionConfig::new([5, 3, 0], 16))
        .rejects_config("d_out", ConcatFusionConfig::new(D_IN, -1))
        .rejects_config("d_hidden[1]", config.clone().with_d_hidden([4, 0]))
        .rejects_config("dropout_p", config.with_dropout_p(1.0))
        .overfits_with(1e-2, 300);
    check_fusion(&contract);
}

#[test]
fn concat_fusion_without_hidden_layer() {
    let config = ConcatFusionConfig::new(D_IN, 16).with_d_hidden([]);
    check_fusion(&of("ConcatFusion", config, 16).overfits_with(2e-2, 300));
}

#[test]
fn attention_fusion() {
    let config = AttentionFusionConfig::new(D_IN, 16);
    let contract = of("AttentionFusion", config.clone(), 16)
        .with_dropout(AttentionFusionConfig::with_dropout_p)
        .rejects_config("d_in[0]", AttentionFusionConfig::new([0, 3, 4], 16))
        .rejects_config("d_out", config.clone().with_n_heads(3))
        .rejects_config("n_heads", config.clone().with_n_heads(-4))
        .rejects_config("dropout_p", config.with_dropout_p(-0.5))
        .overfits_with(1e-2, 300);
    check_fusion(&contract);
}

#[test]
fn attention_fusion_with_the_mean() {
    let config = AttentionFusionConfig::new(D_IN, 16).with_pooling(Pooling::Mean);
    check_fusion(&of("AttentionFusion", config, 16).overfits_with(1e-2, 300));
}

#[test]
fn early_fusion() {
    let config = EarlyFusionConfig::new(D_IN, 16).with_dropout_p(0.0);
    let contract = of("EarlyFusion", config.clone(), 16)
        .with_dropout(EarlyFusionConfig::with_dropout_p)
        .rejects_config("d_tokens", EarlyFusionConfig::new([], 16))
        .rejects_config("d_tokens[1]", EarlyFusionConfig::new([5, -3, 4], 16))
        .rejects_config("d_model", config.clone().with_n_heads(5))
        .rejects_config("n_heads", config.clone().with_n_heads(0))
        .rejects_config("n_layers", config.clone().with_n_layers(0))
        .rejects_config("d_ff", config.clone().with_d_ff(-8))
        .rejects_config("dropout_p", config.with_dropout_p(f64::NAN));
    check_fusion(&contract);
}

#[test]
fn early_fusion_with_the_mean_and_no_positions() {
    let config = EarlyFusionConfig::new(D_IN, 16)
        .with_dropout_p(0.0)
        .with_pooling(Pooling::Mean)
        .with_position(TokenPosition::None);
    check_fusion(&of("EarlyFusion", config, 16));
}

/// A module that is no [`Fusion`], called like one, so that the same is asked of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
struct AsFusion<C>(C);

#[derive(Debug)]
struct RawAsFusion(RawEarlyFusion);

impl Config for AsFusion<RawEarlyFusionConfig> {
    type Module = RawAsFusion;

    fn validate(&self) -> Result<()> {
        self.0.validate()
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<RawAsFusion> {
        self.0.init(vs).map(RawAsFusion)
    }
}

impl Fusion for RawAsFusion {
    fn fuse(&self, parts: &[Encoded], mode: Mode) -> Result<Encoded> {
        let raw = parts.iter().map(|part| RawFeatures {
            values: part.pooled.shallow_clone(),
            present: part.present(),
        });
        self.0.fuse_raw(&raw.collect::<Vec<_>>(), mode)
    }

    fn d_out(&self) -> i64 {
        self.0.d_out()
    }
}

#[test]
fn raw_early_fusion() {
    let config = RawEarlyFusionConfig::new(D_IN, 16);
    let contract = of_any("RawEarlyFusion", AsFusion(config.clone()), 16)
        .with_dropout(|config, p| AsFusion(config.0.with_dropout_p(p)))
        .rejects_config("d_in", AsFusion(RawEarlyFusionConfig::new([], 16)))
        .rejects_config("d_out", AsFusion(RawEarlyFusionConfig::new(D_IN, 0)))
        .rejects_config("d_hidden[0]", AsFusion(config.clone().with_d_hidden([0])))
        .rejects_config("dropout_p", AsFusion(config.with_dropout_p(1.5)))
        .overfits_with(1e-2, 300);
    check_fusion(&contract);
}

/// Predictions as a pooled vector, zeros in rows that lack all modalities.
#[derive(Debug)]
struct LateAsFusion(LateFusion, i64);

impl Config for AsFusion<LateFusionConfig> {
    type Module = LateAsFusion;

    fn validate(&self) -> Result<()> {
        self.0.validate()
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<LateAsFusion> {
        let late = self.0.init(vs)?;
        let d_out = midfuse_fusion::head_task(&self.0.task).d_out();
        Ok(LateAsFusion(late, d_out))
    }
}

impl Fusion for LateAsFusion {
    fn fuse(&self, parts: &[Encoded], mode: Mode) -> Result<Encoded> {
        let scores = self.0.forward(parts, mode)?;
        let present = parts
            .iter()
            .map(|part| part.tokens.valid_or_ones().any_dim(1, true));
        let any = Tensor::cat(&present.collect::<Vec<_>>(), 1).any_dim(1, true);
        let pooled = scores.masked_fill(&any.logical_not(), 0.0);
        let tokens = Tokens::masked(pooled.unsqueeze(1), any);
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        self.1
    }
}

#[test]
fn late_fusion() {
    for task in [Task::of_classes(3), Task::Regression] {
        let config = LateFusionConfig::new(D_IN, task.clone()).with_d_hidden([16]);
        let bad_task = LateFusionConfig::classify(D_IN, 1);
        let contract = of(
            "LateFusion",
            AsFusion(config.clone()),
            task.n_scores() as i64,
        )
        .with_dropout(|config, p| AsFusion(config.0.with_dropout_p(p)))
        .rejects_config("d_in", AsFusion(LateFusionConfig::new([], task)))
        .rejects_config("task.classes", AsFusion(bad_task))
        .rejects_config("d_hidden[0]", AsFusion(config.clone().with_d_hidden([-1])))
        .rejects_config("dropout_p", AsFusion(config.with_dropout_p(-1.0)))
        .overfits_with(2e-2, 400);
        check_fusion(&contract);
    }
}

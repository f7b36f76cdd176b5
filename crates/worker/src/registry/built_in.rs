//! Everything that midfuse brings: one line each. Where a config requires a field that comes from
//! the data, any value stands in for it here.

use midfuse_base::Options;
use midfuse_core::{Config, Encoder, Fusion};
use midfuse_fusion::{AttentionFusionConfig, ConcatFusionConfig};
use midfuse_image::{ConvNetConfig, ResNetConfig};
use midfuse_sequence::{GruConfig, LstmConfig, SequenceTransformerConfig, StepsConfig};
use midfuse_tabular::{FtTransformerConfig, LinearConfig, MlpConfig, TabularResNetConfig};

use super::{Label, Registry};
use crate::Result;
use crate::estimator::{Estimator, Linear, Trees};
use crate::modality::Modality;
use crate::strategy::{D_FUSED, Early, EarlyRaw, Late, Single, Strategy};

#[rustfmt::skip] // One line each.
pub(super) fn register(to: &mut Registry) -> Result<()> {
    let steps = StepsConfig::values(1);
    // Images.
    encoder(to, "conv-net", "a few convolutions with batch normalisation: for small images", ConvNetConfig::new(1))?;
    encoder(to, "resnet", "residual network of 18, 34 or 50 layers", ResNetConfig::new(1, 18))?;
    // Sequences and texts.
    encoder(to, "gru", "gated recurrent unit", GruConfig::new(steps, 64))?;
    encoder(to, "lstm", "long short-term memory", LstmConfig::new(steps, 64))?;
    encoder(to, "sequence-transformer", "transformer encoder over the steps", SequenceTransformerConfig::new(steps, 64))?;
    // Tables and embeddings.
    encoder(to, "linear", "one linear layer", LinearConfig::new(1, []))?;
    encoder(to, "mlp", "embedded categories and numbers through blocks of linear layers", MlpConfig::new(1, []))?;
    encoder(to, "tabular-resnet", "residual blocks of linear layers with batch normalisation", TabularResNetConfig::new(1, []))?;
    encoder(to, "ft-transformer", "a token per column, through a transformer", FtTransformerConfig::new(1, [], 64))?;
    // Strategies, by how late modalities meet.
    strategy(to, "single", "nothing meets: each modality alone, its encoder and a linear head", Single {})?;
    strategy(to, "early-raw", "raw features meet in one MLP; the encoders are not used", EarlyRaw::default())?;
    strategy(to, "early", "tokens meet in one transformer, after `depth` stages of the encoders", Early::default())?;
    fusion(to, "concat", "pooled vectors meet, concatenated, in an MLP", ConcatFusionConfig::new([], D_FUSED))?;
    fusion(to, "attention", "pooled vectors meet as tokens that attend to one another", AttentionFusionConfig::new([], D_FUSED))?;
    strategy(to, "late", "predictions meet: one head per modality, and their mean", Late::default())?;
    // Baselines: they fit themselves on raw features.
    estimator(to, "linear", "penalised logistic, ridge, elastic-net or Cox regression, solved exactly", Linear::default())?;
    estimator(to, "trees", "boosted trees, by LightGBM", Trees::default())?;
    Ok(())
}

fn encoder<C>(to: &mut Registry, name: &str, summary: &str, config: C) -> Result<()>
where
    C: Config<Module: Encoder<Input: Modality> + 'static> + Options,
{
    let label = Label::new(name).summary(summary).options::<C>();
    to.add_encoder(label, &config)
}

fn fusion<C>(to: &mut Registry, name: &str, summary: &str, config: C) -> Result<()>
where
    C: Config<Module: Fusion + 'static> + Options,
{
    let label = Label::new(name).summary(summary).options::<C>();
    to.add_fusion(label, config)
}

fn strategy<S: Strategy>(to: &mut Registry, name: &str, summary: &str, config: S) -> Result<()> {
    to.add_strategy(Label::new(name).summary(summary), &config)
}

fn estimator<E: Estimator>(to: &mut Registry, name: &str, summary: &str, config: E) -> Result<()> {
    to.add_estimator(Label::new(name).summary(summary), &config)
}

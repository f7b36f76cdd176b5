//! What a model of several modalities needs, in one `use midfuse::prelude::*`.

pub use crate::Result;
pub use midfuse_core::tch::{self, Device, Kind, Tensor, nn};
pub use midfuse_core::{
    Config, Encoded, Encoder, Error, Fusion, Mode, Model, Output, Seed, Tokens,
};
#[cfg(feature = "fusion")]
pub use midfuse_fusion::{
    AttentionFusion, AttentionFusionConfig, ConcatFusion, ConcatFusionConfig, EarlyFusion,
    EarlyFusionConfig, Head, HeadConfig, LateFusion, LateFusionConfig, RawEarlyFusion,
    RawEarlyFusionConfig, loss,
};
#[cfg(feature = "image")]
pub use midfuse_image::{ConvNet, ConvNetConfig, ImageInput, ResNet, ResNetConfig};
#[cfg(feature = "sequence")]
pub use midfuse_sequence::{
    Gru, GruConfig, Lstm, LstmConfig, SequenceInput, SequenceTransformer,
    SequenceTransformerConfig, Steps, StepsConfig,
};
#[cfg(feature = "tabular")]
pub use midfuse_tabular::{
    FtTransformer, FtTransformerConfig, Linear, LinearConfig, Mlp, MlpConfig, TabularInput,
    TabularResNet, TabularResNetConfig,
};

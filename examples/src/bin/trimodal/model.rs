//! A model of three modalities, in 25 lines.

use midfuse::prelude::*;

/// One typed input per modality.
pub(crate) struct Batch {
    pub(crate) pixels: ImageInput,
    pub(crate) profiles: SequenceInput,
    pub(crate) moments: TabularInput,
}

/// Three encoders that meet in a fusion. Another fusion is one line, `ConcatFusionConfig::new(d, 64)`.
#[derive(Debug)]
pub(crate) struct Trimodal {
    pixels: ConvNet,
    profiles: Gru,
    moments: FtTransformer,
    fusion: AttentionFusion,
    head: Head,
}

impl Trimodal {
    pub(crate) fn new(vs: &nn::Path, n_classes: i64) -> Result<Self> {
        let pixels = ConvNetConfig::new(1).init(vs / "pixels")?;
        let profiles = GruConfig::new(StepsConfig::values(12), 64).init(vs / "profiles")?;
        let moments = FtTransformerConfig::new(47, [], 32)
            .with_n_blocks(1)
            .init(vs / "moments")?;
        let d = [pixels.d_out(), profiles.d_out(), moments.d_out()];
        let fusion = AttentionFusionConfig::new(d, 64)
            .with_n_heads(4)
            .init(vs / "fusion")?;
        let head = HeadConfig::classify(64, n_classes).init(vs / "head")?;
        Ok(Self {
            pixels,
            profiles,
            moments,
            fusion,
            head,
        })
    }
}

impl Model for Trimodal {
    type Batch = Batch;

    fn forward(&self, batch: &Batch, mode: Mode) -> Result<Output> {
        let pixels = self.pixels.encode(&batch.pixels, mode)?;
        let profiles = self.profiles.encode(&batch.profiles, mode)?;
        let moments = self.moments.encode(&batch.moments, mode)?;
        let fused = self.fusion.fuse(&[pixels, profiles, moments], mode)?;
        Ok(Output {
            logits: self.head.forward(&fused, mode)?,
        })
    }
}

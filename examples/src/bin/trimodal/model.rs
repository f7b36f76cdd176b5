//! A model of three modalities: 25 lines from `struct Trimodal` to the end of its `impl`.

use midfuse::prelude::*;

/// One typed input per modality.
pub(crate) struct Batch {
    pub(crate) pixels: ImageInput,
    pub(crate) profiles: SequenceInput,
    pub(crate) moments: TabularInput,
}

/// Width of what each encoder gives, and of the fused vector.
const D: i64 = 64;

/// Another fusion is one line: `ConcatFusionConfig::new([D, D, D], D)`.
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
        Ok(Self {
            pixels: ConvNetConfig::new(1).init(vs / "pixels")?,
            profiles: GruConfig::new(StepsConfig::values(12), D).init(vs / "profiles")?,
            moments: FtTransformerConfig::new(47, [], D).init(vs / "moments")?,
            fusion: AttentionFusionConfig::new([D, D, D], D).init(vs / "fusion")?,
            head: HeadConfig::classify(D, n_classes).init(vs / "head")?,
        })
    }
    fn logits(&self, batch: &Batch, mode: Mode) -> Result<Tensor> {
        let pixels = self.pixels.encode(&batch.pixels, mode)?;
        let profiles = self.profiles.encode(&batch.profiles, mode)?;
        let moments = self.moments.encode(&batch.moments, mode)?;
        let fused = self.fusion.fuse(&[pixels, profiles, moments], mode)?;
        self.head.forward(&fused, mode)
    }
}

/// What the training loop asks for.
impl Model for Trimodal {
    type Batch = Batch;

    fn forward(&self, batch: &Batch, mode: Mode) -> Result<Output> {
        let logits = self.logits(batch, mode)?;
        Ok(Output { logits })
    }
}

//! A fusion of your own in some forty lines: a gate per modality and unit decides what comes through.
//!
//! After Arevalo et al., "Gated multimodal units for information fusion", ICLR 2017 workshop; each
//! gate sees its own modality only.

use std::borrow::Borrow;

use midfuse::core::Validate;
use midfuse::core::check::{self, Dim};
use midfuse::nn::{linear, pool, zero_invalid};
use midfuse::prelude::*;
use serde::{Deserialize, Serialize};
use tch::nn::Module;

/// Config of [`GatedSum`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatedSumConfig {
    /// Width of each part, at least 1. A worker fills it in from the encoders.
    pub d_in: Vec<i64>,
    /// Width of the fused vector, at least 1.
    pub d_out: i64,
}

impl Config for GatedSumConfig {
    type Module = GatedSum;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("GatedSumConfig");
        for &d in &self.d_in {
            check.positive("d_in", d)?;
        }
        Ok(check.positive("d_out", self.d_out)?)
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<GatedSum> {
        self.validate()?;
        let vs = vs.borrow();
        let layer = |name: &str, i, d| linear(vs / name / i, d, self.d_out);
        let widths = self.d_in.iter().enumerate();
        let layers = widths.map(|(i, &d)| (layer("gate", i, d), layer("project", i, d)));
        Ok(GatedSum {
            layers: layers.collect(),
            config: self.clone(),
        })
    }
}

/// The mean over the present modalities of `sigmoid(gate(x)) * tanh(project(x))`.
#[derive(Debug)]
pub struct GatedSum {
    layers: Vec<(nn::Linear, nn::Linear)>,
    config: GatedSumConfig,
}

impl Fusion for GatedSum {
    fn fuse(&self, parts: &[Encoded], _mode: Mode) -> Result<Encoded> {
        self.check(parts)?;
        let (mut x, mut valid) = (Vec::new(), Vec::new());
        for (part, (gate, project)) in parts.iter().zip(&self.layers) {
            let present = part.tokens.valid_or_ones().any_dim(1, true);
            // Whatever stands in an absent row, even NaN, goes no further.
            let vector = part.pooled.masked_fill(&present.logical_not(), 0.0);
            x.push(gate.forward(&vector).sigmoid() * project.forward(&vector).tanh());
            valid.push(present);
        }
        let (x, valid) = (Tensor::stack(&x, 1), Tensor::cat(&valid, 1));
        let pooled = pool::masked_mean(&x, Some(&valid));
        let tokens = Tokens::masked(zero_invalid(&x, Some(&valid)), valid);
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        self.config.d_out
    }
}

impl GatedSum {
    /// One part per modality, each `pooled: [B, d_in[i]]`.
    fn check(&self, parts: &[Encoded]) -> Result<()> {
        const MODULE: &str = "GatedSum";
        let (expected, got) = (self.layers.len(), parts.len());
        if expected != got || got == 0 {
            let (expected, got) = (format!("{expected} parts, at least 1"), got.to_string());
            return Err(Error::Input {
                module: MODULE,
                expected,
                got,
            });
        }
        let b = parts
            .iter()
            .filter_map(|part| part.pooled.size().first().copied())
            .max();
        let widths = parts.iter().zip(&self.config.d_in).zip(&self.layers);
        for ((part, &d), (gate, _)) in widths {
            check::shape(
                MODULE,
                &part.pooled,
                &[Dim::Is(b.unwrap_or_default()), Dim::Is(d)],
            )?;
            check::kind(MODULE, &part.pooled, gate.ws.kind())?;
            check::device(MODULE, &part.pooled, gate.ws.device())?;
        }
        Ok(())
    }
}

//! A saved model: weights, configs, fitted transforms, vocabulary and class names in one folder.

use std::path::Path;

use midfuse_base::{Task, hex};
use midfuse_core::checkpoint;
use midfuse_wire::JobSpec;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tch::Device;
use tch::nn::VarStore;

use crate::job::{FittedTarget, target_part};
use crate::modality::{Fitted, Sizes};
use crate::model::{Members, ModelSection, StrategyModel};
use crate::predict::Predictor;
use crate::registry::{KnownEstimator, Registry};
use crate::{Error, Result};

/// Version of the layout of `model.json`.
const FORMAT: u32 = 1;
const DESCRIPTION: &str = "model.json";
/// Longest description that is read, in bytes: a vocabulary of a million tokens fits.
const MAX_DESCRIPTION: u64 = 256 << 20;
/// Longest file of an estimator that is read, in bytes: millions of coefficients, or 100,000 trees.
const MAX_ESTIMATOR: u64 = 1 << 30;

/// `model.json`: everything about a saved model but its weights, or what an estimator fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bundle {
    format: u32,
    midfuse: String,
    libtorch: String,
    pub(crate) task: Task,
    model: ModelSection,
    /// Fitted transforms, one per modality of the model.
    fitted: Vec<Fitted>,
    /// What was fitted on the target: the scale of a number, the baseline of a survival.
    target: Value,
    pub(crate) threads: usize,
    pub(crate) predict_batch: usize,
    weights_sha256: String,
}

impl Bundle {
    /// The file with the weights of a network.
    pub(crate) const WEIGHTS: &str = "weights.safetensors";

    pub(crate) fn new(
        spec: &JobSpec,
        model: ModelSection,
        fitted: Vec<Fitted>,
        target: &dyn FittedTarget,
        weights_sha256: String,
    ) -> Result<Self> {
        let target = target
            .saved()
            .map_err(|error| Error::section("target", error.to_string()))?;
        Ok(Self {
            format: FORMAT,
            midfuse: env!("CARGO_PKG_VERSION").to_owned(),
            libtorch: midfuse_torch::version().to_owned(),
            task: spec.task.clone(),
            model,
            fitted,
            target,
            threads: spec.threads,
            predict_batch: spec.predict_batch,
            weights_sha256,
        })
    }

    /// Writes the weights to a file of this name, then the description: a folder with a description
    /// is whole.
    pub(crate) fn save(&self, folder: &Path, file: &str, weights: &[u8]) -> Result<()> {
        checkpoint::write_atomic(&folder.join(file), weights)?;
        let path = folder.join(DESCRIPTION);
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| Error::Bundle {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        json.push(b'\n');
        Ok(checkpoint::write_atomic(&path, &json)?)
    }

    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let path = folder.join(DESCRIPTION);
        let bad = |reason: String| bad_file(&path, reason);
        let missing = "; name the folder of a saved model";
        let bytes = read_up_to(MAX_DESCRIPTION, &path, missing, "a description of a model")?;
        let format = serde_json::from_slice::<serde_json::Value>(&bytes)
            .map_err(|error| bad(format!("not JSON: {error}")))?
            .get("format")
            .and_then(serde_json::Value::as_u64);
        if format != Some(u64::from(FORMAT)) {
            return Err(bad(format!(
                "expected format {FORMAT}, got {}; use the version of midfuse that saved it",
                format.map_or_else(|| "none".to_owned(), |format| format.to_string())
            )));
        }
        let bundle: Self =
            serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
        if bundle.fitted.len() != bundle.model.modalities.len() {
            return Err(bad(
                "the numbers of modalities and of fitted transforms differ".into(),
            ));
        }
        Ok(bundle)
    }

    /// The model with what was fitted.
    pub(crate) fn predictor(
        &self,
        registry: &Registry,
        folder: &Path,
        device: Device,
    ) -> Result<Predictor> {
        match registry.estimator(&self.model.strategy.name) {
            Some(known) => self.estimator(known, folder),
            None => self.network(registry, folder, device),
        }
    }

    fn estimator(&self, known: &KnownEstimator, folder: &Path) -> Result<Predictor> {
        let path = folder.join(known.file());
        let bytes = read_up_to(MAX_ESTIMATOR, &path, "", "what an estimator fitted")?;
        if sha256(&bytes) != self.weights_sha256 {
            return Err(other_weights(&path));
        }
        let model = known
            .load(&bytes, &self.task)
            .map_err(|error| bad_file(&path, error.line()))?;
        Ok(Predictor::Estimator {
            model,
            sizes: self.sizes(),
        })
    }

    fn network(&self, registry: &Registry, folder: &Path, device: Device) -> Result<Predictor> {
        let path = folder.join(Self::WEIGHTS);
        let sizes = self.sizes();
        let misfit = |reason: String| Error::Bundle {
            path: folder.join(DESCRIPTION),
            reason: format!("its configs do not fit one another: {reason}"),
        };
        let built = |_| {
            let vs = VarStore::new(device);
            let model =
                StrategyModel::rebuild(registry, &self.model, &sizes, &self.task, &vs.root())?;
            crate::job::drop_unused_and_count_flops(&model, &vs, &sizes)?;
            Ok((model, vs))
        };
        let members = (0..self.model.refits()).map(built);
        let members: Result<Vec<_>> = members.collect();
        let members = members.map_err(|error| misfit(error.line()))?;
        let model = Members::of(members).ok_or_else(|| misfit("no network".to_owned()))?;
        checkpoint::load(model.vs(), &path)?;
        if sha256(&checkpoint::to_bytes(model.vs())?) != self.weights_sha256 {
            return Err(other_weights(&path));
        }
        let batch = self.predict_batch.max(1);
        Ok(Predictor::Network {
            model,
            device,
            batch,
        })
    }

    /// Name and fitted transforms of each modality.
    pub(crate) fn modalities(&self) -> impl Iterator<Item = (&str, &Fitted)> {
        let names = self
            .model
            .modalities
            .iter()
            .map(|modality| modality.name.as_str());
        names.zip(&self.fitted)
    }

    /// What was fitted on the target; `folder` is that of the model.
    pub(crate) fn target(&self, folder: &Path) -> Result<Box<dyn FittedTarget>> {
        let target = target_part(&self.task).load(&self.target);
        target.map_err(|error| Error::Bundle {
            path: folder.join(DESCRIPTION),
            reason: format!("target: {error}"),
        })
    }

    fn sizes(&self) -> Vec<Sizes> {
        self.fitted.iter().map(Fitted::sizes).collect()
    }
}

fn bad_file(path: &Path, reason: String) -> Error {
    let path = path.to_owned();
    Error::Bundle { path, reason }
}

fn other_weights(path: &Path) -> Error {
    let reason = format!("other weights than those that {DESCRIPTION} was saved with");
    bad_file(path, reason)
}

/// A file of at most so many bytes; `missing` goes behind the error where there is none, `what` is
/// what it should be.
fn read_up_to(most: u64, path: &Path, missing: &str, what: &str) -> Result<Vec<u8>> {
    let about =
        std::fs::metadata(path).map_err(|error| bad_file(path, format!("{error}{missing}")))?;
    if !about.is_file() || about.len() > most {
        return Err(bad_file(path, format!("not {what}")));
    }
    std::fs::read(path).map_err(|error| bad_file(path, error.to_string()))
}

/// SHA-256 in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_of_abc() {
        // FIPS 180-2, appendix B.1
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
    }
}

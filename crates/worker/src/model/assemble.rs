//! From a model section to a model: encoders, then the strategy that joins them.

use midfuse_base::Task;
use midfuse_base::catalogue::Takes;
use midfuse_core::{Mode, Model, Output};
use serde_json::Value;
use tch::nn;

use super::encoder::DynEncoder;
use super::head::HeadSection;
use super::section::ModelSection;
use crate::Result;
use crate::modality::{AnyInput, Sizes};
use crate::registry::Registry;
use crate::strategy::Parts;

/// The model of a section, whatever its strategy.
#[derive(Debug)]
pub(crate) struct StrategyModel {
    model: Box<dyn Model<Batch = Vec<AnyInput>>>,
    /// Standard deviation of the noise on the inputs of train batches.
    input_noise: f64,
}

impl StrategyModel {
    /// Builds the model of a section whose configs are partly written, and returns the section with
    /// every field filled in.
    pub(crate) fn build(
        registry: &Registry,
        section: &ModelSection,
        sizes: &[Sizes],
        task: &Task,
        vs: &nn::Path<'_>,
    ) -> Result<(Self, ModelSection)> {
        let mut resolved = section.clone();
        resolved.fill_encoders(registry, sizes)?;
        let strategy = registry.strategy(&section.strategy.name)?;
        let parts = parts(registry, &resolved, sizes, task, vs)?;
        resolved.head = parts.head_section().fields()?;
        let config = strategy.resolve(&section.strategy.config, &section.head, &parts)?;
        let model = strategy.build(&config, parts, vs)?;
        resolved.strategy.set(config);
        let input_noise = 0.0;
        Ok((Self { model, input_noise }, resolved))
    }

    /// The same with this noise on the inputs of train batches.
    pub(crate) fn with_input_noise(mut self, std: f64) -> Self {
        self.input_noise = std;
        self
    }

    /// Builds the model of a section that has every field.
    pub(crate) fn rebuild(
        registry: &Registry,
        section: &ModelSection,
        sizes: &[Sizes],
        task: &Task,
        vs: &nn::Path<'_>,
    ) -> Result<Self> {
        let strategy = registry.strategy(&section.strategy.name)?;
        let parts = parts(registry, section, sizes, task, vs)?;
        let config = Value::Object(section.strategy.config.clone());
        Ok(Self {
            model: strategy.build(&config, parts, vs)?,
            input_noise: 0.0,
        })
    }
}

impl Model for StrategyModel {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        // Without noise nothing is drawn: the generator is that of dropout.
        if mode.is_train() && self.input_noise > 0.0 {
            let noisy = batch.iter().map(|input| input.noisy(self.input_noise));
            return self.model.forward(&noisy.collect(), mode);
        }
        self.model.forward(batch, mode)
    }
}

/// What the strategy of a section joins. All encoders have every field, and are built only where
/// the strategy takes them.
fn parts(
    registry: &Registry,
    section: &ModelSection,
    sizes: &[Sizes],
    task: &Task,
    vs: &nn::Path<'_>,
) -> Result<Parts> {
    let strategy = registry.strategy(&section.strategy.name)?;
    strategy.check_modalities(section.modalities.len())?;
    let encoders: Vec<Box<dyn DynEncoder>> = match strategy.needs().takes {
        Takes::RawFeatures => Vec::new(),
        Takes::Encoders => {
            let modalities = section.modalities.iter().zip(sizes).enumerate();
            let built = modalities.map(|(i, (modality, sizes))| {
                let (path, encoder) = (modality.path(), &modality.encoder);
                let config = Value::Object(encoder.config.clone());
                registry.encoder(sizes.kind(), &encoder.name, &path)?.build(
                    &config,
                    &(vs / "encoders" / i),
                    &path,
                )
            });
            built.collect::<Result<_>>()?
        }
    };
    let head = HeadSection::read(task, &section.head)?;
    Ok(Parts::new(encoders, sizes, task, head))
}

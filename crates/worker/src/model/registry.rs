//! The encoders and strategies that a worker knows, by name.

use std::collections::BTreeMap;
use std::fmt;

use midfuse_core::{Config, Encoder, Fusion};
use midfuse_fusion::{AttentionFusionConfig, ConcatFusionConfig};
use midfuse_image::{ConvNetConfig, ResNetConfig};
use midfuse_sequence::{GruConfig, LstmConfig, SequenceTransformerConfig, StepsConfig};
use midfuse_tabular::{FtTransformerConfig, LinearConfig, MlpConfig};
use serde_json::{Map, Value};
use tch::nn;

use super::encoder::{DynEncoder, Erased};
use super::resolve::merge;
use crate::modality::Modality;
use crate::{Error, Result};

type Build<M> = fn(&Value, &nn::Path<'_>) -> Result<M>;

/// Names of the strategies that are no `Fusion`.
pub(crate) const STRATEGIES: [&str; 4] = ["single", "early", "early-raw", "late"];

/// Width of a fused vector, unless the study file says otherwise.
pub(crate) const D_FUSED: i64 = 64;

struct Entry<M> {
    defaults: Value,
    build: Build<M>,
}

impl<M> fmt::Debug for Entry<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.defaults)
    }
}

/// Encoders by kind of modality and name, fusions, optimisers and schedules by name.
#[derive(Debug)]
pub(crate) struct Registry {
    encoders: BTreeMap<(String, String), Entry<Box<dyn DynEncoder>>>,
    fusions: BTreeMap<String, Entry<Box<dyn Fusion>>>,
    training: midfuse_train::Registry,
}

impl Registry {
    /// Everything that midfuse brings. Where a config requires a field that comes from the data,
    /// any value stands in for it here.
    pub(crate) fn built_in() -> Result<Self> {
        let mut registry = Self {
            encoders: BTreeMap::new(),
            fusions: BTreeMap::new(),
            training: midfuse_train::Registry::built_in(),
        };
        let steps = StepsConfig::values(1);
        registry.add_encoder("conv-net", ConvNetConfig::new(1))?;
        registry.add_encoder("resnet", ResNetConfig::new(1, 18))?;
        registry.add_encoder("gru", GruConfig::new(steps, 64))?;
        registry.add_encoder("lstm", LstmConfig::new(steps, 64))?;
        registry.add_encoder(
            "sequence-transformer",
            SequenceTransformerConfig::new(steps, 64),
        )?;
        registry.add_encoder("linear", LinearConfig::new(1, []))?;
        registry.add_encoder("mlp", MlpConfig::new(1, []))?;
        registry.add_encoder("ft-transformer", FtTransformerConfig::new(1, [], 64))?;
        registry.add_fusion("concat", ConcatFusionConfig::new([], D_FUSED))?;
        registry.add_fusion("attention", AttentionFusionConfig::new([], D_FUSED))?;
        Ok(registry)
    }

    pub(crate) fn add_encoder<C>(&mut self, name: &str, config: C) -> Result<()>
    where
        C: Config<Module: Encoder<Input: Modality> + 'static>,
    {
        for kind in <<C::Module as Encoder>::Input as Modality>::kinds() {
            let build: Build<Box<dyn DynEncoder>> =
                |config, vs| Ok(Box::new(Erased(init::<C>(config, vs)?)));
            let entry = Entry {
                defaults: defaults(&config)?,
                build,
            };
            let key = (kind.to_owned(), name.to_owned());
            if self.encoders.insert(key, entry).is_some() {
                return Err(Error::Twice {
                    what: format!("{kind} encoder"),
                    name: name.to_owned(),
                });
            }
        }
        Ok(())
    }

    pub(crate) fn add_fusion<C>(&mut self, name: &str, config: C) -> Result<()>
    where
        C: Config<Module: Fusion + 'static>,
    {
        let build: Build<Box<dyn Fusion>> = |config, vs| Ok(Box::new(init::<C>(config, vs)?));
        let entry = Entry {
            defaults: defaults(&config)?,
            build,
        };
        let taken = STRATEGIES.contains(&name);
        if taken || self.fusions.insert(name.to_owned(), entry).is_some() {
            return Err(Error::Twice {
                what: "strategy".to_owned(),
                name: name.to_owned(),
            });
        }
        Ok(())
    }

    /// Optimisers and schedules.
    pub(crate) fn training(&self) -> &midfuse_train::Registry {
        &self.training
    }

    /// The same, to add to.
    pub(crate) fn training_mut(&mut self) -> &mut midfuse_train::Registry {
        &mut self.training
    }

    /// `(kind, name)` of every encoder.
    pub(crate) fn encoder_names(&self) -> Vec<(String, String)> {
        self.encoders.keys().cloned().collect()
    }

    /// Every strategy.
    pub(crate) fn strategy_names(&self) -> Vec<String> {
        let fixed = STRATEGIES.iter().map(|&name| name.to_owned());
        fixed.chain(self.fusions.keys().cloned()).collect()
    }

    /// The whole config of an encoder.
    pub(crate) fn resolve_encoder(
        &self,
        (kind, name): (&str, &str),
        written: &Map<String, Value>,
        from_data: &Map<String, Value>,
        path: &str,
    ) -> Result<Value> {
        merge(
            &self.encoder(kind, name, path)?.defaults,
            written,
            from_data,
            path,
        )
    }

    /// An encoder from its whole config.
    pub(crate) fn build_encoder(
        &self,
        (kind, name): (&str, &str),
        config: &Value,
        vs: &nn::Path<'_>,
        path: &str,
    ) -> Result<Box<dyn DynEncoder>> {
        (self.encoder(kind, name, path)?.build)(config, vs).map_err(|error| at(path, error))
    }

    /// The whole config of a fusion.
    pub(crate) fn resolve_fusion(
        &self,
        name: &str,
        written: &Map<String, Value>,
        from_data: &Map<String, Value>,
    ) -> Result<Value> {
        merge(&self.fusion(name)?.defaults, written, from_data, "strategy")
    }

    /// A fusion from its whole config.
    pub(crate) fn build_fusion(
        &self,
        name: &str,
        config: &Value,
        vs: &nn::Path<'_>,
    ) -> Result<Box<dyn Fusion>> {
        (self.fusion(name)?.build)(config, vs).map_err(|error| at("strategy", error))
    }

    fn encoder(&self, kind: &str, name: &str, path: &str) -> Result<&Entry<Box<dyn DynEncoder>>> {
        let key = (kind.to_owned(), name.to_owned());
        self.encoders.get(&key).ok_or_else(|| {
            let known = self.encoders.keys().filter(|(of, _)| of == kind);
            let known: Vec<&str> = known.map(|(_, name)| name.as_str()).collect();
            let reason = format!(
                "no encoder `{name}` for {kind} modalities; there are {}",
                known.join(", ")
            );
            Error::section(path, reason)
        })
    }

    fn fusion(&self, name: &str) -> Result<&Entry<Box<dyn Fusion>>> {
        self.fusions.get(name).ok_or_else(|| {
            let known = self.strategy_names().join(", ");
            Error::section(
                "strategy",
                format!("no strategy `{name}`; there are {known}"),
            )
        })
    }
}

fn defaults<C: Config>(config: &C) -> Result<Value> {
    serde_json::to_value(config)
        .map_err(|error| Error::section("worker", format!("a config is no JSON: {error}")))
}

/// A module from its whole config.
pub(super) fn init<C: Config>(config: &Value, vs: &nn::Path<'_>) -> Result<C::Module> {
    let config: C = serde_json::from_value(config.clone())
        .map_err(|error| Error::section("config", error.to_string()))?;
    Ok(config.init(vs)?)
}

/// Puts the path of the section before a message.
pub(super) fn at(path: &str, error: Error) -> Error {
    match error {
        Error::Section { reason, .. } => Error::section(path, reason),
        other => Error::section(path, other.line()),
    }
}

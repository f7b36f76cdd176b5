//! The encoders, strategies and estimators that a worker knows, by name.

mod built_in;
mod catalogue;
mod encoder;
mod estimator;
mod label;
pub(crate) mod resolve;
mod strategy;
mod training;

use midfuse_base::there_are;
use midfuse_core::{Config, Encoder, Fusion};

use crate::estimator::Estimator;
use crate::modality::Modality;
use crate::strategy::{Fused, Strategy};
use crate::{Error, Result};
use encoder::KnownEncoder;
use strategy::KnownStrategy;

pub(crate) use estimator::KnownEstimator;
pub use label::Label;

/// Encoders by kind of modality and name, strategies, estimators, optimisers and schedules by name; in the order
/// of registration.
#[derive(Debug)]
pub(crate) struct Registry {
    encoders: Vec<KnownEncoder>,
    strategies: Vec<KnownStrategy>,
    estimators: Vec<KnownEstimator>,
    training: midfuse_train::Registry,
}

impl Registry {
    /// Everything that midfuse brings.
    pub(crate) fn built_in() -> Result<Self> {
        let mut registry = Self {
            encoders: Vec::new(),
            strategies: Vec::new(),
            estimators: Vec::new(),
            training: midfuse_train::Registry::built_in(),
        };
        built_in::register(&mut registry)?;
        Ok(registry)
    }

    /// Adds an encoder for every kind of modality that its input is made of.
    pub(crate) fn add_encoder<C>(&mut self, label: Label, config: &C) -> Result<()>
    where
        C: Config<Module: Encoder<Input: Modality> + 'static>,
    {
        for kind in <<C::Module as Encoder>::Input as Modality>::kinds() {
            if self.find_encoder(kind, &label.name).is_some() {
                return Err(Error::Twice {
                    what: format!("{kind} encoder"),
                    name: label.name,
                });
            }
            let known = KnownEncoder::new(kind, label.clone(), config)?;
            self.encoders.push(known);
        }
        Ok(())
    }

    /// Adds a strategy that is made of a fusion.
    pub(crate) fn add_fusion<C>(&mut self, label: Label, config: C) -> Result<()>
    where
        C: Config<Module: Fusion + 'static>,
    {
        self.add_strategy(label, &Fused(config))
    }

    /// Adds a strategy.
    pub(crate) fn add_strategy<S: Strategy>(&mut self, label: Label, config: &S) -> Result<()> {
        self.check_new("strategy", &label)?;
        let label = match S::describe().as_slice() {
            [] => label,
            options => label.described(options),
        };
        self.strategies.push(KnownStrategy::new(label, config)?);
        Ok(())
    }

    /// Adds an estimator.
    pub(crate) fn add_estimator<E: Estimator>(&mut self, label: Label, config: &E) -> Result<()> {
        self.check_new("baseline", &label)?;
        let label = match E::describe().as_slice() {
            [] => label,
            options => label.described(options),
        };
        self.estimators.push(KnownEstimator::new(label, config)?);
        Ok(())
    }

    /// An error where a strategy or an estimator has the name: a model section has either.
    fn check_new(&self, what: &str, label: &Label) -> Result<()> {
        let strategies = self.strategies.iter().map(KnownStrategy::name);
        let estimators = self.estimators.iter().map(KnownEstimator::name);
        if strategies.chain(estimators).any(|name| name == label.name) {
            return Err(Error::Twice {
                what: what.to_owned(),
                name: label.name.clone(),
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

    /// The encoder of this name; `path` is its section.
    pub(crate) fn encoder(&self, kind: &str, name: &str, path: &str) -> Result<&KnownEncoder> {
        self.find_encoder(kind, name).ok_or_else(|| {
            let of_kind = self.encoders.iter().filter(|known| known.kind() == kind);
            let known = there_are(name, of_kind.map(KnownEncoder::name));
            let reason = format!("no encoder `{name}` for {kind} modalities{known}");
            Error::section(path, reason)
        })
    }

    /// The strategy of this name.
    pub(crate) fn strategy(&self, name: &str) -> Result<&KnownStrategy> {
        let mut all = self.strategies.iter();
        all.find(|known| known.name() == name).ok_or_else(|| {
            let known = there_are(name, self.strategies.iter().map(KnownStrategy::name));
            Error::section("strategy", format!("no strategy `{name}`{known}"))
        })
    }

    /// The estimator of this name; none where it is a strategy, or nothing.
    pub(crate) fn estimator(&self, name: &str) -> Option<&KnownEstimator> {
        self.estimators.iter().find(|known| known.name() == name)
    }

    fn find_encoder(&self, kind: &str, name: &str) -> Option<&KnownEncoder> {
        let mut all = self.encoders.iter();
        all.find(|known| known.kind() == kind && known.name() == name)
    }
}

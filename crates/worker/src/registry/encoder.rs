//! A registered encoder.

use std::fmt;

use midfuse_core::{Config, Encoder};
use serde_json::{Map, Value};
use tch::nn;

use super::Label;
use super::resolve::{config, defaults, merge};
use crate::Result;
use crate::modality::Modality;
use crate::model::{DynEncoder, Erased};

/// An encoder for one kind of modality.
pub(crate) struct KnownEncoder {
    kind: &'static str,
    pub(super) label: Label,
    pub(crate) defaults: Map<String, Value>,
    build: fn(&Value, &nn::Path<'_>) -> Result<Box<dyn DynEncoder>>,
}

impl KnownEncoder {
    pub(super) fn new<C>(kind: &'static str, label: Label, with: &C) -> Result<Self>
    where
        C: Config<Module: Encoder<Input: Modality> + 'static>,
    {
        Ok(Self {
            kind,
            defaults: defaults(&label.name, with)?,
            label,
            build: |fields, vs| Ok(Box::new(Erased(config::<C>(fields)?.init(vs)?))),
        })
    }

    /// Kind of modality, as a cohort spells it.
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(super) fn name(&self) -> &str {
        &self.label.name
    }

    /// The whole config; `path` is the encoder's section.
    pub(crate) fn resolve(
        &self,
        written: &Map<String, Value>,
        from_data: &Map<String, Value>,
        path: &str,
    ) -> Result<Value> {
        merge(&self.defaults, written, from_data, path)
    }

    /// The encoder of a whole config.
    pub(crate) fn build(
        &self,
        config: &Value,
        vs: &nn::Path<'_>,
        path: &str,
    ) -> Result<Box<dyn DynEncoder>> {
        (self.build)(config, vs).map_err(|error| error.inside(path))
    }
}

impl fmt::Debug for KnownEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.kind, self.name(), self.defaults)
    }
}

//! A registered strategy.

use std::fmt;

use midfuse_base::catalogue::Needs;
use midfuse_core::Model;
use serde_json::{Map, Value};
use tch::nn;

use super::Label;
use super::resolve::{config, defaults, merge, refuse};
use crate::modality::{AnyInput, FieldValues};
use crate::strategy::{Parts, Strategy};
use crate::{Error, Result};

/// Where a study's model section has its strategy.
const PATH: &str = "strategy";

/// A whole model over any modalities.
type AnyModel = Box<dyn Model<Batch = Vec<AnyInput>>>;

/// A strategy whose type is known at run time only.
pub(crate) struct KnownStrategy {
    pub(super) label: Label,
    pub(super) needs: Needs,
    pub(crate) defaults: Map<String, Value>,
    pub(super) from_data: &'static [&'static str],
    own_heads: bool,
    values_from_data: fn(&Value, &Parts) -> Result<Map<String, Value>>,
    build: fn(&Value, Parts, &nn::Path<'_>) -> Result<AnyModel>,
    smaller: fn(&Value) -> Option<FieldValues>,
}

impl KnownStrategy {
    pub(super) fn new<S: Strategy>(label: Label, with: &S) -> Result<Self> {
        Ok(Self {
            defaults: defaults(&label.name, with)?,
            label,
            needs: S::NEEDS,
            from_data: S::FROM_DATA,
            own_heads: S::OWN_HEADS,
            values_from_data: |fields, parts| config::<S>(fields)?.from_data(parts),
            build: |fields, parts, vs| Ok(Box::new(config::<S>(fields)?.build(parts, vs)?)),
            smaller: |fields| config::<S>(fields).ok()?.smaller(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.label.name
    }

    /// What it needs.
    pub(crate) fn needs(&self) -> Needs {
        self.needs
    }

    /// An error, unless it joins this number of modalities.
    pub(crate) fn check_modalities(&self, n: usize) -> Result<()> {
        if self.needs.admits(n) {
            return Ok(());
        }
        let reason = format!("`{}` takes {}, got {n}", self.name(), self.needs.count());
        Err(Error::section(PATH, reason))
    }

    /// The whole config; `head`: what is written of the head.
    pub(crate) fn resolve(
        &self,
        written: &Map<String, Value>,
        head: &Map<String, Value>,
        parts: &Parts,
    ) -> Result<Value> {
        let of_head = head
            .iter()
            .filter(|(name, _)| self.own_heads && self.defaults.contains_key(*name));
        let mut fields: Map<String, Value> = of_head
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        fields.extend(written.clone());
        let written = &fields;
        refuse(
            &self.defaults,
            written,
            self.from_data.iter().copied(),
            PATH,
        )?;
        let so_far = merge(&self.defaults, written, &Map::new(), PATH)?;
        let values = (self.values_from_data)(&so_far, parts).map_err(|error| error.inside(PATH))?;
        merge(&self.defaults, written, &values, PATH)
    }

    /// As [`Strategy::smaller`], of a whole config.
    pub(crate) fn smaller(&self, config: &Value) -> Option<FieldValues> {
        (self.smaller)(config)
    }

    /// The model of a whole config.
    pub(crate) fn build(
        &self,
        config: &Value,
        parts: Parts,
        vs: &nn::Path<'_>,
    ) -> Result<AnyModel> {
        (self.build)(config, parts, vs).map_err(|error| error.inside(PATH))
    }
}

impl fmt::Debug for KnownStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name(), self.defaults)
    }
}

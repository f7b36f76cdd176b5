//! The section `kind = "tabular"` of `cohort.toml`.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::TabularReader;
use super::infer::{Inferred, infer};
use crate::cohort::Context;
use crate::error::{Result, quoted};
use crate::import::ImportSource;
use crate::kind::{Section, Transposed};
use crate::manifest::distinct;

/// Name of the modality that an import makes.
const IMPORTED: &str = "table";

/// Columns of a table. Those that are neither declared nor left out are inferred: numeric if every
/// cell is a number, else categorical. With both `numeric` and `categorical` nothing is inferred.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TabularSpec {
    /// Name of the modality.
    pub name: String,
    /// The table. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Id column of `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Numeric columns. If this and `categorical` are given, no other column is used; if one of the
    /// two is, the other columns are inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numeric: Option<Vec<String>>,
    /// Categorical columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categorical: Option<Vec<String>>,
    /// The categories of a categorical column; any other is an error. Default: any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<String, Vec<String>>,
    /// Columns that inference leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Whether the rows of `table` are columns and its columns rows, as of genes by samples: the first column holds
    /// names of columns, the header the ids.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transpose: bool,
}

impl Section for TabularSpec {
    type Reader = TabularReader;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), String> {
        let both = self.numeric.iter().chain(&self.categorical).flatten();
        let both: Vec<String> = both.cloned().collect();
        distinct("numeric and categorical", &both)?;
        let (numeric, categorical) = (self.numeric.as_deref(), self.categorical.as_deref());
        if (numeric.is_some() || categorical.is_some()) && both.is_empty() {
            return Err("`numeric` and `categorical` name no column".into());
        }
        if self.transpose && self.table.is_none() {
            return Err("`transpose` is for a `table` of its own".into());
        }
        let is_complete = numeric.is_some() && categorical.is_some();
        if is_complete && !self.exclude.is_empty() {
            return Err(
                "`exclude` is for columns that are inferred, and with both `numeric` and \
                 `categorical` none is"
                    .into(),
            );
        }
        if let Some(column) = self.exclude.iter().find(|column| both.contains(column)) {
            let column = quoted(column);
            return Err(format!("`exclude` names {column}, which is declared"));
        }
        let mut named = self.categories.keys();
        match named.find(|&column| {
            numeric.is_some_and(|names| names.contains(column))
                || is_complete && !categorical.unwrap_or_default().contains(column)
        }) {
            Some(column) => {
                let column = quoted(column);
                Err(format!(
                    "`categories` names {column}, no categorical column"
                ))
            }
            None => Ok(()),
        }
    }

    fn inputs(&self) -> (Option<&str>, Vec<&str>) {
        let columns = self.numeric.iter().chain(&self.categorical).flatten();
        (self.table.as_deref(), columns.map(String::as_str).collect())
    }

    fn transposed(&self) -> Option<Transposed<'_>> {
        let table = self.table.as_deref().filter(|_| self.transpose)?;
        let id = self.id.as_deref();
        Some(Transposed { table, id })
    }

    fn open(&self, context: &Context<'_>) -> Result<TabularReader> {
        TabularReader::open(context, self)
    }

    /// One table of the columns that are inputs, with their types; none if there are none.
    fn import(source: &ImportSource<'_>) -> Result<Vec<Self>> {
        let ImportSource {
            table,
            options,
            manifest,
        } = *source;
        let mut left_out = manifest.reserved_columns();
        let named = options
            .exclude
            .iter()
            .chain(&options.text)
            .chain(&options.keep);
        left_out.extend(named.map(String::as_str));
        let candidates = table.inputs(|name| left_out.contains(name));
        let categorical: HashSet<&str> = options.categorical.iter().map(String::as_str).collect();
        let Inferred {
            numeric,
            categorical,
        } = infer(table, &candidates, |name| categorical.contains(name))?;
        if numeric.is_empty() && categorical.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Self {
            name: IMPORTED.into(),
            numeric: Some(table.names(&numeric)),
            categorical: Some(table.names(&categorical)),
            ..Self::default()
        }])
    }
}

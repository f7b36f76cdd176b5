//! Texts: a column of a table.

use super::matching::{Matcher, Selection};
use super::{ModalityData, ModalityKind, ModalitySchema};
use crate::cohort::Context;
use crate::error::Result;
use crate::manifest::TextSpec;
use crate::table::Table;

/// A text modality whose column exists.
#[derive(Debug)]
pub(crate) struct TextReader {
    schema: ModalitySchema,
    table: Table,
    columns: [usize; 2],
}

impl TextReader {
    pub(crate) fn open(context: &Context<'_>, spec: &TextSpec) -> Result<Self> {
        let table = context.table(spec.table.as_deref())?;
        let columns = [
            table.position(context.id(spec.id.as_deref()))?,
            table.position(&spec.column)?,
        ];
        let schema = ModalitySchema {
            name: spec.name.clone(),
            kind: ModalityKind::Text,
        };
        Ok(Self {
            schema,
            table,
            columns,
        })
    }

    pub(crate) fn schema(&self) -> &ModalitySchema {
        &self.schema
    }

    pub(crate) fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<ModalityData> {
        let mut texts = vec![None; wanted.len()];
        let mut matcher = Matcher::once(context.index);
        let [id_column, _] = self.columns;
        self.table.for_each(&self.columns, |row, cells| {
            let [id, cell] = cells else { return Ok(()) };
            let position = matcher.find(&self.table, row, id_column, id)?;
            if let Some(text) = wanted
                .place(position)
                .and_then(|place| texts.get_mut(place))
            {
                *text = cell.text().map(std::borrow::Cow::into_owned);
            }
            Ok(())
        })?;
        wanted.repeat(|from, to| {
            let text = texts.get(from).cloned().flatten();
            if let Some(slot) = texts.get_mut(to) {
                *slot = text;
            }
        });
        Ok(ModalityData::Text { texts })
    }
}

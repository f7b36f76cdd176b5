//! Texts: a column of a table.

use serde::{Deserialize, Serialize};

use super::matching::{Matcher, Selection};
use super::{Content, Reader, Section, Shape, View, pick};
use crate::cohort::Context;
use crate::error::Result;
use crate::hash::RowDigest;
use crate::import::ImportSource;
use crate::table::Table;
use crate::write::Files;

/// A column of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextSpec {
    /// Name of the modality.
    pub name: String,
    /// The table. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Id column of `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The column; an empty cell is absent.
    pub column: String,
}

/// Shape of a text: it has any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextShape;

/// Texts of N rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextData {
    /// The text of each row, `[N]`; `None` where absent.
    pub texts: Vec<Option<String>>,
}

/// A text modality whose column exists.
#[derive(Debug)]
pub(crate) struct TextReader {
    table: Table,
    columns: [usize; 2],
}

impl Section for TextSpec {
    type Reader = TextReader;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    fn inputs(&self) -> (Option<&str>, Vec<&str>) {
        (self.table.as_deref(), vec![self.column.as_str()])
    }

    fn open(&self, context: &Context<'_>) -> Result<TextReader> {
        let table = context.table(self.table.as_deref())?;
        let columns = [
            table.position(context.id(self.id.as_deref()))?,
            table.position(&self.column)?,
        ];
        Ok(TextReader { table, columns })
    }

    /// A modality per column that is said to be text.
    fn import(source: &ImportSource<'_>) -> Result<Vec<Self>> {
        let columns = &source.options.text;
        let name = |k: usize| match columns.len() {
            1 => "text".into(),
            _ => format!("text-{}", k + 1),
        };
        let sections = columns.iter().enumerate().map(|(k, column)| Self {
            name: name(k),
            table: None,
            id: None,
            column: column.clone(),
        });
        Ok(sections.collect())
    }
}

impl Reader for TextReader {
    type Shape = TextShape;
    type Content = TextData;

    fn shape(&self) -> TextShape {
        TextShape
    }

    fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<TextData> {
        let mut texts = vec![None; wanted.len()];
        let mut matcher = Matcher::once(context.index);
        let [id_column, _] = self.columns;
        self.table.for_each(&self.columns, |row, cells| {
            let [id, cell] = cells else { return Ok(()) };
            let position = matcher.find(&self.table, row, id_column, id)?;
            let place = wanted.place(position);
            if let Some(text) = place.and_then(|place| texts.get_mut(place)) {
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
        Ok(TextData { texts })
    }
}

impl Shape for TextShape {
    const ENCODER: &'static str = "sequence-transformer";

    fn describe(&self) -> String {
        "one text per row".into()
    }

    fn row_bytes(&self) -> usize {
        // Nobody knows before they are read: a paragraph.
        1024
    }
}

impl Content for TextData {
    type Section = TextSpec;

    fn len(&self) -> usize {
        self.texts.len()
    }

    fn present(&self) -> Vec<bool> {
        self.texts.iter().map(Option::is_some).collect()
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            texts: pick(&self.texts, rows),
        }
    }

    fn view(&self) -> View<'_> {
        View::Texts((&self.texts).into())
    }

    fn digest(&self, row: usize, digest: &mut RowDigest) {
        digest.text(self.texts.get(row).and_then(Option::as_deref));
    }

    fn write(&self, name: &str, files: &Files<'_>) -> Result<TextSpec> {
        let rows = files.ids().iter().zip(&self.texts);
        let rows = rows.filter_map(|(id, text)| Some([id, text.as_ref()?]));
        Ok(TextSpec {
            name: name.into(),
            table: Some(files.write_table(["id", "text"], rows)?),
            id: None,
            column: "text".into(),
        })
    }
}

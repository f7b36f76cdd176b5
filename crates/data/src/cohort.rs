//! An opened cohort.

use std::collections::HashSet;
use std::path::Path;

use crate::error::{DataError, Defect, Result, listed, quoted};
use crate::inside::Folder;
use crate::kind::{ModalityData, ModalityReader, ModalitySchema, ModalitySpec, Selection};
use crate::manifest::Manifest;
use crate::rows::{RowIndex, RowTable, Span};
use crate::table::Table;
use crate::target::TargetColumn;

/// A cohort folder: its rows are in memory, its modalities are read when they are asked for.
#[derive(Debug)]
pub struct Cohort {
    folder: Folder,
    manifest: Manifest,
    rows: RowTable,
    index: RowIndex,
    readers: Vec<ModalityReader>,
    schemas: Vec<ModalitySchema>,
    numbered: bool,
}

/// What every reader of a modality needs to know of the cohort.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) manifest: &'a Manifest,
    pub(crate) ids: &'a [String],
    pub(crate) index: &'a RowIndex,
    /// Whether rows without an id column are numbered from 1, as an import does.
    pub(crate) numbered: bool,
}

impl Context<'_> {
    /// The table of this name, or the row table.
    pub(crate) fn table(&self, name: Option<&str>) -> Result<Table> {
        let rows = &self.manifest.rows;
        let name = name.unwrap_or(&rows.file);
        let table = Table::open(&self.folder.file(name)?, &self.manifest.reading_of(name))?;
        let mut transposed = self
            .manifest
            .modalities
            .iter()
            .filter_map(ModalitySpec::transposed);
        if let Some(found) = transposed.find(|found| found.table == name) {
            return table.transposed(self.id(found.id));
        }
        Ok(if self.numbered {
            table.with_row_numbers(&rows.id)
        } else {
            table
        })
    }

    /// The id column of this name, or that of the row table.
    pub(crate) fn id<'b>(&'b self, name: Option<&'b str>) -> &'b str {
        name.unwrap_or(&self.manifest.rows.id)
    }

    /// An error about a section of `cohort.toml`.
    pub(crate) fn contradiction(&self, modality: &str, reason: &str) -> DataError {
        DataError::new(
            Defect::Manifest,
            &self.folder.path(crate::manifest::MANIFEST_FILE),
            format!("modality {}: {reason}", quoted(modality)),
            "see docs/cohort-format.md for the keys of each kind",
        )
    }

    /// Columns of a table that another modality names, as its text or its files.
    pub(crate) fn named_elsewhere(&self, modality: &str, table: Option<&str>) -> HashSet<&str> {
        let rows = self.manifest.rows.file.as_str();
        let others = self.manifest.modalities.iter();
        let others = others.filter(|spec| spec.name() != modality);
        let of_table = others.filter_map(|spec| {
            let (of, columns) = spec.inputs();
            (of.unwrap_or(rows) == table.unwrap_or(rows)).then_some(columns)
        });
        of_table.flatten().collect()
    }

    /// Columns that are never inferred to be inputs, in whatever table they are.
    pub(crate) fn reserved(&self) -> HashSet<&str> {
        self.manifest.reserved_columns()
    }
}

impl Cohort {
    /// Opens the cohort in a folder: reads `cohort.toml` and the row table, and checks that every
    /// file, column and array of the modalities is there and has the declared shape. The values of
    /// the modalities are checked by [`Cohort::load`] and [`Cohort::summary`].
    ///
    /// # Errors
    /// [`DataError`] with the file, row and column of the first defect.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let folder = Folder::open(dir.as_ref())?;
        let manifest = Manifest::read(&folder)?;
        Self::with_manifest(folder, manifest, false)
    }

    /// Opens a folder by a manifest that need not be in it; `numbered` as in [`Context`].
    pub(crate) fn with_manifest(
        folder: Folder,
        manifest: Manifest,
        numbered: bool,
    ) -> Result<Self> {
        for file in manifest.files.keys() {
            folder.file(file)?;
        }
        let rows = RowTable::read(&folder, &manifest, numbered)?;
        let index = RowIndex::new(&rows.ids);
        let context = Context {
            folder: &folder,
            manifest: &manifest,
            ids: &rows.ids,
            index: &index,
            numbered,
        };
        let mut readers = Vec::with_capacity(manifest.modalities.len());
        let mut schemas = Vec::with_capacity(manifest.modalities.len());
        for spec in &manifest.modalities {
            let reader = ModalityReader::open(&context, spec)?;
            schemas.push(ModalitySchema {
                name: spec.name().to_owned(),
                kind: reader.kind(),
            });
            readers.push(reader);
        }
        Ok(Self {
            folder,
            manifest,
            rows,
            index,
            readers,
            schemas,
            numbered,
        })
    }

    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            folder: &self.folder,
            manifest: &self.manifest,
            ids: &self.rows.ids,
            index: &self.index,
            numbered: self.numbered,
        }
    }

    /// The folder, as the caller named it.
    pub fn dir(&self) -> &Path {
        self.folder.root()
    }

    /// The content of `cohort.toml`.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Name of the cohort: the `name` of `cohort.toml`, else that of the folder.
    pub fn name(&self) -> String {
        let folder = || {
            let name = self
                .dir()
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            name.unwrap_or_else(|| "cohort".into())
        };
        self.manifest.name.clone().unwrap_or_else(folder)
    }

    /// Number of rows, N.
    pub fn len(&self) -> usize {
        self.rows.ids.len()
    }

    /// Never true: a cohort without rows does not open.
    pub fn is_empty(&self) -> bool {
        self.rows.ids.is_empty()
    }

    /// Ids, targets, groups and times together.
    pub fn rows(&self) -> &RowTable {
        &self.rows
    }

    /// Row ids, `[N]`, in the order of the row table.
    pub fn ids(&self) -> &[String] {
        &self.rows.ids
    }

    /// Position of the row with this id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id)
    }

    /// Targets, each `[N]`.
    pub fn targets(&self) -> &[TargetColumn] {
        &self.rows.targets
    }

    /// The target of this name.
    ///
    /// # Errors
    /// [`Defect::Request`] that lists the targets there are.
    pub fn target(&self, name: &str) -> Result<&TargetColumn> {
        self.rows
            .targets
            .iter()
            .find(|target| target.name == name)
            .ok_or_else(|| {
                self.no_such(
                    "target",
                    name,
                    self.rows.targets.iter().map(|t| t.name.as_str()),
                )
            })
    }

    /// Group of each row, `[N]`: what no split may part. Units of several rows are groups where no
    /// others are declared.
    pub fn groups(&self) -> Option<&[String]> {
        self.rows.groups.as_deref()
    }

    /// Time of each row, `[N]`.
    pub fn times(&self) -> Option<&[Span]> {
        self.rows.times.as_deref()
    }

    /// A column of the row table as text, `[N]`, also one that is not an input; `None` if the row table
    /// has no such column. Empty cells and `NA` are `None`.
    ///
    /// # Errors
    /// [`DataError`] if the row table cannot be read any more.
    pub fn row_column(&self, column: &str) -> Result<Option<Vec<Option<String>>>> {
        let table = self.context().table(None)?;
        if !table.columns().iter().any(|name| name == column) {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(self.len());
        table.for_each(&[table.position(column)?], |_, cells| {
            let key = cells.first().and_then(|cell| table.key(cell));
            values.push(key.map(std::borrow::Cow::into_owned));
            Ok(())
        })?;
        Ok(Some(values))
    }

    /// Columns of the tables of modalities that are no inputs: those that were excluded, or that both
    /// lists of columns leave out. Neither ids, targets, units, groups nor times are among them.
    pub fn other_columns(&self) -> Vec<&str> {
        let reserved = self.manifest.reserved_columns();
        let of_readers = self.readers.iter().flat_map(ModalityReader::other_columns);
        of_readers.filter(|name| !reserved.contains(name)).collect()
    }

    /// A column of [`Cohort::other_columns`] as text, `[N]`; `None` if there is none of this name.
    ///
    /// # Errors
    /// [`DataError`] with the row of the table that is wrong.
    pub fn other_column(&self, name: &str) -> Result<Option<Vec<Option<String>>>> {
        if !self.other_columns().contains(&name) {
            return Ok(None);
        }
        let mut readers = self.readers.iter();
        match readers.find(|reader| reader.other_columns().contains(&name)) {
            Some(reader) => reader.other_column(&self.context(), name),
            None => Ok(None),
        }
    }

    /// Modalities in the order of `cohort.toml`.
    pub fn modalities(&self) -> &[ModalitySchema] {
        &self.schemas
    }

    /// The modality of this name.
    ///
    /// # Errors
    /// [`Defect::Request`] that lists the modalities there are.
    pub fn modality(&self, name: &str) -> Result<&ModalitySchema> {
        Ok(self.opened(name)?.1)
    }

    /// Reads a modality for some rows: positions in [`Cohort::ids`], in any order, with repeats.
    ///
    /// # Errors
    /// [`Defect::Request`] if there is no such modality or row; else [`DataError`] with the file,
    /// row and column of the first defect.
    pub fn load(&self, name: &str, rows: &[usize]) -> Result<ModalityData> {
        let (reader, _) = self.opened(name)?;
        let wanted = Selection::new(rows, self.len(), self.dir())?;
        reader.load(&self.context(), &wanted)
    }

    /// Reads a modality for all rows, in the order of [`Cohort::ids`].
    ///
    /// # Errors
    /// As [`Cohort::load`].
    pub fn load_all(&self, name: &str) -> Result<ModalityData> {
        let rows: Vec<usize> = (0..self.len()).collect();
        self.load(name, &rows)
    }

    /// The image file of each row, `[N]`, `None` where the row has none; `None` if the modality is no
    /// image, or an array.
    ///
    /// # Errors
    /// [`Defect::Request`] if there is no such modality.
    pub fn image_files(&self, name: &str) -> Result<Option<Vec<Option<&Path>>>> {
        Ok(self.opened(name)?.0.image_files())
    }

    /// What of the files of a modality deserves a look, one sentence each.
    pub(crate) fn file_warnings(&self, name: &str) -> Vec<String> {
        self.opened(name)
            .map_or_else(|_| Vec::new(), |(reader, _)| reader.warnings())
    }

    fn opened(&self, name: &str) -> Result<(&ModalityReader, &ModalitySchema)> {
        let mut opened = self.readers.iter().zip(&self.schemas);
        opened
            .find(|(_, schema)| schema.name == name)
            .ok_or_else(|| {
                self.no_such(
                    "modality",
                    name,
                    self.schemas.iter().map(|s| s.name.as_str()),
                )
            })
    }

    fn no_such<'a>(
        &self,
        what: &str,
        name: &str,
        there_are: impl Iterator<Item = &'a str>,
    ) -> DataError {
        let names = listed(there_are);
        let mend = if names.is_empty() {
            format!("add a {what} to cohort.toml")
        } else {
            format!("the cohort has {names}")
        };
        let reason = format!("there is no {what} {}", quoted(name));
        DataError::new(Defect::Request, self.dir(), reason, mend)
    }
}

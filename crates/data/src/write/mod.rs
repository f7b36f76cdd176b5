//! Writing cohorts: a folder appears whole or not at all.

mod files;
mod folder;
mod parquet;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{DataError, Defect, Result, quoted};
use crate::kind::ModalityData;
use crate::manifest::{FORMAT_VERSION, MANIFEST_FILE, Manifest, RowsSpec};
use crate::reading::Reading;
use crate::rows::{RowTable, check_rows};
use folder::PendingFolder;
pub use parquet::{WriteParquetError, parquet};
use tables::write_rows;

pub(crate) use files::Files;
pub(crate) use tables::fresh;

/// Writes a cohort folder; it appears under its name when [`CohortWriter::finish`] succeeds, and
/// nothing is left behind otherwise.
///
/// Files have neutral names: `rows.csv`, `m0.npy`, `m1.csv` and so on in the order of the calls.
///
/// ```
/// use midfuse_data::{Cohort, CohortWriter, RowTable, TextData};
/// let parent = tempfile::tempdir()?;
/// let dir = parent.path().join("cohort");
/// let ids = vec!["a".to_owned(), "b".to_owned()];
/// let mut writer = CohortWriter::create(&dir, RowTable { ids, ..RowTable::default() })?;
/// writer.modality("note", &TextData { texts: vec![Some("good".into()), None] }.into())?;
/// writer.finish()?;
/// assert_eq!(Cohort::open(&dir)?.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CohortWriter {
    folder: PendingFolder,
    manifest: Manifest,
    ids: Vec<String>,
}

impl CohortWriter {
    /// Starts a cohort at `dir`, which must not exist, or be an empty folder.
    ///
    /// # Errors
    /// [`Defect::Output`] if `dir` exists or cannot be written; [`Defect::Request`] if the lists of
    /// `rows` have different lengths, or an id is empty or there twice.
    pub fn create(dir: impl AsRef<Path>, rows: RowTable) -> Result<Self> {
        let dir = dir.as_ref();
        check_rows(&rows, dir)?;
        if rows.ids.is_empty() {
            let mend = "keep one row at least";
            return Err(DataError::new(
                Defect::Request,
                dir,
                "a cohort without rows",
                mend,
            ));
        }
        let folder = PendingFolder::create(dir)?;
        let (spec, targets) = write_rows(&folder.path("rows.csv"), &rows)?;
        let manifest = Manifest {
            format: FORMAT_VERSION,
            name: None,
            description: None,
            licence: None,
            // What is missing is written as nothing, and every word means itself.
            reading: Reading::literal(),
            files: BTreeMap::new(),
            rows: RowsSpec {
                file: "rows.csv".into(),
                ..spec
            },
            targets,
            modalities: Vec::new(),
        };
        Ok(Self {
            folder,
            manifest,
            ids: rows.ids,
        })
    }

    /// Sets the name of the cohort.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.manifest.name = Some(name.into());
        self
    }

    /// Adds a modality with the content of every row, in the order of the ids.
    ///
    /// # Errors
    /// [`Defect::Request`] if the number of rows differs; [`Defect::Output`] if a file cannot be
    /// written.
    pub fn modality(&mut self, name: &str, data: &ModalityData) -> Result<()> {
        if data.len() != self.ids.len() {
            return Err(DataError::new(
                Defect::Request,
                self.folder.target(),
                format!(
                    "modality {} has {} rows of {}",
                    quoted(name),
                    data.len(),
                    self.ids.len()
                ),
                "give the content of every row",
            ));
        }
        let files = Files::new(&self.folder, self.manifest.modalities.len(), &self.ids);
        self.manifest.modalities.push(data.write(name, &files)?);
        Ok(())
    }

    /// Writes `cohort.toml` and gives the folder its name.
    ///
    /// # Errors
    /// [`Defect::Output`] if a file or the folder cannot be written.
    pub fn finish(self) -> Result<PathBuf> {
        let path = self.folder.path(MANIFEST_FILE);
        let text = toml::to_string(&self.manifest).map_err(|error| {
            let mend = "use printable names";
            DataError::new(Defect::Output, &path, error.to_string(), mend)
        })?;
        std::fs::write(&path, text).map_err(|e| DataError::write(&path, &e))?;
        self.folder.commit()
    }
}

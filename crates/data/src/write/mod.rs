//! Writing cohorts: a folder appears whole or not at all.

mod folder;
mod parquet;
mod tables;

use std::path::{Path, PathBuf};

use crate::array::write_npy;
use crate::error::{DataError, Defect, Result, quoted};
use crate::manifest::{
    FORMAT_VERSION, ImageSpec, MANIFEST_FILE, Manifest, ModalitySpec, RowsSpec, SequenceSpec,
    TabularSpec, TextSpec,
};
use crate::modality::ModalityData;
use crate::rows::{RowTable, check_rows};
use folder::PendingFolder;
pub use parquet::{ColumnValues, WriteParquetError, parquet};
use tables::{csv_writer, finish_csv, write_record, write_rows};

/// Writes a cohort folder; it appears under its name when [`CohortWriter::finish`] succeeds, and
/// nothing is left behind otherwise.
///
/// Files have neutral names: `rows.csv`, `m0.npy`, `m1.csv` and so on in the order of the calls.
///
/// ```
/// use midfuse_data::{Cohort, CohortWriter, ModalityData, RowTable};
/// let parent = tempfile::tempdir()?;
/// let dir = parent.path().join("cohort");
/// let ids = vec!["a".to_owned(), "b".to_owned()];
/// let mut writer = CohortWriter::create(&dir, RowTable { ids, ..RowTable::default() })?;
/// writer.modality("note", &ModalityData::Text { texts: vec![Some("good".into()), None] })?;
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
        let stem = format!("m{}", self.manifest.modalities.len());
        let spec = match data {
            ModalityData::Image { pixels, present } => {
                let (_, c, h, w) = pixels.dim();
                let array = format!("{stem}.npy");
                let n = present.iter().filter(|&&there| there).count();
                let images = pixels
                    .outer_iter()
                    .zip(present)
                    .filter(|(_, there)| **there);
                let values = images.flat_map(|(image, _)| image.to_owned());
                write_npy(&self.folder.path(&array), &[n, c, h, w], values)?;
                let ids = self.write_ids(&stem, present)?;
                ModalitySpec::Image(ImageSpec {
                    name: name.into(),
                    shape: [c, h, w],
                    array: Some(array),
                    ids,
                    ..ImageSpec::default()
                })
            }
            ModalityData::Sequence { values, lengths } => {
                let (_, t, f) = values.dim();
                let present = data.present();
                let array = format!("{stem}.npy");
                let n = present.iter().filter(|&&there| there).count();
                let kept = values
                    .outer_iter()
                    .zip(&present)
                    .filter(|(_, there)| **there);
                let flat = kept.flat_map(|(sequence, _)| sequence.to_owned());
                write_npy(&self.folder.path(&array), &[n, t, f], flat)?;
                let length_file = format!("{stem}_lengths.npy");
                let kept = lengths.iter().filter(|&&length| length > 0);
                let kept = kept.map(|&length| length as i64);
                write_npy(&self.folder.path(&length_file), &[n], kept)?;
                let ids = self.write_ids(&stem, &present)?;
                ModalitySpec::Sequence(SequenceSpec {
                    name: name.into(),
                    shape: Some([t, f]),
                    array: Some(array),
                    lengths: Some(length_file),
                    ids,
                    ..SequenceSpec::default()
                })
            }
            ModalityData::Text { texts } => {
                let file = format!("{stem}.csv");
                let path = self.folder.path(&file);
                let mut writer = csv_writer(&path)?;
                write_record(&mut writer, &path, ["id", "text"])?;
                for (id, text) in self.ids.iter().zip(texts) {
                    if let Some(text) = text {
                        write_record(&mut writer, &path, [id, text])?;
                    }
                }
                finish_csv(writer, &path)?;
                ModalitySpec::Text(TextSpec {
                    name: name.into(),
                    table: Some(file),
                    id: None,
                    column: "text".into(),
                })
            }
            ModalityData::Tabular { .. } => {
                let file = format!("{stem}.csv");
                let (id, numeric, categorical) =
                    tables::write_tabular(&self.folder.path(&file), &self.ids, data)?;
                ModalitySpec::Tabular(TabularSpec {
                    name: name.into(),
                    table: Some(file),
                    id: Some(id),
                    numeric: Some(numeric),
                    categorical: Some(categorical),
                    ..TabularSpec::default()
                })
            }
        };
        self.manifest.modalities.push(spec);
        Ok(())
    }

    /// Writes which rows an array has, where some are absent.
    fn write_ids(&self, stem: &str, present: &[bool]) -> Result<Option<String>> {
        if present.iter().all(|&there| there) {
            return Ok(None);
        }
        let file = format!("{stem}_ids.csv");
        let path = self.folder.path(&file);
        let mut writer = csv_writer(&path)?;
        write_record(&mut writer, &path, ["id"])?;
        for (id, _) in self.ids.iter().zip(present).filter(|(_, there)| **there) {
            write_record(&mut writer, &path, [id])?;
        }
        finish_csv(writer, &path)?;
        Ok(Some(file))
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

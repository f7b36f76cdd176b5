//! The files of one modality of a written cohort.

use super::folder::PendingFolder;
use super::tables::{csv_writer, finish_csv, write_record};
use crate::array::write_npy;
use crate::error::Result;

/// Where a kind of modality writes its files; their names are neutral: `m0.npy`, `m0_ids.csv`.
#[derive(Debug)]
pub(crate) struct Files<'a> {
    folder: &'a PendingFolder,
    stem: String,
    ids: &'a [String],
}

impl<'a> Files<'a> {
    /// Of the modality at this place.
    pub(super) fn new(folder: &'a PendingFolder, place: usize, ids: &'a [String]) -> Self {
        let stem = format!("m{place}");
        Self { folder, stem, ids }
    }

    /// The ids of all rows.
    pub(crate) fn ids(&self) -> &'a [String] {
        self.ids
    }

    /// Writes an array of the rows that are present, each of the shape `row`; returns its name.
    pub(crate) fn write_array(
        &self,
        row: &[usize],
        present: &[bool],
        values: impl Iterator<Item = f32>,
    ) -> Result<String> {
        let n = present.iter().filter(|&&there| there).count();
        let shape: Vec<usize> = std::iter::once(n).chain(row.iter().copied()).collect();
        let file = format!("{}.npy", self.stem);
        write_npy(&self.folder.path(&file), &shape, values)?;
        Ok(file)
    }

    /// Writes the lengths of the rows that have one; returns the name of the array.
    pub(crate) fn write_lengths(&self, lengths: &[usize]) -> Result<String> {
        let kept = lengths.iter().filter(|&&length| length > 0);
        let kept: Vec<i64> = kept.map(|&length| length as i64).collect();
        let file = format!("{}_lengths.npy", self.stem);
        write_npy(&self.folder.path(&file), &[kept.len()], kept.into_iter())?;
        Ok(file)
    }

    /// Writes which rows an array has, where some are absent; returns the name of the table.
    pub(crate) fn write_ids(&self, present: &[bool]) -> Result<Option<String>> {
        if present.iter().all(|&there| there) {
            return Ok(None);
        }
        let rows = self.ids.iter().zip(present);
        let rows = rows.filter_map(|(id, there)| there.then_some([id]));
        let file = format!("{}_ids.csv", self.stem);
        self.write_csv(&file, ["id"], rows)?;
        Ok(Some(file))
    }

    /// Writes a table; returns its name.
    pub(crate) fn write_table<R>(
        &self,
        header: impl IntoIterator<Item = impl AsRef<[u8]>>,
        rows: impl Iterator<Item = R>,
    ) -> Result<String>
    where
        R: IntoIterator<Item: AsRef<[u8]>>,
    {
        let file = format!("{}.csv", self.stem);
        self.write_csv(&file, header, rows)?;
        Ok(file)
    }

    fn write_csv<R>(
        &self,
        file: &str,
        header: impl IntoIterator<Item = impl AsRef<[u8]>>,
        rows: impl Iterator<Item = R>,
    ) -> Result<()>
    where
        R: IntoIterator<Item: AsRef<[u8]>>,
    {
        let path = self.folder.path(file);
        let mut writer = csv_writer(&path)?;
        write_record(&mut writer, &path, header)?;
        for row in rows {
            write_record(&mut writer, &path, row)?;
        }
        finish_csv(writer, &path)
    }
}

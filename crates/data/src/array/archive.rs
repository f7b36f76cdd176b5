//! An npz archive that holds one vector per entry, named by its row.

use std::path::{Path, PathBuf};

use super::decode::Dtype;
use super::header::{Element as _, Header};
use super::source::{Bytes as _, EntryBytes, check_entry, convert, open};
use crate::error::{DataError, Defect, Result, quoted};

/// An archive whose headers have been read: all its vectors have one length.
#[derive(Debug)]
pub(crate) struct VectorArchive {
    path: PathBuf,
    names: Vec<String>,
    d: usize,
}

impl VectorArchive {
    /// Reads the header of every entry: an array `[D]` or `[1, D]`. `d` is the length that was
    /// declared, else that of the first vector counts.
    pub(crate) fn open(path: &Path, d: Option<usize>) -> Result<Self> {
        let mut archive = open(path)?;
        let mut names = Vec::with_capacity(archive.len());
        let mut expected = d.map(|d| (d, None));
        for at in 0..archive.len() {
            let entry = archive.by_index(at).map_err(|e| convert(path, &e))?;
            let name = entry.name().to_owned();
            let Some(id) = name.strip_suffix(".npy").map(str::to_owned) else {
                let reason = format!("its entry {} is not an npy array", quoted(&name));
                let mend = "write it with numpy.savez, one array per row id";
                return Err(DataError::new(Defect::WrongDtype, path, reason, mend));
            };
            let size = (entry.size(), entry.compressed_size());
            let header = Header::<Dtype>::read(&mut EntryBytes(entry), path);
            let header = header.map_err(|e| e.at_column(id.as_str()))?;
            let total = header.total_bytes(path)?;
            check_entry(path, size, total).map_err(|e| e.at_column(id.as_str()))?;
            let ([length] | [1, length]) = header.shape[..] else {
                return Err(no_vector(path, &id, &header.shape));
            };
            match &expected {
                None => expected = Some((length, Some(id.clone()))),
                Some((d, _)) if *d == length => {}
                Some((d, first)) => {
                    return Err(other_length(path, &id, length, *d, first.as_deref()));
                }
            }
            names.push(id);
        }
        let Some((d, _)) = expected.filter(|_| !names.is_empty()) else {
            let mend = "save one array per row id into it with numpy.savez";
            return Err(DataError::new(
                Defect::EmptyFile,
                path,
                "has no arrays",
                mend,
            ));
        };
        Ok(Self {
            path: path.to_path_buf(),
            names,
            d,
        })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names of the vectors, each once.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Values of each vector, D.
    pub(crate) fn d(&self) -> usize {
        self.d
    }

    /// Reads vectors: the `i`-th goes to the `place(i)`-th row of `out` `[.., D]`, or nowhere.
    pub(crate) fn read(
        &self,
        place: impl Fn(usize) -> Option<usize>,
        out: &mut [f32],
    ) -> Result<()> {
        let mut archive = open(&self.path)?;
        for (at, id) in self.names.iter().enumerate() {
            let target = place(at).and_then(|row| out.get_mut(row * self.d..(row + 1) * self.d));
            let Some(target) = target else { continue };
            let entry = archive
                .by_name(&format!("{id}.npy"))
                .map_err(|e| convert(&self.path, &e))?;
            let mut bytes = EntryBytes(entry);
            let header = Header::<Dtype>::read(&mut bytes, &self.path)?;
            if header.shape.iter().product::<usize>() != self.d {
                return Err(no_vector(&self.path, id, &header.shape));
            }
            let mut raw = vec![0_u8; self.d * header.dtype.size()];
            std::io::Read::read_exact(&mut bytes, &mut raw)
                .and_then(|()| bytes.finish())
                .map_err(|e| self.damaged(id, &e))?;
            header.dtype.decode(&raw, target);
            if let Some(value) = target.iter().position(|value| !value.is_finite()) {
                return Err(DataError::new(
                    Defect::NonFinite,
                    &self.path,
                    "the value is NaN, infinite or too large for a 32-bit number",
                    "replace it; leave the array out if the row has no vector",
                )
                .at_column(format!("{id}[{value}]")));
            }
        }
        Ok(())
    }

    fn damaged(&self, id: &str, error: &std::io::Error) -> DataError {
        let reason = format!("the array is damaged: {error}");
        let mend = "copy or write the file again";
        DataError::new(Defect::Truncated, &self.path, reason, mend).at_column(id)
    }
}

fn no_vector(path: &Path, id: &str, shape: &[usize]) -> DataError {
    DataError::new(
        Defect::WrongShape,
        path,
        format!("the array has the shape {shape:?}, a vector has [D]"),
        "save one vector per row id; several vectors of a row are a modality of the kind `sequence`",
    )
    .at_column(id)
}

fn other_length(path: &Path, id: &str, length: usize, d: usize, first: Option<&str>) -> DataError {
    let (whose, mend) = match first {
        Some(first) => (
            format!("that of {} has {d}", quoted(first)),
            "save vectors of one length",
        ),
        None => (
            format!("`shape` declares {d}"),
            "correct `shape` in cohort.toml, or save vectors of that length",
        ),
    };
    let reason = format!("the vector has {length} values, {whose}");
    DataError::new(Defect::WrongShape, path, reason, mend).at_column(id)
}

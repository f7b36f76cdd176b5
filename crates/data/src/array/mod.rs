//! NumPy arrays, read row by row: npy files and the entries of npz archives.

mod archive;
mod decode;
mod header;
mod ids;
mod source;
mod write;

use std::path::{Path, PathBuf};

use crate::error::{DataError, Defect, Result, Row};
use decode::Dtype;
use header::{Element as _, Header};
use source::Source;

pub(crate) use archive::VectorArchive;
pub(crate) use ids::IdArray;
pub(crate) use write::write_npy;

/// An array whose header has been read and whose size agrees with it.
#[derive(Debug)]
pub(crate) struct ArrayFile {
    path: PathBuf,
    source: Source,
    header: Header<Dtype>,
}

impl ArrayFile {
    /// Reads the header of an `.npy` file, or of the entry `key` of an `.npz` archive.
    pub(crate) fn open(path: &Path, key: Option<&str>) -> Result<Self> {
        let source = Source::of(path, key)?;
        let header = source.with(path, |bytes| Header::<Dtype>::read(bytes, path))?;
        source.check_size(path, header.total_bytes(path)?)?;
        Ok(Self {
            path: path.to_path_buf(),
            source,
            header,
        })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The shape of the whole array.
    pub(crate) fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// Values in one row: the product of all sizes but the first.
    fn row_values(&self) -> usize {
        self.header.shape.iter().skip(1).product()
    }

    /// Reads rows as 32-bit numbers: row `r` goes to the `place(r)`-th row of `out`, or nowhere.
    /// Of each row only the first `valid(r)` values are taken and must be finite.
    pub(crate) fn read_rows(
        &self,
        place: impl Fn(usize) -> Option<usize>,
        valid: impl Fn(usize) -> usize,
        out: &mut [f32],
    ) -> Result<()> {
        let width = self.row_values();
        let n_rows = self.header.shape.first().copied().unwrap_or_default();
        if width == 0 || n_rows == 0 {
            return Ok(());
        }
        if self.header.fortran_order && self.header.shape.len() > 1 {
            return self.read_fortran(place, valid, out);
        }
        let item = self.header.dtype.size();
        self.source.with(&self.path, |bytes| {
            Header::<Dtype>::read(bytes, &self.path)?;
            let mut buffer = vec![0_u8; (width * item).min(1 << 18) / item.max(1) * item.max(1)];
            for row in 0..n_rows {
                let taken = valid(row).min(width);
                let target = place(row).and_then(|at| out.get_mut(at * width..(at + 1) * width));
                let Some(target) = target else {
                    bytes
                        .skip((width * item) as u64)
                        .map_err(|e| self.damaged(&e))?;
                    continue;
                };
                let mut done = 0;
                for piece in target.chunks_mut((buffer.len() / item.max(1)).max(1)) {
                    let raw = buffer.get_mut(..piece.len() * item).unwrap_or_default();
                    bytes.read_exact(raw).map_err(|e| self.damaged(&e))?;
                    let wanted = taken.saturating_sub(done).min(piece.len());
                    self.decode(raw, piece, wanted, row, done)?;
                    done += piece.len();
                }
            }
            bytes.finish().map_err(|e| self.damaged(&e))
        })
    }

    /// Decodes `raw` into the first `wanted` values of `piece`; they start at value `first` of `row`.
    fn decode(
        &self,
        raw: &[u8],
        piece: &mut [f32],
        wanted: usize,
        row: usize,
        first: usize,
    ) -> Result<()> {
        let Some(piece) = piece.get_mut(..wanted) else {
            return Ok(());
        };
        self.header.dtype.decode(raw, piece);
        match piece.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(self.non_finite(row, first + at)),
            None => Ok(()),
        }
    }

    /// A column-major array lies in memory once as a whole, then its rows are picked.
    fn read_fortran(
        &self,
        place: impl Fn(usize) -> Option<usize>,
        valid: impl Fn(usize) -> usize,
        out: &mut [f32],
    ) -> Result<()> {
        use ndarray::{ArrayD, Axis, IxDyn, ShapeBuilder as _};
        let total: usize = self.header.shape.iter().product();
        let mut flat = zeros(total, &self.path)?;
        let item = self.header.dtype.size();
        self.source.with(&self.path, |bytes| {
            Header::<Dtype>::read(bytes, &self.path)?;
            let mut buffer = vec![0_u8; (1 << 15) * item];
            for piece in flat.chunks_mut(1 << 15) {
                let raw = buffer.get_mut(..piece.len() * item).unwrap_or_default();
                bytes.read_exact(raw).map_err(|e| self.damaged(&e))?;
                self.header.dtype.decode(raw, piece);
            }
            bytes.finish().map_err(|e| self.damaged(&e))
        })?;
        let array = ArrayD::from_shape_vec(IxDyn(&self.header.shape).f(), flat)
            .map_err(|e| self.damaged(&e))?;
        let width = self.row_values();
        for (row, values) in array.axis_iter(Axis(0)).enumerate() {
            let target = place(row).and_then(|at| out.get_mut(at * width..(at + 1) * width));
            let Some(target) = target else { continue };
            for (at, (slot, &value)) in target.iter_mut().zip(values).enumerate().take(valid(row)) {
                if !value.is_finite() {
                    return Err(self.non_finite(row, at));
                }
                *slot = value;
            }
        }
        Ok(())
    }

    /// Reads a one-dimensional array of integers, each from 0 to `most`.
    pub(crate) fn read_lengths(&self, most: usize) -> Result<Vec<usize>> {
        let [n] = self.header.shape[..] else {
            return Err(DataError::new(
                Defect::WrongShape,
                &self.path,
                format!(
                    "has the shape {:?}, lengths have one dimension",
                    self.header.shape
                ),
                "save one integer per row",
            ));
        };
        if !self.header.dtype.is_integer() {
            return Err(DataError::new(
                Defect::WrongDtype,
                &self.path,
                format!("holds {}, lengths are integers", self.header.dtype.name()),
                "save it with .astype('int64')",
            ));
        }
        let item = self.header.dtype.size();
        self.source.with(&self.path, |bytes| {
            Header::<Dtype>::read(bytes, &self.path)?;
            let mut lengths = Vec::new();
            let mut raw = vec![0_u8; item];
            for row in 0..n {
                bytes.read_exact(&mut raw).map_err(|e| self.damaged(&e))?;
                let length = self.header.dtype.integer(&raw);
                match usize::try_from(length) {
                    Ok(length) if length <= most => lengths.push(length),
                    _ => {
                        return Err(DataError::new(
                            Defect::WrongShape,
                            &self.path,
                            format!("the length {length} is not between 0 and {most} steps"),
                            "correct the length; 0 means that the row has no sequence",
                        )
                        .at_row(Row::Record(row as u64 + 1)));
                    }
                }
            }
            bytes.finish().map_err(|e| self.damaged(&e))?;
            Ok(lengths)
        })
    }

    fn non_finite(&self, row: usize, at: usize) -> DataError {
        let mut rest = at;
        let mut index: Vec<String> = Vec::new();
        for &size in self.header.shape.iter().skip(1).rev() {
            index.push((rest % size.max(1)).to_string());
            rest /= size.max(1);
        }
        index.reverse();
        DataError::new(
            Defect::NonFinite,
            &self.path,
            "the value is NaN, infinite or too large for a 32-bit number",
            "replace it; leave a row out with `ids` if it lacks the modality",
        )
        .at_row(Row::Record(row as u64 + 1))
        .at_column(format!("[{}]", index.join(", ")))
    }

    fn damaged(&self, error: &dyn std::error::Error) -> DataError {
        DataError::new(
            Defect::Truncated,
            &self.path,
            format!("the array is damaged: {error}"),
            "copy or write the file again",
        )
    }
}

/// Zeros, or an error where an absurd size would end the process.
pub(crate) fn zeros(n: usize, path: &Path) -> Result<Vec<f32>> {
    let mut values = Vec::new();
    values.try_reserve_exact(n).map_err(|_| {
        DataError::new(
            Defect::Hostile,
            path,
            format!("needs {n} values in memory, more than there is"),
            "load fewer rows, or shorten or shrink the data",
        )
    })?;
    values.resize(n, 0.0);
    Ok(values)
}

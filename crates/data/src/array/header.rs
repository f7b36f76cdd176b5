//! The header of an npy array (NumPy Enhancement Proposal 1, versions 1.0 to 3.0).

use std::path::Path;

use super::source::Bytes;
use crate::error::{DataError, Defect, Result, quoted};
use crate::limits::Limits;

/// A type of the values of an array.
pub(super) trait Element: Copy {
    /// Parses NumPy's name of it; `None` if the array holds other values.
    fn parse(descr: &str) -> Option<Self>;

    /// Bytes per value.
    fn size(self) -> usize;

    /// How to save an array of this type.
    const MEND: &'static str;

    /// How to save an array of this type out of one of Python objects.
    const MEND_OBJECTS: &'static str;
}

/// What the header says; `D` is the type of value that is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header<D> {
    pub(super) dtype: D,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
    /// Bytes before the first value.
    pub(super) length: u64,
}

const MAGIC: &[u8; 6] = b"\x93NUMPY";

impl<D: Element> Header<D> {
    /// Reads a header; `bytes` then stands at the first value.
    pub(super) fn read(bytes: &mut dyn Bytes, path: &Path) -> Result<Self> {
        let damaged = |reason: String| {
            let mend = "write the file again with numpy.save";
            DataError::new(Defect::Truncated, path, reason, mend)
        };
        let short = |_| damaged("the header ends before it should".into());
        let mut start = [0_u8; 8];
        bytes.read_exact(&mut start).map_err(short)?;
        let [magic @ .., major, _minor] = start;
        if magic != *MAGIC {
            return Err(DataError::new(
                Defect::WrongDtype,
                path,
                "is not an npy array: it does not start with the npy signature",
                "write the file with numpy.save",
            ));
        }
        let (text_length, before) = match major {
            1 => {
                let mut size = [0_u8; 2];
                bytes.read_exact(&mut size).map_err(short)?;
                (usize::from(u16::from_le_bytes(size)), 10)
            }
            2 | 3 => {
                let mut size = [0_u8; 4];
                bytes.read_exact(&mut size).map_err(short)?;
                (u32::from_le_bytes(size) as usize, 12)
            }
            _ => return Err(damaged(format!("has the unknown npy version {major}"))),
        };
        if text_length > Limits::STANDARD.npy_header_bytes {
            return Err(DataError::new(
                Defect::Hostile,
                path,
                format!("claims a header of {text_length} bytes"),
                "write the file again with numpy.save",
            ));
        }
        let mut text = vec![0_u8; text_length];
        bytes.read_exact(&mut text).map_err(short)?;
        let text = String::from_utf8_lossy(&text);
        let fields = Fields::parse(&text)
            .ok_or_else(|| damaged(format!("has the unreadable header {}", quoted(&text))))?;
        let dtype = D::parse(fields.descr).ok_or_else(|| {
            let (reason, mend) = if fields.descr.trim_start_matches('|').starts_with('O') {
                let reason = "holds Python objects, which are never unpickled".to_owned();
                (reason, D::MEND_OBJECTS)
            } else {
                let reason = format!("holds values of the type {}", quoted(fields.descr));
                (reason, D::MEND)
            };
            DataError::new(Defect::WrongDtype, path, reason, mend)
        })?;
        let header = Self {
            dtype,
            fortran_order: fields.fortran_order,
            shape: fields.shape,
            length: before + text_length as u64,
        };
        header.total_bytes(path)?;
        Ok(header)
    }

    /// Bytes of header and values together.
    pub(super) fn total_bytes(&self, path: &Path) -> Result<u64> {
        let row = self
            .shape
            .iter()
            .skip(1)
            .try_fold(1_u64, |p, &s| p.checked_mul(s as u64));
        let rows = self.shape.first().copied().unwrap_or(1) as u64;
        let total = row
            .filter(|&row| row <= Limits::STANDARD.values_per_row as u64)
            .filter(|_| rows <= Limits::STANDARD.rows)
            .and_then(|row| row.checked_mul(rows)?.checked_mul(self.dtype.size() as u64))
            .and_then(|bytes| bytes.checked_add(self.length));
        total.ok_or_else(|| {
            DataError::new(
                Defect::Hostile,
                path,
                format!("claims the shape {:?}", self.shape),
                "write the file again with numpy.save",
            )
        })
    }
}

/// The three fields of the dictionary.
struct Fields<'a> {
    descr: &'a str,
    fortran_order: bool,
    shape: Vec<usize>,
}

impl<'a> Fields<'a> {
    /// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. A structured dtype has a
    /// list for `descr` and comes back as that list's text.
    fn parse(text: &'a str) -> Option<Self> {
        let body = text.trim().strip_prefix('{')?.strip_suffix('}')?;
        let after = |key: &str| {
            let start = body.find(key)? + key.len();
            Some(
                body.get(start..)?
                    .trim_start()
                    .strip_prefix(':')?
                    .trim_start(),
            )
        };
        let descr = after("'descr'")?;
        let descr = match descr.strip_prefix('\'') {
            Some(rest) => rest.split('\'').next()?,
            None => descr.split(']').next()?,
        };
        let order = after("'fortran_order'")?;
        let fortran_order = match (order.starts_with("True"), order.starts_with("False")) {
            (true, _) => true,
            (_, true) => false,
            _ => return None,
        };
        let shape = after("'shape'")?.strip_prefix('(')?.split(')').next()?;
        let shape = shape
            .split(',')
            .map(str::trim)
            .filter(|size| !size.is_empty())
            .map(|size| size.trim_end_matches('L').parse().ok())
            .collect::<Option<Vec<usize>>>()?;
        (shape.len() <= 32).then_some(Self {
            descr,
            fortran_order,
            shape,
        })
    }
}

//! Ids in an array: texts of one length (`<U8`, `|S8`) or integers.

use std::path::{Path, PathBuf};

use super::decode::Dtype;
use super::header::{Element, Header};
use super::source::Source;
use crate::error::{DataError, Defect, Result, Row};

/// A one-dimensional array of ids whose header has been read.
#[derive(Debug)]
pub(crate) struct IdArray {
    path: PathBuf,
    source: Source,
    header: Header<IdType>,
}

/// The type of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdType {
    Integer(Dtype),
    /// UTF-32, padded with zeros; `big_endian` is the byte order.
    Unicode {
        chars: usize,
        big_endian: bool,
    },
    /// UTF-8, padded with zeros.
    Bytes(usize),
}

impl Element for IdType {
    const MEND: &'static str = "save the ids as text or integers: ids.astype('int64')";
    const MEND_OBJECTS: &'static str = "save the ids as text: numpy.array(ids, dtype=str)";

    fn parse(descr: &str) -> Option<Self> {
        let order = descr.get(..1)?;
        let length = || descr.get(2..)?.parse::<usize>().ok().filter(|&n| n > 0);
        match descr.get(1..2)? {
            "U" if matches!(order, "<" | ">" | "=") => Some(Self::Unicode {
                chars: length().filter(|&n| n <= LONGEST)?,
                big_endian: order == ">",
            }),
            "S" => Some(Self::Bytes(length().filter(|&n| n <= LONGEST)?)),
            _ => Dtype::parse(descr)
                .filter(|dtype| dtype.is_integer())
                .map(Self::Integer),
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Integer(dtype) => dtype.size(),
            Self::Unicode { chars, .. } => 4 * chars,
            Self::Bytes(length) => length,
        }
    }
}

/// Characters of the longest id.
const LONGEST: usize = 1 << 16;

impl IdType {
    /// The id; `None` if its bytes are not text.
    fn decode(self, raw: &[u8]) -> Option<String> {
        match self {
            Self::Integer(dtype) => Some(dtype.integer(raw).to_string()),
            Self::Unicode { big_endian, .. } => {
                let (units, _) = raw.as_chunks::<4>();
                let unit = |&bytes: &[u8; 4]| {
                    if big_endian {
                        u32::from_be_bytes(bytes)
                    } else {
                        u32::from_le_bytes(bytes)
                    }
                };
                let end = units.iter().rposition(|bytes| unit(bytes) != 0);
                let units = units.get(..end.map_or(0, |end| end + 1))?;
                units
                    .iter()
                    .map(|bytes| char::from_u32(unit(bytes)))
                    .collect()
            }
            Self::Bytes(_) => {
                let end = raw.iter().rposition(|&byte| byte != 0);
                let text = raw.get(..end.map_or(0, |end| end + 1))?;
                std::str::from_utf8(text).ok().map(str::to_owned)
            }
        }
    }
}

impl IdArray {
    /// Reads the header of an `.npy` file, or of the entry `key` of an `.npz` archive.
    pub(crate) fn open(path: &Path, key: Option<&str>) -> Result<Self> {
        let source = Source::of(path, key)?;
        let header = source.with(path, |bytes| Header::<IdType>::read(bytes, path))?;
        source.check_size(path, header.total_bytes(path)?)?;
        if header.shape.len() != 1 {
            return Err(DataError::new(
                Defect::WrongShape,
                path,
                format!("has the shape {:?}, ids have one dimension", header.shape),
                "save one id per row: ids.reshape(-1)",
            ));
        }
        Ok(Self {
            path: path.to_path_buf(),
            source,
            header,
        })
    }

    /// Hands every id to `visit`.
    pub(crate) fn for_each(&self, mut visit: impl FnMut(Row, &str) -> Result<()>) -> Result<()> {
        let n = self.header.shape.first().copied().unwrap_or_default();
        let error = |row, defect, reason: &str, mend: &str| {
            DataError::new(defect, &self.path, reason, mend).at_row(row)
        };
        self.source.with(&self.path, |bytes| {
            let dtype = Header::<IdType>::read(bytes, &self.path)?.dtype;
            let mut raw = vec![0_u8; dtype.size()];
            for row in 0..n {
                let row = Row::Record(row as u64 + 1);
                bytes
                    .read_exact(&mut raw)
                    .map_err(|e| DataError::read(&self.path, &e))?;
                let id = dtype.decode(&raw).ok_or_else(|| {
                    let mend = "save the ids as text: numpy.array(ids, dtype=str)";
                    error(row, Defect::WrongDtype, "the id is not text", mend)
                })?;
                if id.is_empty() {
                    let mend = "give every row an id";
                    return Err(error(row, Defect::MissingValue, "the id is empty", mend));
                }
                visit(row, &id)?;
            }
            bytes.finish().map_err(|e| {
                let mend = "copy or write the file again";
                let reason = format!("the array is damaged: {e}");
                DataError::new(Defect::Truncated, &self.path, reason, mend)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(descr: &str, raw: &[u8]) -> Option<String> {
        IdType::parse(descr).unwrap().decode(raw)
    }

    #[test]
    fn ids_of_every_type() {
        let utf32 = |text: &str, n: usize| -> Vec<u8> {
            let units = text.chars().map(u32::from);
            let padded = units.chain(std::iter::repeat(0)).take(n);
            padded.flat_map(u32::to_le_bytes).collect()
        };
        assert_eq!(decoded("<U4", &utf32("p1é", 4)).unwrap(), "p1é");
        assert_eq!(decoded(">U1", &[0, 0, 0, 97]).unwrap(), "a");
        assert_eq!(decoded("|S4", b"ab\0\0").unwrap(), "ab");
        assert_eq!(decoded("<i8", &(-7_i64).to_le_bytes()).unwrap(), "-7");
        assert_eq!(decoded("<U2", &[0; 8]).unwrap(), "");
        assert_eq!(decoded("<U1", &[0xff; 4]), None);
        assert_eq!(decoded("|S1", &[0xff]), None);
    }

    #[test]
    fn other_types_are_no_ids() {
        for descr in [
            "|O",
            "<f4",
            "|b1",
            "<U0",
            "<U99999999999999",
            "|V4",
            "é",
            "<U",
        ] {
            assert_eq!(IdType::parse(descr), None, "{descr}");
        }
    }
}

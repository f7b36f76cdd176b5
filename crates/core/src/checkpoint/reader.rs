//! Reads a safetensors file without trusting it.
//!
//! The header's length is held against the length of the file before anything is allocated, every
//! offset is validated before any entry is read, and entries are read one at a time, so a small
//! model does not load a huge file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use safetensors::tensor::{Metadata, TensorInfo};
use tch::{Kind, Tensor};

use super::Entry;
use super::entry::kind;
use crate::{Error, Result};

/// Longest header that is read, in bytes: the limit of the format's reference implementation.
const MAX_HEADER: u64 = 100_000_000;

/// An open file whose header is valid.
pub(super) struct Reader {
    path: PathBuf,
    file: File,
    data_start: u64,
    infos: BTreeMap<String, TensorInfo>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let io = |source| Error::Io {
            path: path.to_path_buf(),
            source,
        };
        let bad = |reason: String| Error::CheckpointFile {
            path: path.to_path_buf(),
            reason,
        };
        let about = std::fs::metadata(path).map_err(io)?;
        if !about.is_file() {
            return Err(bad("not a regular file".into()));
        }
        let mut file = File::open(path).map_err(io)?;
        let Some(after_length) = about.len().checked_sub(8) else {
            return Err(bad(format!("{} bytes, a header takes 8", about.len())));
        };
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(io)?;
        let header_length = u64::from_le_bytes(length);
        if header_length > MAX_HEADER || header_length > after_length {
            return Err(bad(format!(
                "claims a header of {header_length} bytes, {after_length} follow; truncated?"
            )));
        }
        let mut header = vec![0; header_length as usize];
        file.read_exact(&mut header).map_err(io)?;
        let metadata: Metadata =
            serde_json::from_slice(&header).map_err(|error| bad(format!("header: {error}")))?;
        let data_length = after_length - header_length;
        if metadata.data_len() as u64 != data_length {
            return Err(bad(format!(
                "the header describes {} bytes of data, {data_length} follow; truncated?",
                metadata.data_len()
            )));
        }
        let infos = metadata
            .tensors()
            .into_iter()
            .map(|(name, info)| (name, info.clone()))
            .collect();
        Ok(Self {
            path: path.to_path_buf(),
            file,
            data_start: 8 + header_length,
            infos,
        })
    }

    pub(super) fn entries(&self) -> BTreeMap<String, Entry> {
        self.infos
            .iter()
            .map(|(name, info)| (name.clone(), Entry::new(&info.shape, info.dtype)))
            .collect()
    }

    /// The values of an entry, on the CPU.
    pub(super) fn tensor(&mut self, name: &str) -> Result<Tensor> {
        let bad = |reason: String| Error::CheckpointFile {
            path: self.path.clone(),
            reason: format!("{name}: {reason}"),
        };
        let info = self
            .infos
            .get(name)
            .ok_or_else(|| bad("no such entry".into()))?;
        let kind = kind(info.dtype)
            .ok_or_else(|| bad(format!("dtype {} is not supported", info.dtype)))?;
        let dims = info
            .shape
            .iter()
            .map(|&size| i64::try_from(size))
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|error| bad(error.to_string()))?;
        let (start, end) = info.data_offsets;
        let mut bytes = vec![0; end.saturating_sub(start)];
        self.file
            .seek(SeekFrom::Start(self.data_start + start as u64))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|source| Error::Io {
                path: self.path.clone(),
                source,
            })?;
        // A byte other than 0 and 1 is no bool in C++.
        let stored = if kind == Kind::Bool {
            Kind::Uint8
        } else {
            kind
        };
        Tensor::f_from_data_size(&bytes, &dims, stored)
            .and_then(|tensor| match kind {
                Kind::Bool => tensor.f_ne(0),
                _ => Ok(tensor),
            })
            .map_err(|source| Error::Torch {
                context: format!("reading {name} of {}", self.path.display()),
                source,
            })
    }
}

//! Saving: deterministic bytes, written atomically.

use std::path::Path;

use safetensors::tensor::TensorView;
use tch::nn::VarStore;
use tch::{Device, TchError, Tensor};

use super::entry::dtype;
use super::load::sorted;
use crate::{Error, Result};

/// Writes every variable of `vs`, buffers included, to `path`.
///
/// The same weights give the same bytes. A reader sees the old file or the new one, never a part.
///
/// # Errors
/// [`Error::Io`] if the file cannot be written; otherwise as [`to_bytes`].
pub fn save(vs: &VarStore, path: impl AsRef<Path>) -> Result<()> {
    write_atomic(path.as_ref(), &to_bytes(vs)?)
}

/// The safetensors file of [`save`], in memory; entries are sorted by dtype, then by name.
///
/// # Errors
/// [`Error::Input`] if a variable has a dtype that the format lacks. [`Error::Torch`] if a variable
/// cannot be moved to the CPU.
pub fn to_bytes(vs: &VarStore) -> Result<Vec<u8>> {
    struct Stored {
        name: String,
        dtype: safetensors::Dtype,
        shape: Vec<usize>,
        bytes: Vec<u8>,
    }
    let unsupported = |name: &str, got: String| Error::Input {
        module: "checkpoint",
        expected: format!("{name} of a dtype that safetensors has"),
        got,
    };
    let mut stored = Vec::new();
    for (name, tensor) in sorted(vs) {
        let dtype = dtype(tensor.kind())
            .ok_or_else(|| unsupported(&name, format!("{:?}", tensor.kind())))?;
        let bytes = bytes(&tensor).map_err(|source| Error::Torch {
            context: format!("saving {name}"),
            source,
        })?;
        let shape = tensor.size().iter().map(|&size| size as usize).collect();
        stored.push(Stored {
            name,
            dtype,
            shape,
            bytes,
        });
    }
    let views = stored
        .iter()
        .map(|s| {
            Ok((
                s.name.as_str(),
                TensorView::new(s.dtype, s.shape.clone(), &s.bytes)?,
            ))
        })
        .collect::<std::result::Result<Vec<_>, safetensors::SafeTensorError>>();
    views
        .and_then(|views| safetensors::serialize(views, None))
        .map_err(|error| unsupported("every variable", error.to_string()))
}

fn bytes(tensor: &Tensor) -> std::result::Result<Vec<u8>, TchError> {
    let tensor = tensor.detach().f_to_device(Device::Cpu)?.f_contiguous()?;
    let numel = tensor.numel();
    let mut bytes = vec![0; numel * tensor.kind().elt_size_in_bytes()];
    tensor.f_copy_data_u8(&mut bytes, numel)?;
    Ok(bytes)
}

/// Writes `bytes` to a temporary file beside `path`, syncs it, and renames it to `path`.
///
/// # Errors
/// [`Error::Io`] names `path`; no part of a file is left behind.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    midfuse_base::write_atomic(path, bytes).map_err(|source| Error::Io {
        path: path.to_path_buf(),
        source,
    })
}

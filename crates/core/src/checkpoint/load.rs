//! Strict loading: all of it fits, or nothing changes.

use std::collections::BTreeMap;
use std::path::Path;

use tch::nn::VarStore;
use tch::{Tensor, no_grad};

use super::reader::Reader;
use super::{Entry, Misfit};
use crate::{Error, Result};

/// Overwrites every variable of `vs`, buffers included, with the entry of its name.
///
/// Nothing is changed unless everything fits: names, shapes and dtypes.
///
/// # Errors
/// [`Error::Checkpoint`] lists every missing, unexpected, misshapen or wrongly typed entry.
/// [`Error::CheckpointFile`] if the file is truncated or damaged, [`Error::Io`] if it cannot be
/// read.
pub fn load(vs: &VarStore, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    let mut reader = Reader::open(path)?;
    let variables = sorted(vs);
    fits(&variables, &reader.entries(), path.display().to_string())?;
    let values = variables
        .keys()
        .map(|name| reader.tensor(name))
        .collect::<Result<Vec<_>>>()?;
    overwrite(variables.into_iter().zip(values))
}

/// Copies every variable of `src` to the variable of the same name in `dst`, across devices.
///
/// # Errors
/// [`Error::Checkpoint`] lists every variable that only one of them has, or that differs in shape
/// or dtype; nothing is changed then.
pub fn copy(src: &VarStore, dst: &VarStore) -> Result<()> {
    let (src, dst) = (sorted(src), sorted(dst));
    fits(&dst, &entries(&src), "the source variables".into())?;
    let values: Vec<Tensor> = src.into_values().collect();
    overwrite(dst.into_iter().zip(values))
}

/// Variables by name, in order.
pub(super) fn sorted(vs: &VarStore) -> BTreeMap<String, Tensor> {
    vs.variables().into_iter().collect()
}

pub(super) fn entries(variables: &BTreeMap<String, Tensor>) -> BTreeMap<String, Entry> {
    variables
        .iter()
        .map(|(name, tensor)| (name.clone(), Entry::of(tensor)))
        .collect()
}

fn fits(
    variables: &BTreeMap<String, Tensor>,
    found: &BTreeMap<String, Entry>,
    from: String,
) -> Result<()> {
    let misfit = Misfit::between(&entries(variables), found);
    if misfit.is_empty() {
        return Ok(());
    }
    Err(Error::Checkpoint {
        from,
        misfit: Box::new(misfit),
    })
}

/// Copies values into variables in place; shapes are known to be equal.
pub(super) fn overwrite(pairs: impl IntoIterator<Item = ((String, Tensor), Tensor)>) -> Result<()> {
    for ((name, mut variable), value) in pairs {
        no_grad(|| variable.f_copy_(&value)).map_err(|source| Error::Torch {
            context: format!("copying {name}"),
            source,
        })?;
    }
    Ok(())
}

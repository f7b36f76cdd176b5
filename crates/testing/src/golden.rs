//! Golden files: tensors that a reference implementation made, with where they come from.
//!
//! `tests/golden/NAME.npz` holds arrays by name; `tests/golden/NAME.json` says which script made it
//! from which versions and seed, and how far off a result may be.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tch::nn::VarStore;
use tch::{Tensor, no_grad};

use crate::assert_close;

/// Where a golden file comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The script, `"tools/golden/nn_attention.py"`.
    pub script: String,
    /// Versions of what made it: `{"torch": "2.11.0"}`.
    pub versions: BTreeMap<String, String>,
    /// The seed.
    pub seed: u64,
    /// Largest absolute difference that is accepted.
    pub tolerance: f64,
}

/// A loaded golden file.
#[derive(Debug)]
pub struct Golden {
    /// The name of the file, without extension.
    pub name: String,
    /// Its sidecar.
    pub provenance: Provenance,
    tensors: BTreeMap<String, Tensor>,
}

/// Loads `DIR/NAME.npz` and `DIR/NAME.json`.
///
/// # Panics
/// If either is missing or damaged, if the sidecar names no version, or if its script does not
/// exist in the workspace.
pub fn load(dir: impl AsRef<Path>, name: &str) -> Golden {
    let dir = dir.as_ref();
    let sidecar = dir.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&sidecar)
        .unwrap_or_else(|error| panic!("{}: {error}", sidecar.display()));
    let provenance: Provenance = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{}: {error}", sidecar.display()));
    assert!(
        !provenance.versions.is_empty(),
        "{}: no versions",
        sidecar.display()
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert!(
        root.join(&provenance.script).is_file(),
        "{}: no script {}",
        sidecar.display(),
        provenance.script
    );
    let path = dir.join(format!("{name}.npz"));
    let tensors =
        Tensor::read_npz(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Golden {
        name: name.to_owned(),
        provenance,
        tensors: tensors.into_iter().collect(),
    }
}

impl Golden {
    /// The tensor of this name.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn tensor(&self, name: &str) -> Tensor {
        self.tensors
            .get(name)
            .unwrap_or_else(|| panic!("{}: no tensor {name}", self.name))
            .shallow_clone()
    }

    /// The names that start with `prefix`, without it.
    pub fn names(&self, prefix: &str) -> Vec<String> {
        self.tensors
            .keys()
            .filter_map(|name| name.strip_prefix(prefix))
            .map(str::to_owned)
            .collect()
    }

    /// Overwrites the variables of `vs` with the tensors `PREFIX + name of the variable`; every
    /// variable must be there, and every tensor must have its variable.
    ///
    /// # Panics
    /// If names or shapes differ.
    #[track_caller]
    pub fn fill(&self, vs: &VarStore, prefix: &str) {
        let variables: BTreeMap<String, Tensor> = vs.variables().into_iter().collect();
        let ours: Vec<String> = variables.keys().cloned().collect();
        assert_eq!(
            ours,
            self.names(prefix),
            "{}: names of parameters",
            self.name
        );
        for (name, mut variable) in variables {
            let value = self.tensor(&format!("{prefix}{name}"));
            assert_eq!(variable.size(), value.size(), "{}: {name}", self.name);
            no_grad(|| variable.copy_(&value));
        }
    }

    /// Asserts that `got` is the tensor `name` within the tolerance of the sidecar.
    ///
    /// # Panics
    /// With the largest difference.
    #[track_caller]
    pub fn assert_close(&self, name: &str, got: &Tensor) {
        let what = format!("{}: {name}", self.name);
        assert_close(&what, got, &self.tensor(name), self.provenance.tolerance);
    }

    /// Asserts that the gradient of every variable of `vs` is the tensor `PREFIX + name`, or that
    /// neither exists.
    ///
    /// # Panics
    /// With the name and the largest difference.
    #[track_caller]
    pub fn assert_gradients(&self, vs: &VarStore, prefix: &str) {
        let mut compared = 0;
        for (name, variable) in vs.variables() {
            let gradient = variable.grad();
            let key = format!("{prefix}{name}");
            if gradient.defined() {
                self.assert_close(&key, &gradient);
                compared += 1;
            } else {
                assert!(
                    !self.tensors.contains_key(&key),
                    "{}: no gradient of {name}",
                    self.name
                );
            }
        }
        assert_eq!(
            compared,
            self.names(prefix).len(),
            "{}: gradients",
            self.name
        );
    }
}

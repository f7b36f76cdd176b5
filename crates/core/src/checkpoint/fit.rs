//! Whether the entries of a checkpoint are those of a model.

use std::collections::BTreeMap;
use std::fmt;

use super::Entry;

/// An entry with another shape or dtype than the model's variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Name of the variable.
    pub name: String,
    /// What the model has.
    pub expected: Entry,
    /// What the checkpoint has.
    pub got: Entry,
}

/// Everything that keeps a checkpoint from fitting a model; names are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Misfit {
    /// Variables of the model that the checkpoint lacks.
    pub missing: Vec<String>,
    /// Entries of the checkpoint that the model lacks.
    pub unexpected: Vec<String>,
    /// Entries with another shape or dtype.
    pub mismatched: Vec<Mismatch>,
}

impl Misfit {
    /// Compares two sets of entries by name.
    pub(super) fn between(
        model: &BTreeMap<String, Entry>,
        checkpoint: &BTreeMap<String, Entry>,
    ) -> Self {
        let mut misfit = Self::default();
        for (name, expected) in model {
            match checkpoint.get(name) {
                None => misfit.missing.push(name.clone()),
                Some(got) if got != expected => misfit.mismatched.push(Mismatch {
                    name: name.clone(),
                    expected: expected.clone(),
                    got: got.clone(),
                }),
                Some(_) => {}
            }
        }
        misfit.unexpected = checkpoint
            .keys()
            .filter(|&name| !model.contains_key(name))
            .cloned()
            .collect();
        misfit
    }

    /// True if nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.mismatched.is_empty()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            expected,
            got,
        } = self;
        write!(f, "{name} (expected {expected}, got {got})")
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mismatched: Vec<String> = self.mismatched.iter().map(Mismatch::to_string).collect();
        let parts: Vec<String> = [
            ("missing", &self.missing),
            ("not in the model", &self.unexpected),
            ("of another shape or dtype", &mismatched),
        ]
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {}", names.join(", ")))
        .collect();
        f.write_str(&parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_listed() {
        let entry = |shape: &[usize]| Entry {
            shape: shape.to_vec(),
            dtype: "F32".into(),
        };
        let model = BTreeMap::from([
            ("a".to_owned(), entry(&[1])),
            ("b".to_owned(), entry(&[2])),
            ("c".to_owned(), entry(&[3])),
        ]);
        let file = BTreeMap::from([
            ("b".to_owned(), entry(&[2])),
            ("c".to_owned(), entry(&[4])),
            ("d".to_owned(), entry(&[5])),
        ]);
        assert_eq!(
            Misfit::between(&model, &file).to_string(),
            "missing: a; not in the model: d; of another shape or dtype: c (expected [3] F32, got \
             [4] F32)"
        );
        assert!(Misfit::between(&model, &model).is_empty());
    }
}

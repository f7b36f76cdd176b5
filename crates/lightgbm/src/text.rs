//! A model as text, checked before LightGBM reads it.
//!
//! LightGBM trusts what it reads: a child or a column out of range becomes a read out of bounds at
//! the first prediction. So a text is held to what LightGBM 4 writes for the objectives of this
//! crate, line by line, with every index in its range.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::str::FromStr;

use crate::{Error, MAX_CATEGORY, Objective, Result};

/// A text that LightGBM may read, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModelText {
    pub(crate) text: CString,
    pub(crate) objective: Objective,
    pub(crate) n_columns: usize,
    pub(crate) n_rounds: usize,
    /// Of all trees together.
    pub(crate) n_leaves: usize,
    /// Columns that some split takes as categories.
    pub(crate) categorical: Vec<usize>,
}

impl ModelText {
    /// Checks a text.
    ///
    /// # Errors
    /// [`Error::Text`] with the first line that is out of order.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let mut lines = Lines::new(text);
        if text.contains('\r') {
            return Err(lines.error("no carriage return", "one"));
        }
        lines.exactly("tree")?;
        lines.exactly("version=v4")?;
        let n_outputs: usize = lines.one("num_class")?;
        let n_trees: usize = lines.one("num_tree_per_iteration")?;
        lines.exactly("label_index=0")?;
        let last_column = lines.within("max_feature_idx", 0, i32::MAX - 1)?;
        let n_columns = last_column as usize + 1;
        let objective = lines.value("objective")?;
        let objective = match objective {
            "binary sigmoid:1" => Objective::Binary,
            "regression" => Objective::Regression,
            other if n_outputs > 2 && other == format!("multiclass num_class:{n_outputs}") => {
                Objective::Multiclass(n_outputs)
            }
            _ => return Err(lines.error("an objective of this crate", objective)),
        };
        if (n_outputs, n_trees) != (objective.n_trees(), objective.n_trees()) {
            let got = format!("{n_outputs} and {n_trees}");
            return Err(lines.error("as many classes and trees as the objective has", &got));
        }
        for key in ["feature_names", "feature_infos"] {
            let got = lines.value(key)?.split(' ').count();
            if got != n_columns {
                return Err(lines.error(format!("{key} of {n_columns} columns"), &got.to_string()));
            }
        }
        let sizes: Vec<usize> = lines.many("tree_sizes", None)?;
        if sizes.is_empty() || !sizes.len().is_multiple_of(n_trees) {
            let expected = format!("sizes of a multiple of {n_trees} trees");
            return Err(lines.error(expected, &sizes.len().to_string()));
        }
        lines.exactly("")?;
        let mut categorical = BTreeSet::new();
        let mut n_leaves = 0;
        for (i, &size) in sizes.iter().enumerate() {
            let before = lines.rest.len();
            lines.exactly(&format!("Tree={i}"))?;
            n_leaves += tree(&mut lines, n_columns, &mut categorical)?;
            let got = before - lines.rest.len();
            if got != size {
                return Err(lines.error(format!("a tree of {size} bytes"), &got.to_string()));
            }
        }
        lines.exactly("end of trees")?;
        let text = CString::new(text);
        Ok(Self {
            text: text.map_err(|_| lines.error("no byte 0", "one"))?,
            objective,
            n_columns,
            n_rounds: sizes.len() / n_trees,
            n_leaves,
            categorical: categorical.into_iter().collect(),
        })
    }
}

/// One tree, without its first line; its number of leaves, `M` of which have `M - 1` splits.
fn tree(
    lines: &mut Lines<'_>,
    n_columns: usize,
    categorical: &mut BTreeSet<usize>,
) -> Result<usize> {
    let n_leaves = lines.within("num_leaves", 1, i32::MAX)?;
    let n_sets = lines.within("num_cat", 0, i32::MAX - 1)?;
    let (leaves, splits) = (n_leaves as usize, n_leaves as usize - 1);
    let columns: Vec<usize> = lines.many("split_feature", Some(splits))?;
    if let Some(column) = columns.iter().find(|&&column| column >= n_columns) {
        return Err(lines.error(format!("columns below {n_columns}"), &column.to_string()));
    }
    lines.many::<f64>("split_gain", Some(splits))?;
    let thresholds: Vec<f64> = lines.many("threshold", Some(splits))?;
    let decisions: Vec<u8> = lines.many("decision_type", Some(splits))?;
    for ((&column, &threshold), &decision) in columns.iter().zip(&thresholds).zip(&decisions) {
        // The lowest bit: a categorical split, whose threshold is the number of its set.
        let is_set = (0.0..f64::from(n_sets)).contains(&threshold) && threshold.fract() == 0.0;
        if decision > 15 || (decision & 1 == 1 && !is_set) {
            let got = format!("{decision} with threshold {threshold}");
            return Err(lines.error(format!("decisions over {n_sets} sets"), &got));
        }
        if decision & 1 == 1 {
            categorical.insert(column);
        }
    }
    for key in ["left_child", "right_child"] {
        let children: Vec<i32> = lines.many(key, Some(splits))?;
        let outside = children.iter().zip(0..).find(|&(&child, parent)| {
            // A leaf is written as its complement; a split comes after its parent, so no path loops.
            !(-n_leaves..n_leaves - 1).contains(&child) || (child >= 0 && child <= parent)
        });
        if let Some((child, parent)) = outside {
            return Err(lines.error(format!("a child of split {parent}"), &child.to_string()));
        }
    }
    let values: Vec<f64> = lines.many("leaf_value", Some(leaves))?;
    if let Some(value) = values.iter().find(|value| !value.is_finite()) {
        return Err(lines.error("finite values", &value.to_string()));
    }
    lines.many::<f64>("leaf_weight", Some(leaves))?;
    lines.many::<i32>("leaf_count", Some(leaves))?;
    lines.many::<f64>("internal_value", Some(splits))?;
    lines.many::<f64>("internal_weight", Some(splits))?;
    lines.many::<i32>("internal_count", Some(splits))?;
    if n_sets > 0 {
        sets(lines, n_sets as usize)?;
    }
    lines.exactly("is_linear=0")?;
    lines.one::<f64>("shrinkage")?;
    lines.exactly("")?;
    lines.exactly("")?;
    Ok(leaves)
}

/// The sets of categories of a tree, as bits of words: where each begins and ends, and the words.
fn sets(lines: &mut Lines<'_>, n_sets: usize) -> Result<()> {
    let bounds: Vec<usize> = lines.many("cat_boundaries", n_sets.checked_add(1))?;
    let most = (MAX_CATEGORY as usize + 1) / 32;
    let ordered = bounds.first() == Some(&0)
        && bounds
            .iter()
            .zip(bounds.iter().skip(1))
            .all(|(from, to)| from <= to && to - from <= most);
    let end = bounds
        .last()
        .copied()
        .filter(|&end| ordered && i32::try_from(end).is_ok());
    let Some(end) = end else {
        return Err(lines.error("boundaries that ascend from 0", &format!("{bounds:?}")));
    };
    lines.many::<u32>("cat_threshold", Some(end))?;
    Ok(())
}

/// The lines of a text, one after the other.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            number: 0,
        }
    }

    /// The next line, which must end.
    fn next(&mut self, expected: &str) -> Result<&'a str> {
        self.number += 1;
        let Some((line, rest)) = self.rest.split_once('\n') else {
            return Err(self.error(expected, self.rest));
        };
        self.rest = rest;
        Ok(line)
    }

    fn exactly(&mut self, expected: &str) -> Result<()> {
        let line = self.next(expected)?;
        if line == expected {
            return Ok(());
        }
        Err(self.error(format!("{expected:?}"), line))
    }

    /// The value of the line `key=value`.
    fn value(&mut self, key: &str) -> Result<&'a str> {
        let line = self.next(key)?;
        let value = line.split_once('=').filter(|(name, _)| *name == key);
        match value {
            Some((_, value)) if !value.contains('=') => Ok(value),
            _ => Err(self.error(format!("{key}=.."), line)),
        }
    }

    fn one<T: FromStr>(&mut self, key: &str) -> Result<T> {
        let value = self.value(key)?;
        let parsed = value.parse();
        parsed.map_err(|_| self.error(format!("{key} as a number"), value))
    }

    fn within(&mut self, key: &str, least: i32, most: i32) -> Result<i32> {
        let value = self.one(key)?;
        if (least..=most).contains(&value) {
            return Ok(value);
        }
        Err(self.error(format!("{key} from {least} to {most}"), &value.to_string()))
    }

    /// Numbers with one space between them, as many as are given.
    fn many<T: FromStr>(&mut self, key: &str, n: Option<usize>) -> Result<Vec<T>> {
        let value = self.value(key)?;
        let words = value.split(' ').filter(|_| !value.is_empty());
        let parsed: Option<Vec<T>> = words.map(|word| word.parse().ok()).collect();
        match parsed {
            Some(numbers) if n.is_none_or(|n| n == numbers.len()) => Ok(numbers),
            _ => {
                let count = n.map_or(String::new(), |n| format!("{n} "));
                Err(self.error(format!("{key} as {count}numbers"), value))
            }
        }
    }

    fn error(&self, expected: impl Into<String>, got: &str) -> Error {
        Error::Text {
            line: self.number.max(1),
            expected: expected.into(),
            got: got.chars().take(80).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two splits, the second on the set {1, 33} of column 1.
    const TREE: &str = "\
Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=2 1
threshold=0.5 0
decision_type=2 1
left_child=1 -1
right_child=-2 -3
leaf_value=0.25 -1e-3 0.5
leaf_weight=1 1 1
leaf_count=4 5 6
internal_value=0 0
internal_weight=3 2
internal_count=15 10
cat_boundaries=0 2
cat_threshold=2 2
is_linear=0
shrinkage=1


";

    fn model(tree: &str) -> String {
        format!(
            "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n\
             max_feature_idx=1\nobjective=regression\nfeature_names=a b\n\
             feature_infos=[0:1] 1:33\ntree_sizes={}\n\n{tree}end of trees\n",
            tree.len()
        )
    }

    #[test]
    fn a_text_is_read() {
        let read = ModelText::read(&model(TREE)).unwrap();
        assert_eq!(read.objective, Objective::Regression);
        assert_eq!((read.n_columns, read.n_rounds, read.n_leaves), (2, 1, 3));
        assert_eq!(read.categorical, [1]);
    }

    #[test]
    fn every_index_is_held_against_its_range() {
        let edits = [
            ("num_leaves=3", "num_leaves=0", "num_leaves from 1"),
            ("num_leaves=3", "num_leaves=4", "split_feature as 3 numbers"),
            ("num_leaves=3", "num_leaves=x", "num_leaves as a number"),
            ("num_cat=1", "num_cat=0", "decisions over 0 sets"),
            ("split_feature=0 1", "split_feature=0 2", "columns below 2"),
            (
                "split_feature=0 1",
                "split_feature=0  1",
                "split_feature as 2",
            ),
            (
                "threshold=0.5 0",
                "threshold=0.5 1",
                "decisions over 1 sets",
            ),
            (
                "threshold=0.5 0",
                "threshold=0.5 nan",
                "decisions over 1 sets",
            ),
            ("decision_type=2 1", "decision_type=2 17", "decisions over"),
            ("left_child=1 -1", "left_child=2 -1", "a child of split 0"),
            ("left_child=1 -1", "left_child=0 -1", "a child of split 0"),
            (
                "right_child=-2 -3",
                "right_child=-2 1",
                "a child of split 1",
            ),
            (
                "right_child=-2 -3",
                "right_child=-2 -4",
                "a child of split 1",
            ),
            ("leaf_value=0.25", "leaf_value=inf", "finite values"),
            ("leaf_value=0.25 ", "leaf_value=", "leaf_value as 3 numbers"),
            ("cat_boundaries=0 2", "cat_boundaries=1 2", "ascend from 0"),
            (
                "cat_boundaries=0 2",
                "cat_boundaries=0 3",
                "cat_threshold as 3",
            ),
            (
                "cat_boundaries=0 2",
                "cat_boundaries=0 99999",
                "ascend from 0",
            ),
            ("is_linear=0", "is_linear=1", "is_linear=0"),
            ("shrinkage=1", "shrinkage=1\nextra=1", "\"\""),
            ("Tree=0", "Tree=1", "Tree=0"),
        ];
        for (from, to, expected) in edits {
            let edited = model(&TREE.replace(from, to));
            let text = ModelText::read(&edited).unwrap_err().to_string();
            assert!(text.contains(expected), "{to}: {text}");
        }
    }

    #[test]
    fn the_head_is_held_to_what_this_crate_asks_for() {
        let edits = [
            ("tree\n", "", "\"tree\""),
            ("version=v4", "version=v3", "version=v4"),
            ("num_class=1", "num_class=3", "as many classes and trees"),
            (
                "objective=regression",
                "objective=poisson",
                "an objective of this crate",
            ),
            (
                "max_feature_idx=1",
                "max_feature_idx=2",
                "feature_names of 3 columns",
            ),
            (
                "feature_names=a b",
                "feature_names=a=b b",
                "feature_names=..",
            ),
            ("tree_sizes=", "tree_sizes=1", "bytes"),
            ("tree_sizes=", "tree_sizes=1 ", "a tree of 1 bytes"),
            ("end of trees", "end", "end of trees"),
            ("end of trees", "\r", "no carriage return"),
            ("end of trees\n", "end of trees\n\0", "no byte 0"),
        ];
        for (from, to, expected) in edits {
            let edited = model(TREE).replacen(from, to, 1);
            let text = ModelText::read(&edited).unwrap_err().to_string();
            assert!(text.contains(expected), "{to}: {text}");
        }
        let error = ModelText::read("").unwrap_err().to_string();
        assert_eq!(error, "model of LightGBM, line 1: expected tree, got \"\"");
    }
}

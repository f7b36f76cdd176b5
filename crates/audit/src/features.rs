//! Features files: the names of the columns that a model was given.
//!
//! One name per line; or CSV with a column `feature` and, where each fold has a list of its own, a
//! column `fold` (from 0).

use std::collections::{BTreeMap, HashMap};

use crate::check::Selection;

use midfuse_base::nearest;

/// A features file that cannot be taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeaturesError {
    /// It is not text.
    #[error("line {line}: not UTF-8 text; save the file as UTF-8")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// It is empty.
    #[error("names no feature; write one column name per line, or CSV with a column `feature`")]
    Empty,
    /// A line that is not CSV.
    #[error("line {line}: {what}")]
    Csv {
        /// The line, from 1.
        line: u64,
        /// What the reader of CSV says.
        what: String,
    },
    /// A feature that the data do not have.
    #[error("line {line}: {name:?} is not an input column of the data{hint}")]
    Unknown {
        /// The line, from 1.
        line: u64,
        /// The feature.
        name: String,
        /// The nearest column, after `: `.
        hint: String,
    },
    /// A feature that is named twice.
    #[error("line {line}: names {name:?} again, after line {first}; name each feature once{scope}")]
    Twice {
        /// The line, from 1.
        line: u64,
        /// The line that named it first.
        first: u64,
        /// The feature.
        name: String,
        /// ` in a fold`, where each fold has a list of its own.
        scope: &'static str,
    },
    /// A fold that the split file does not have.
    #[error(
        "line {line}, column fold: expected a fold of the split file, 0 to {last}, got {got:?}"
    )]
    Fold {
        /// The line, from 1.
        line: u64,
        /// The last fold.
        last: usize,
        /// What is there.
        got: String,
    },
    /// A fold without features.
    #[error(
        "fold {fold} of the split file has no feature; list the features of every fold, or leave out the column `fold`"
    )]
    NoList {
        /// The fold, from 0.
        fold: usize,
    },
}

/// Reads the text of a features file for these columns and this number of folds.
pub(super) fn selections(
    bytes: &[u8],
    columns: &[&str],
    n_folds: usize,
) -> Result<Vec<Selection>, FeaturesError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to());
        FeaturesError::Encoding {
            line: 1 + before.filter(|&&byte| byte == b'\n').count(),
        }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header: Vec<&str> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let named = if header.contains(&"feature") {
        of_csv(text, n_folds)?
    } else {
        let lines = text.lines().enumerate();
        lines
            .map(|(at, name)| (at as u64 + 1, None, name.trim().to_owned()))
            .filter(|(_, _, name)| !name.is_empty())
            .collect()
    };
    let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, &column) in columns.iter().enumerate() {
        known.entry(column).or_default().push(at);
    }
    let mut lists: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    let mut seen: HashMap<(Option<usize>, String), u64> = HashMap::new();
    for (line, fold, name) in named {
        let Some(at) = known.get(name.as_str()) else {
            let hint = nearest(&name, columns)
                .map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            return Err(FeaturesError::Unknown { line, name, hint });
        };
        lists.entry(fold).or_default().extend(at);
        if let Some(first) = seen.insert((fold, name.clone()), line) {
            let scope = if fold.is_some() { " in a fold" } else { "" };
            return Err(FeaturesError::Twice {
                line,
                first,
                name,
                scope,
            });
        }
    }
    if lists.is_empty() {
        return Err(FeaturesError::Empty);
    }
    let by_fold = !lists.contains_key(&None);
    if let Some(fold) = (0..n_folds).find(|&fold| by_fold && !lists.contains_key(&Some(fold))) {
        return Err(FeaturesError::NoList { fold });
    }
    let of = |(fold, features)| Selection { fold, features };
    Ok(lists.into_iter().map(of).collect())
}

/// Line, fold and name of each record.
fn of_csv(text: &str, n_folds: usize) -> Result<Vec<(u64, Option<usize>, String)>, FeaturesError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let wrong = |error: csv::Error| FeaturesError::Csv {
        line: error.position().map_or(1, csv::Position::line),
        what: error.to_string(),
    };
    let header = reader.headers().map_err(wrong)?.clone();
    let place = |wanted: &str| header.iter().position(|name| name == wanted);
    let (feature, fold) = (place("feature"), place("fold"));
    let mut named = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at));
        let fold = match cell(fold) {
            None => None,
            Some(got) => match got.parse::<usize>() {
                Ok(fold) if fold < n_folds => Some(fold),
                _ => {
                    let (last, got) = (n_folds.saturating_sub(1), got.to_owned());
                    return Err(FeaturesError::Fold { line, last, got });
                }
            },
        };
        named.push((line, fold, cell(feature).unwrap_or_default().to_owned()));
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 4] = ["age", "BRCA1", "TP53", "a, b"];

    fn read(text: &str) -> Result<Vec<Selection>, FeaturesError> {
        selections(text.as_bytes(), &COLUMNS, 2)
    }

    #[test]
    fn names_by_line_and_by_fold() {
        let one = |fold, features: &[usize]| Selection {
            fold,
            features: features.to_vec(),
        };
        assert_eq!(
            read("TP53\r\n\nage\na, b\n"),
            Ok(vec![one(None, &[2, 0, 3])])
        );
        assert_eq!(read("feature\nTP53\n"), Ok(vec![one(None, &[2])]));
        assert_eq!(
            read("fold,feature\n1,TP53\n0,age\n1,age\n"),
            Ok(vec![one(Some(0), &[0]), one(Some(1), &[2, 0])])
        );
    }

    #[test]
    fn errors_name_the_line() {
        let says = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            says("age\nTP35\n"),
            "line 2: \"TP35\" is not an input column of the data; did you mean \"TP53\"?"
        );
        assert!(says("age\nTP53\nage\n").starts_with("line 3: names \"age\" again, after line 1"));
        assert!(says("fold,feature\n0,age\n2,age\n").starts_with(
            "line 3, column fold: expected a fold of the split file, 0 to 1, got \"2\""
        ));
        assert!(
            says("fold,feature\n0,age\n").starts_with("fold 1 of the split file has no feature")
        );
        assert!(says("\n").starts_with("names no feature"));
        assert!(says("feature,fold\nage\n").starts_with("line 2: "));
        let latin = selections(b"age\nr\xe4te\n", &COLUMNS, 1).unwrap_err();
        assert_eq!(latin, FeaturesError::Encoding { line: 2 });
    }
}

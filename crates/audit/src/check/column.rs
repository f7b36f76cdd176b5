//! Columns that tell the target: ones that name it, ids of groups, names from after the outcome,
//! sites and batches, and metadata of rows.

use std::collections::HashMap;

use super::adjusted::adjusted;
use super::association::{Association, of_categories, of_numbers};
use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use crate::detector::Detector;

/// Columns of the units against their target.
pub(crate) const DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => target_columns(&units.columns, &units.target(), evidence.folds_of_units()),
    None => Vec::new(),
};

/// Order, ids, lengths, headers and names of files against the target.
pub(crate) const METADATA_DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => metadata_columns(&units.metadata, &units.target()),
    None => Vec::new(),
};

/// Parts of ids and file names against the target and the split.
pub(crate) const SERIES_DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => series_columns(&units.series, &units.target(), evidence.folds_of_units()),
    None => Vec::new(),
};

/// A column of N rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers, NaN where missing.
    Numbers(Vec<f64>),
    /// Codes of categories, `None` where missing.
    Categories(Vec<Option<usize>>),
}

impl Column {
    fn association(&self, target: &Target<'_>) -> Option<Association> {
        match &self.values {
            Values::Numbers(values) => of_numbers(values, target),
            Values::Categories(values) => of_categories(values, target),
        }
    }

    /// The values as codes, where it could be an id: categories, or whole numbers.
    fn codes(&self) -> Option<Vec<Option<usize>>> {
        match &self.values {
            Values::Categories(values) => Some(values.clone()),
            Values::Numbers(values) => {
                let mut codes: HashMap<u64, usize> = HashMap::new();
                let mut code = |value: &f64| {
                    if value.is_nan() {
                        return Some(None);
                    }
                    let next = codes.len();
                    (value.fract() == 0.0)
                        .then(|| Some(*codes.entry(value.to_bits()).or_insert(next)))
                };
                values.iter().map(&mut code).collect()
            }
        }
    }
}

/// Strength from which a column can be said to name the target.
const NAMES: f64 = 0.98;
/// Holm-adjusted p below which it blocks.
const BLOCKS: f64 = 1e-3;
/// Holm-adjusted p below which a person is told; lower, because many columns of many data sets are looked at.
const TELLS: f64 = 1e-5;
/// Strength from which a site is worth a warning.
const SITE: f64 = 0.75;
/// Strength from which metadata of a row is worth a warning.
const METADATA: f64 = 0.9;
/// Fewest values of a column that is an id of groups.
const FEWEST_GROUPS: usize = 10;

/// Words in names of columns that are known only with or after the outcome.
const AFTERWARDS: [&str; 24] = [
    "prediction",
    "predictions",
    "predicted",
    "pred",
    "proba",
    "probability",
    "logit",
    "residual",
    "outcome",
    "label",
    "labels",
    "target",
    "truth",
    "diagnosis",
    "discharge",
    "death",
    "died",
    "deceased",
    "mortality",
    "survival",
    "relapse",
    "recurrence",
    "followup",
    "result",
];
/// Words in names of columns that say where or how a row was measured.
const SITES: [&str; 14] = [
    "site",
    "centre",
    "center",
    "hospital",
    "clinic",
    "scanner",
    "batch",
    "plate",
    "lane",
    "machine",
    "vendor",
    "device",
    "lab",
    "instrument",
];

/// Judges each column alone, with Holm over all of them.
///
/// - AUC (of more than two classes: the mean over pairs) or rank correlation at least .98, and beyond
///   what a fair column of .95 reaches by chance (three standard errors), Holm p < .001, 50 rows or
///   more: [`Code::ColumnNamesTarget`], blocking.
/// - The same for a column of ten or more values, each of several rows: [`Code::UndeclaredGroup`];
///   blocking where it is on both sides of the split, else a warning.
/// - Holm p < 1e-5 and a name such as `prediction` or `outcome`: [`Code::PostOutcomeName`], a warning.
/// - Holm p < 1e-5, strength at least .75 and a name such as `site` or `batch`:
///   [`Code::SiteTellsTarget`], a warning.
pub fn target_columns(
    columns: &[Column],
    target: &Target<'_>,
    folds: Option<&Folds>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (column, found, p) in judged(columns, target) {
        let (strength, measure, name) = (found.strength, found.measure, &column.name);
        let finding = |code, severity, what: String, mend: String| Finding {
            code,
            severity,
            subject: name.clone(),
            what,
            rows: Vec::new(),
            measure: measure.to_owned(),
            strength,
            p: Some(p),
            mend,
        };
        let in_words = format!("({measure} {strength:.3})");
        if strength >= NAMES.max(found.reach) && p < BLOCKS {
            match groups_of(column, target) {
                Some(groups) => {
                    findings.push(undeclared_group(name, groups, found, p, folds));
                }
                None => findings.push(finding(
                    Code::ColumnNamesTarget,
                    Severity::Blocking,
                    format!("`{name}` alone tells the target {in_words}"),
                    format!("leave `{name}` out of the inputs, unless it is known before the outcome and no copy of it"),
                )),
            }
        } else if p < TELLS && has_word(name, &AFTERWARDS) {
            findings.push(finding(
                Code::PostOutcomeName,
                Severity::Warning,
                format!("`{name}` is associated with the target {in_words} and is named like something known afterwards"),
                format!("leave `{name}` out of the inputs, unless it is known before the outcome"),
            ));
        } else if p < TELLS && strength >= SITE && has_word(name, &SITES) {
            findings.push(finding(
                Code::SiteTellsTarget,
                Severity::Warning,
                format!("the site or batch `{name}` is associated with the target {in_words}: a model can learn the site instead"),
                format!("test on sites that are not trained on (`{name}` as the group), and report by site"),
            ));
        }
    }
    findings
}

/// The finding that a column is the id of groups.
fn undeclared_group(
    name: &str,
    groups: Vec<Vec<usize>>,
    found: Association,
    p: f64,
    folds: Option<&Folds>,
) -> Finding {
    let in_words = format!("({} {:.3})", found.measure, found.strength);
    let values = groups.len();
    let torn: Vec<Vec<usize>> = match folds {
        Some(folds) => groups
            .into_iter()
            .filter(|rows| folds.straddle(rows))
            .collect(),
        None => Vec::new(),
    };
    let (severity, what) = if torn.is_empty() {
        let what = format!(
            "`{name}` has {values} values, most of several rows, and the rows of a value share the target {in_words}: it looks like a group"
        );
        (Severity::Warning, what)
    } else {
        let what = format!(
            "`{name}` looks like a group, its rows share the target {in_words}, and {} of its {values} values are on both sides of the split",
            torn.len()
        );
        (Severity::Blocking, what)
    };
    Finding {
        code: Code::UndeclaredGroup,
        severity,
        subject: name.to_owned(),
        what,
        rows: torn,
        measure: found.measure.to_owned(),
        strength: found.strength,
        p: Some(p),
        mend: format!("declare `{name}` as the group and split by it; leave it out of the inputs"),
    }
}

/// Judges what is known of a row besides its content: position in the file, number in its id, sizes,
/// lengths, words in its name. Holm p < 1e-5 and strength at least .9: [`Code::MetadataTellsTarget`], a
/// warning. Columns that look like ids of groups are left to [`series_columns`].
pub fn metadata_columns(columns: &[Column], target: &Target<'_>) -> Vec<Finding> {
    judged(columns, target)
        .into_iter()
        .filter(|(_, found, p)| found.strength >= METADATA && *p < TELLS)
        .filter(|(column, ..)| {
            matches!(column.values, Values::Numbers(_)) || groups_of(column, target).is_none()
        })
        .map(|(column, found, p)| Finding {
            code: Code::MetadataTellsTarget,
            severity: Severity::Warning,
            subject: column.name.clone(),
            what: format!("the {} tells the target ({} {:.3})", column.name, found.measure, found.strength),
            rows: Vec::new(),
            measure: found.measure.to_owned(),
            strength: found.strength,
            p: Some(p),
            mend: "shuffle the rows, give neutral names, and store all rows alike, so that no model can use it; \
                   where a length or size is a fair input, say so"
                .to_owned(),
        })
        .collect()
}

/// Judges columns that were read off ids and names of files, such as the name of a series:
/// [`Code::UndeclaredGroup`] where one tells the target as in [`target_columns`] and looks like the id
/// of groups; a warning, because a name may hold the target itself.
pub fn series_columns(
    columns: &[Column],
    target: &Target<'_>,
    folds: Option<&Folds>,
) -> Vec<Finding> {
    judged(columns, target)
        .into_iter()
        .filter(|(_, found, p)| found.strength >= NAMES.max(found.reach) && *p < BLOCKS)
        .filter_map(|(column, found, p)| {
            let groups = groups_of(column, target)?;
            Some(Finding {
                severity: Severity::Warning,
                mend: format!(
                    "if rows of one {} belong together, declare a group column and split by it; else give neutral names",
                    column.name
                ),
                ..undeclared_group(&column.name, groups, found, p, folds)
            })
        })
        .collect()
}

/// The columns that can be judged, with their Holm-adjusted p.
fn judged<'a>(columns: &'a [Column], target: &Target<'_>) -> Vec<(&'a Column, Association, f64)> {
    let found: Vec<(&Column, Association)> = columns
        .iter()
        .filter_map(|column| Some((column, column.association(target)?)))
        .collect();
    adjusted(found, |(_, found)| found.p)
        .into_iter()
        .map(|((column, found), p)| (column, found, p))
        .collect()
}

/// The rows of each value, where the column can be the id of groups: ten values or more, more than
/// twice as many as classes, two rows or more of most of them.
fn groups_of(column: &Column, target: &Target<'_>) -> Option<Vec<Vec<usize>>> {
    let codes = column.codes()?;
    let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
    for (row, code) in codes.iter().enumerate() {
        if let Some(code) = code {
            rows.entry(*code).or_default().push(row);
        }
    }
    let several = rows.values().filter(|rows| rows.len() > 1).count();
    let enough = rows.len() >= FEWEST_GROUPS
        && rows.len() > 2 * target.n_strata()
        && 2 * several >= rows.len();
    let mut groups: Vec<Vec<usize>> = rows.into_values().collect();
    groups.sort();
    enough.then_some(groups)
}

fn has_word(name: &str, words: &[&str]) -> bool {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<usize> {
        (0..120).map(|row| (row / 4) % 2).collect()
    }

    fn numbers(name: &str, value: impl Fn(usize) -> f64) -> Column {
        Column {
            name: name.to_owned(),
            values: Values::Numbers((0..120).map(value).collect()),
        }
    }

    /// Pseudo-random in [0, 1).
    fn noise(row: usize) -> f64 {
        (row as f64 * 12.9898).sin().abs() * 43758.5453 % 1.0
    }

    #[test]
    fn a_copy_of_the_target_blocks_and_a_strong_feature_does_not() {
        let labels = labels();
        let copy = numbers("grade2", |row| labels[row] as f64 + 0.5 * noise(row));
        let strong = numbers("marker", |row| 0.6 * labels[row] as f64 + noise(row));
        let found = target_columns(&[copy, strong], &Target::Classes(&labels), None);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found.first().map(|f| (f.code, f.severity)),
            Some((Code::ColumnNamesTarget, Severity::Blocking))
        );
    }

    #[test]
    fn an_id_of_groups_is_told_from_a_copy_of_the_target() {
        let labels = labels();
        let patient = Column {
            name: "patient".to_owned(),
            values: Values::Categories((0..120).map(|row| Some(row / 4)).collect()),
        };
        let target = Target::Classes(&labels);
        let codes = |folds: Option<&Folds>| -> Vec<(Code, Severity)> {
            target_columns(std::slice::from_ref(&patient), &target, folds)
                .iter()
                .map(|f| (f.code, f.severity))
                .collect()
        };
        assert_eq!(codes(None), [(Code::UndeclaredGroup, Severity::Warning)]);
        let by_row = Folds::new(
            120,
            &[(
                (0..120).filter(|row| row % 4 > 0).collect(),
                (0..120).step_by(4).collect(),
            )],
        );
        assert_eq!(
            codes(Some(&by_row)),
            [(Code::UndeclaredGroup, Severity::Blocking)]
        );
        let by_patient = Folds::new(120, &[((0..80).collect(), (80..120).collect())]);
        assert_eq!(
            codes(Some(&by_patient)),
            [(Code::UndeclaredGroup, Severity::Warning)]
        );
        // The same column as a part of file names is a series, and no metadata.
        let series = std::slice::from_ref(&patient);
        let found = series_columns(series, &target, Some(&by_row));
        assert_eq!(
            found.first().map(|f| (f.code, f.severity)),
            Some((Code::UndeclaredGroup, Severity::Warning))
        );
        assert!(metadata_columns(series, &target).is_empty());
    }

    #[test]
    fn names_from_after_the_outcome_sites_and_order() {
        let labels: Vec<usize> = (0..120).map(|row| usize::from(row >= 60)).collect();
        let target = Target::Classes(&labels);
        let weak = |name: &str| numbers(name, |row| 0.6 * labels[row] as f64 + noise(row));
        let site = Column {
            name: "Scanner".to_owned(),
            values: Values::Categories(
                (0..120)
                    .map(|row| {
                        Some(if row % 7 == 0 {
                            1 - labels[row]
                        } else {
                            labels[row]
                        })
                    })
                    .collect(),
            ),
        };
        let found = target_columns(
            &[weak("model_predictions"), weak("marker"), site],
            &target,
            None,
        );
        let codes: Vec<Code> = found.iter().map(|f| f.code).collect();
        assert_eq!(codes, [Code::PostOutcomeName, Code::SiteTellsTarget]);
        let order = metadata_columns(
            &[numbers("position in the file", |row| row as f64)],
            &target,
        );
        assert_eq!(
            order.first().map(|f| f.code),
            Some(Code::MetadataTellsTarget)
        );
    }
}

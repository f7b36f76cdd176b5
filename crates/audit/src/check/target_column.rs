//! Columns that tell the target: ones that name it, ids of groups, names from after the outcome,
//! sites and batches.

use super::association::Association;
use super::column::{Column, TELLS, groups_of, judged};
use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use crate::detector::Detector;

/// Columns of the units against their target.
pub(crate) const DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => target_columns(&units.columns, &units.target(), evidence.folds_of_units()),
    None => Vec::new(),
};

/// Strength from which a site is worth a warning.
const SITE: f64 = 0.75;

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
        if found.names_target(p) {
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
pub(super) fn undeclared_group(
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

fn has_word(name: &str, words: &[&str]) -> bool {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::super::column::Values;
    use super::super::metadata::metadata_columns;
    use super::super::series::series_columns;
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

//! Cells of the tables of scores: the same numbers, rounded alike, on the terminal and on the page.

use midfuse_page::number::{interval, p_value, score, signed};

use crate::results::{
    ArmResult, ClinicalBaseline, Compared, Concluded, FusionComparison, Results, ScoreSummary,
};

/// Heads of a table of scores of a metric.
pub fn score_columns(metric: &str) -> [&str; 7] {
    [
        "Strategy",
        metric,
        "95 % interval",
        "Improvement",
        "95 % interval",
        "p",
        "p, Holm",
    ]
}

/// A line of the table of scores.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreLine<'a> {
    /// The strategy.
    pub name: String,
    /// Score, its interval, improvement, its interval, p, p after Holm; or one cell that says what
    /// failed.
    pub cells: Vec<String>,
    /// What the improvement is, where the strategy is compared.
    pub comparison: Option<&'a FusionComparison>,
    /// Whether this is what the others are compared with.
    pub is_reference: bool,
}

impl ScoreLine<'_> {
    /// Whether jobs failed, so that there is no score.
    pub fn is_failed(&self) -> bool {
        self.cells.len() == 1
    }
}

/// One line per strategy, and one for the best single modality.
pub fn score_lines(results: &Results) -> Vec<ScoreLine<'_>> {
    let metric = &results.study.metric;
    let mut lines: Vec<ScoreLine<'_>> = results
        .arms
        .iter()
        .map(|arm| of_arm(results, arm))
        .collect();
    if let Some(best) = &results.best_single {
        let mut cells = of_score(best.scores.get(metric)).to_vec();
        cells.push("reference".to_owned());
        cells.resize(6, String::new());
        lines.push(ScoreLine {
            name: "best single modality, chosen per fold".to_owned(),
            cells,
            comparison: None,
            is_reference: true,
        });
    }
    lines
}

/// One line for the columns that are known, and one for each strategy beside them.
pub fn added_lines<'a>(results: &Results, known: &'a ClinicalBaseline) -> Vec<ScoreLine<'a>> {
    let metric = &results.study.metric;
    let mut cells = of_score(known.scores.get(metric)).to_vec();
    cells.push("reference".to_owned());
    cells.resize(6, String::new());
    let alone = ScoreLine {
        name: "what is known alone".to_owned(),
        cells,
        comparison: None,
        is_reference: true,
    };
    let beside = known.added.iter().map(|added| {
        let mut cells = of_score(added.scores.get(metric)).to_vec();
        cells.extend(compared(&added.gain));
        ScoreLine {
            name: format!("with {}", added.gain.arm),
            cells,
            comparison: Some(&added.gain),
            is_reference: false,
        }
    });
    std::iter::once(alone).chain(beside).collect()
}

fn of_arm<'a>(results: &'a Results, arm: &ArmResult) -> ScoreLine<'a> {
    let name = if arm.baseline {
        format!("{} (baseline)", arm.name)
    } else {
        arm.name.clone()
    };
    let comparison = results.against_best_single(&arm.name);
    let cells = if arm.is_complete() {
        let mut cells = of_score(arm.scores.get(&results.study.metric)).to_vec();
        cells.extend(comparison.map_or_else(Default::default, compared));
        cells
    } else {
        vec![format!("failed {} of {} jobs", arm.jobs_failed, arm.jobs)]
    };
    ScoreLine {
        name,
        cells,
        comparison,
        is_reference: false,
    }
}

/// A score and its interval.
fn of_score(summary: Option<&ScoreSummary>) -> [String; 2] {
    match summary {
        Some(summary) => [
            score(summary.mean),
            interval(summary.lower, summary.upper, score),
        ],
        None => ["-".to_owned(), "-".to_owned()],
    }
}

/// Improvement, its interval, p, p after Holm.
pub fn compared(c: &FusionComparison) -> [String; 4] {
    [
        signed(c.improvement),
        interval(c.lower, c.upper, signed),
        p_value(c.p),
        p_value(c.p_holm),
    ]
}

/// The score of a strategy on the sealed rows, and its interval.
pub fn concluded(arm: &Concluded, metric: &str) -> [String; 2] {
    let value = arm.scores.get(metric);
    [
        value.map_or_else(|| "-".to_owned(), |&value| score(value)),
        interval(arm.lower, arm.upper, score),
    ]
}

/// Improvement on the sealed rows, its interval, p, p after Holm, and whether it was planned.
pub fn compared_on_sealed(c: &Compared) -> [String; 5] {
    let planned = if c.confirmatory {
        "declared before"
    } else {
        "exploratory"
    };
    [
        signed(c.improvement),
        interval(c.lower, c.upper, signed),
        p_value(c.p),
        p_value(c.p_holm),
        planned.to_owned(),
    ]
}

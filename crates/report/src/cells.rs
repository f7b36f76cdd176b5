//! Cells of the tables of scores: the same numbers, rounded alike, on the terminal and on the page.

use midfuse_page::number::{interval, p_value, score, signed};

use crate::results::{
    ArmResult, ClinicalBaseline, Compared, Concluded, FusionComparison, Results, ScoreSummary,
    SealedBaseline, SealedScores,
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
    let alone = known_alone(of_score(known.scores.get(metric)));
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
    on_sealed(arm.scores.get(metric), (arm.lower, arm.upper))
}

/// A score on the sealed rows and its interval.
fn on_sealed(value: Option<&f64>, (lower, upper): (Option<f64>, Option<f64>)) -> [String; 2] {
    [
        value.map_or_else(|| "-".to_owned(), |&value| score(value)),
        interval(lower, upper, score),
    ]
}

/// On the sealed rows one line for the columns that are known, and one for each strategy beside them.
pub fn added_on_sealed(known: &SealedBaseline, metric: &str) -> Vec<ScoreLine<'static>> {
    let of =
        |sealed: &SealedScores| on_sealed(sealed.scores.get(metric), (sealed.lower, sealed.upper));
    let alone = known.alone.as_ref().map_or_else(|| of_score(None), of);
    let beside = known.added.iter().map(|added| {
        let mut cells = of(&added.sealed).to_vec();
        // Whether it was planned is nothing that a plan can say of these.
        cells.extend(compared_on_sealed(&added.gain).into_iter().take(4));
        ScoreLine {
            name: format!("with {}", added.gain.arm),
            cells,
            comparison: None,
            is_reference: false,
        }
    });
    std::iter::once(known_alone(alone)).chain(beside).collect()
}

/// The line of the columns that are known.
fn known_alone(score: [String; 2]) -> ScoreLine<'static> {
    let mut cells = score.to_vec();
    cells.push("reference".to_owned());
    cells.resize(6, String::new());
    ScoreLine {
        name: "what is known alone".to_owned(),
        cells,
        comparison: None,
        is_reference: true,
    }
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

//! The comparison in one plain paragraph.

use std::fmt::Write as _;

use midfuse_metrics::stats::Friedman;
use midfuse_page::number::p_equals;

use super::result::{Comparison, Design, Pair};

/// Level below which a corrected p is taken for a difference.
const ALPHA: f64 = 0.05;

/// Most pairs that the paragraph names.
const NAMED: usize = 5;

/// One paragraph; no markup.
pub(super) fn summary(comparison: &Comparison) -> String {
    let mut text = String::new();
    let better = if comparison.greater_is_better {
        "larger"
    } else {
        "smaller"
    };
    let over = match &comparison.design {
        Design::Folds {
            folds, repeats: 1, ..
        } => format!("over {folds} folds"),
        Design::Folds { folds, repeats, .. } => format!("over {folds} folds of {repeats} repeats"),
        Design::DataSets { data_sets, .. } => format!("over {data_sets} data sets"),
        Design::Units { units, unit, .. } => format!("over {units} {unit}s"),
    };
    let _ = write!(
        text,
        "{} models were compared by {} ({better} is better) {over}.",
        comparison.models.len(),
        comparison.metric
    );
    if let Some(best) = comparison.models.first() {
        let _ = write!(
            text,
            " {} has the best score, {:.4}",
            best.model, best.score
        );
        if let Some(interval) = best.interval {
            let _ = write!(
                text,
                " (95 % interval {:.4} to {:.4})",
                interval.low, interval.high
            );
        }
        text.push('.');
    }
    let few = match comparison.design {
        Design::Units { units, .. } => units < 6,
        Design::DataSets { data_sets, .. } => data_sets < 6,
        Design::Folds { .. } => false,
    };
    if few {
        let what = match comparison.design {
            Design::DataSets { .. } => "data sets",
            _ => "units",
        };
        let _ = write!(
            text,
            " So few {what} allow no conclusion about differences."
        );
        return text;
    }
    if let Some(omnibus) = &comparison.omnibus {
        text.push_str(&ranked(comparison, omnibus));
    }
    let (shown, open): (Vec<&Pair>, Vec<&Pair>) = comparison
        .pairs
        .iter()
        .partition(|pair| pair.p_holm.is_some_and(|p| p < ALPHA));
    for pair in shown.iter().take(NAMED) {
        let _ = write!(text, " {}", demonstrated(pair));
    }
    match shown.len().saturating_sub(NAMED) {
        0 => {}
        1 => text.push_str(" One more pair differs; the table has it."),
        more => {
            let _ = write!(text, " {more} more pairs differ; the table has them.");
        }
    }
    match (shown.is_empty(), open.len()) {
        (_, 0) => {}
        (true, _) => text.push_str(
            " No difference is demonstrated; that is not evidence that the models are equally good.",
        ),
        (false, 1) => text.push_str(
            " For the other pair no difference is demonstrated, which is not evidence of none.",
        ),
        (false, n) => {
            let _ = write!(
                text,
                " For the other {n} pairs no difference is demonstrated, which is not evidence of none."
            );
        }
    }
    if matches!(comparison.design, Design::Units { .. }) {
        text.push_str(" The tests speak of these fitted models, not of training them again.");
    }
    text
}

/// The test of all models at once, over data sets.
fn ranked(comparison: &Comparison, omnibus: &Friedman) -> String {
    let p = p_equals(omnibus.p_value);
    let mut text = if omnibus.p_value < ALPHA {
        format!(" Taken together the models differ in rank (Friedman, {p})")
    } else {
        format!(" Taken together no difference in rank is demonstrated (Friedman, {p})")
    };
    let best = comparison
        .models
        .iter()
        .min_by(|a, b| a.mean_rank.total_cmp(&b.mean_rank));
    if let Some(best) = best {
        let _ = write!(
            text,
            "; {} ranks best, {:.2} on average",
            best.model, best.mean_rank
        );
    }
    let _ = write!(
        text,
        ", and mean ranks {:.2} or more apart count as different (Nemenyi).",
        omnibus.critical_difference
    );
    text
}

fn demonstrated(pair: &Pair) -> String {
    let (better, worse) = if pair.improvement > 0.0 {
        (&pair.model, &pair.reference)
    } else {
        (&pair.reference, &pair.model)
    };
    let mut text = format!(
        "{better} is better than {worse} by {:.4}",
        pair.improvement.abs()
    );
    let interval = pair.test.as_ref().and_then(|test| test.interval);
    if let Some(interval) = interval {
        let (low, high) = if pair.improvement > 0.0 {
            (interval.low, interval.high)
        } else {
            (-interval.high, -interval.low)
        };
        let _ = write!(text, " (95 % interval {low:.4} to {high:.4}");
    } else {
        text.push_str(" (no interval");
    }
    let p = p_equals(pair.p_holm.unwrap_or(1.0));
    let _ = write!(text, ", {p} after Holm).");
    text
}

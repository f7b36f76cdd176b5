//! The comparison in one plain paragraph.

use std::fmt::Write as _;

use super::result::{Comparison, Design, Pair, WarningKind};

/// Level below which a corrected p is taken for a difference.
const ALPHA: f64 = 0.05;

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
    let few = comparison.warnings.iter().any(|warning| {
        warning.kind == WarningKind::FewUnits
            && matches!(comparison.design, Design::Units { units, .. } if units < 6)
    });
    if few {
        text.push_str(" So few units allow no conclusion about differences.");
        return text;
    }
    let (shown, open): (Vec<&Pair>, Vec<&Pair>) = comparison
        .pairs
        .iter()
        .partition(|pair| pair.p_holm.is_some_and(|p| p < ALPHA));
    for pair in &shown {
        let _ = write!(text, " {}", demonstrated(pair));
    }
    match (shown.is_empty(), open.len()) {
        (_, 0) => {}
        (true, _) => text.push_str(
            " No difference is demonstrated; that is not evidence that the models are equally good.",
        ),
        (false, n) => {
            let _ = write!(
                text,
                " For the other {n} pair{} no difference is demonstrated, which is not evidence of none.",
                if n == 1 { "" } else { "s" }
            );
        }
    }
    if matches!(comparison.design, Design::Units { .. }) {
        text.push_str(" The tests speak of these fitted models, not of training them again.");
    }
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
    let p = pair.p_holm.unwrap_or(1.0);
    if p < 0.001 {
        text.push_str(", p < 0.001 after Holm).");
    } else {
        let _ = write!(text, ", p = {p:.3} after Holm).");
    }
    text
}

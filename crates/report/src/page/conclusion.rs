//! What the sealed rows said, as one HTML page.

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::{Column, joined, page, section, soft, table};

use super::{added, checklist, clinical};
use crate::cells::{compared_on_sealed, concluded};
use crate::checklist::Checklist;
use crate::predictions::PredictionTable;
use crate::results::{Conclusion, Results};
use crate::task::task_report;

/// What the sealed rows said, as one HTML page.
pub fn conclusion(
    conclusion: &Conclusion,
    results: &Results,
    predictions: &PredictionTable,
    filled: &Checklist,
) -> String {
    let lead = html! {
        p {
            (conclusion.rows)
            " rows that were sealed before anything else were opened, once. Every strategy was fitted anew on all other rows, with the setting that did best on the inner scores: this speaks of one fitted model each."
        }
    };
    let figures = clinical::Figures {
        clinical: &conclusion.clinical,
        arms: &results.arms,
        metric: &conclusion.metric,
        predictions,
        sealed: true,
    };
    let arms: Vec<&str> = conclusion.arms.iter().map(|arm| arm.arm.as_str()).collect();
    let small = conclusion.clinical.settings.small_cell;
    let of_task = task_report(&results.study.task);
    let sections = html! {
        (section("Scores on the sealed rows", &scores(conclusion)))
        (section("Comparisons", &comparisons(conclusion)))
        @if let Some(known) = &conclusion.clinical_baseline {
            (section(added::TITLE, &added::sealed(&conclusion.metric, known)))
        }
        @for (title, body) in of_task.sealed_figures(results, predictions, &arms, small) {
            (section(title, &body))
        }
        (figures.sections())
        (section("Checklist", &checklist::section(filled)))
    };
    page("midfuse conclusion", &conclusion.study, &lead, &sections).into_string()
}

fn scores(conclusion: &Conclusion) -> Markup {
    let columns = [
        Column::number("Strategy"),
        Column::number(&conclusion.metric),
        Column::number("95 % interval"),
        Column::text("Other metrics"),
    ];
    let rows = html! {
        @for arm in &conclusion.arms {
            @let others = arm.scores.iter().filter(|(name, _)| **name != conclusion.metric);
            tr {
                td { (arm.arm) }
                @for cell in concluded(arm, &conclusion.metric) { td { (cell) } }
                td.text { (joined(others.map(|(name, value)| format!("{name} {}", score(*value))))) }
            }
        }
    };
    html! {
        (table(None, &columns, &rows))
        (soft(format_args!(
            "{}. Intervals: bootstrap of whole groups.",
            conclusion.counted.sentence(&conclusion.metric)
        )))
    }
}

fn comparisons(conclusion: &Conclusion) -> Markup {
    if conclusion.comparisons.is_empty() {
        return soft("Nothing was compared.");
    }
    let columns = [
        Column::number("Strategy"),
        Column::text("Against"),
        Column::number("Improvement"),
        Column::number("95 % interval"),
        Column::number("p"),
        Column::number("p (Holm)"),
        Column::text(""),
    ];
    let rows = html! {
        @for compared in &conclusion.comparisons {
            tr {
                td { (compared.arm) }
                td.text { (compared.against) }
                @let [improvement, interval, p, p_holm, planned] = compared_on_sealed(compared);
                td { (improvement) }
                td { (interval) }
                td { (p) }
                td { (p_holm) }
                td.text { (planned) }
            }
        }
    };
    html! {
        (table(None, &columns, &rows))
        (soft(format_args!(
            "Improvement in {}, positive where the strategy is better; the smallest that matters was set to {}. Paired bootstrap; Holm over the comparisons that were declared before.",
            conclusion.metric,
            score(conclusion.margin)
        )))
    }
}

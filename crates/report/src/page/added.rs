//! The table of what each strategy adds to the columns that the clinic already has.

use maud::{Markup, html};
use midfuse_page::{Column, joined, note, soft, table};

use super::scores::row;
use crate::cells::{added_lines, score_columns};
use crate::results::{ClinicalBaseline, Results};

pub(super) fn section(results: &Results, known: &ClinicalBaseline) -> Markup {
    let columns = score_columns(&results.study.metric);
    html! {
        (soft(html! {
            "A linear model of " (joined(known.columns.iter().map(|name| format!("`{name}`"))))
            ", fitted on the training rows of every outer fold, alone and with the predictions of each strategy \
             as a further input. Those of training rows come from models of the inner folds that had not seen \
             them. An improvement is what the strategy adds to what is known without it, paired by fold; \
             Holm's correction is over this table."
        }))
        (table(None, &columns.map(Column::number), &html! {
            @for line in added_lines(results, known) { (row(&line)) }
        }))
        @for failed in &known.failures {
            (note(html! { strong { (failed.job) } ": " (failed.message) }))
        }
    }
}

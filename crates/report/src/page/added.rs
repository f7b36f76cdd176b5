//! The table of what each strategy adds to the columns that the clinic already has.

use maud::{Markup, html};
use midfuse_page::{Column, note, soft, table};

use super::scores::row;
use crate::cells::{ScoreLine, added_lines, added_on_sealed, score_columns};
use crate::results::{ClinicalBaseline, Failed, Results, SealedBaseline};

pub(super) const TITLE: &str = "Beyond what is known";

pub(super) fn section(results: &Results, known: &ClinicalBaseline) -> Markup {
    let metric = &results.study.metric;
    html! {
        (soft(html! {
            "A linear model of " (named(&known.columns))
            ", fitted on the training rows of every outer fold, alone and with the predictions of each strategy \
             as a further input. Those of training rows come from models of the inner folds that had not seen \
             them. An improvement is what the strategy adds to what is known without it, paired by fold; \
             Holm's correction is over this table."
        }))
        (lines(metric, &added_lines(results, known), &known.failures))
    }
}

/// The same on the sealed rows.
pub(super) fn sealed(metric: &str, known: &SealedBaseline) -> Markup {
    html! {
        (soft(html! {
            "A linear model of " (named(&known.columns))
            ", fitted on all rows but the sealed ones, alone and with the predictions of each strategy as a \
             further input. Those of the rows that it is fitted on come from the models of the outer folds, which \
             had not seen them. An improvement is what the strategy adds to what is known without it: paired \
             bootstrap; Holm's correction is over this table."
        }))
        (lines(metric, &added_on_sealed(known, metric), &known.failures))
    }
}

fn named(columns: &[String]) -> Markup {
    html! {
        @for (nth, column) in columns.iter().enumerate() {
            @if nth > 0 { ", " }
            code { (column) }
        }
    }
}

fn lines(metric: &str, lines: &[ScoreLine<'_>], failures: &[Failed]) -> Markup {
    html! {
        (table(None, &score_columns(metric).map(Column::number), &html! {
            @for line in lines { (row(line)) }
        }))
        @for failed in failures {
            (note(html! { strong { (failed.job) } ": " (failed.message) }))
        }
    }
}

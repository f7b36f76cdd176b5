//! How rows were split, in sentences: the claim, the sealed rows, the outer folds.

use maud::{Markup, html};
use midfuse_page::joined;
use midfuse_plan::file::{Protocol, SplitterName, StructureName};

use crate::results::{Results, StudyRecord};

/// The claim that the splits rest on.
pub(super) fn claim(study: &StudyRecord) -> Markup {
    let groups = study.groups.unwrap_or(0);
    let structure = study.protocol.structure.unwrap_or(StructureName::Iid);
    html! {
        @match structure {
            StructureName::Iid => { "Rows are claimed to be independent of one another" }
            StructureName::Grouped => {
                "Rows belong to " (groups) " groups, and a group is never on both sides of a split"
            }
            StructureName::Timed => {
                "Every row covers a time, and no training row covers a moment that a test row covers"
            }
            StructureName::GroupedTimed => {
                "Rows belong to " (groups) " groups and cover a time: a group is never on both sides of a split, and no training row covers a moment that a test row covers"
            }
        }
        " (structure " code { (structure.name()) } ")."
    }
}

/// Which rows were sealed, and how they were chosen.
pub(super) fn sealed(study: &StudyRecord) -> Markup {
    if study.sealed_rows == 0 {
        return html! {
            "No row was sealed, because the split file names every one: these scores are an estimate by cross-validation only."
        };
    }
    let timed = has_times(&study.protocol);
    let how = match (study.protocol.test_fraction, timed) {
        (None, _) => "those that the split file names in no fold".to_owned(),
        (Some(share), true) => format!("the latest; asked for: {:.0} %", share * 100.0),
        (Some(share), false) => format!("asked for: {:.0} %", share * 100.0),
    };
    html! {
        "First, " (study.sealed_rows) " of " (study.rows) " rows (" (how)
        ") were sealed. This study never opened them; " code { "midfuse conclude" } " does, once."
        @if study.dropped_rows > 0 {
            " " (study.dropped_rows)
            " more were used on neither side, because they share a time or a group with sealed ones."
        }
        @if let Some(far) = study.sealed_share() { " Note: " (far) "." }
    }
}

/// How the outer and inner folds were made.
pub(super) fn folds(results: &Results) -> Markup {
    let study = &results.study;
    let p = &study.protocol;
    html! {
        "The other rows were split into " (study.outer_folds) " outer folds"
        @if p.repeats > 1 { ", " (p.repeats) " times" }
        " "
        @match (p.splitter, &p.splits) {
            (Some(splitter), _) => { "by " code { (splitter.name()) } (options(p, splitter)) }
            (None, Some(file)) => { "as the split file " code { (file.display().to_string()) } " says" }
            (None, None) => {}
        }
        "." (dropped(results)) " In each, " (p.inner_folds)
        " inner folds of the training rows chose among the settings; then one model per strategy was fitted on all training rows and predicted the test rows."
        @if has_times(p) {
            " Inner folds test rows that come after those they are fitted on, and the latest training rows decide when to stop."
        }
    }
}

fn has_times(protocol: &Protocol) -> bool {
    protocol.structure.is_some_and(StructureName::has_times)
}

fn options(p: &Protocol, splitter: SplitterName) -> Markup {
    let mut options = Vec::new();
    if let Some(column) = &p.stratify {
        options.push(html! { "balanced by " code { (column) } });
    }
    if let Some(length) = p.train_size {
        options.push(html! { (format_args!("trained on {length}")) });
    }
    if let Some(gap) = p.gap {
        options.push(html! { (format_args!("a gap of {gap}")) });
    }
    if let Some(embargo) = p.embargo {
        options.push(html! { (format_args!("an embargo of {embargo}")) });
    }
    if splitter == SplitterName::CombinatorialPurged {
        options.push(html! { "of " (p.outer_folds) " blocks" });
    }
    html! { @if !options.is_empty() { " (" (joined(options)) ")" } }
}

/// Rows that folds left out.
fn dropped(results: &Results) -> String {
    let folds = results.arms.iter().flat_map(|arm| &arm.folds);
    let dropped = folds.map(|fold| fold.n_dropped);
    match (dropped.clone().min(), dropped.max()) {
        (_, None | Some(0)) => String::new(),
        (least, Some(most)) => {
            let range = match least {
                Some(least) if least < most => format!("{least} to {most}"),
                _ => most.to_string(),
            };
            format!(
                " {range} rows of each are on neither side: those that come after its test rows, or that were purged for their time or group."
            )
        }
    }
}

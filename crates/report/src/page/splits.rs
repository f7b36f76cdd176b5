//! How rows were split, in sentences: the claim, the sealed rows, the outer folds.

use crate::results::{Results, StudyRecord};
use midfuse_page::escape;
use midfuse_plan::file::{Protocol, SplitterName, StructureName};

/// The claim that the splits rest on.
pub(super) fn claim(study: &StudyRecord) -> String {
    let groups = study.groups.unwrap_or(0);
    match study.protocol.structure {
        None | Some(StructureName::Iid) => {
            "Rows are claimed to be independent of one another (structure <code>iid</code>)."
                .to_owned()
        }
        Some(StructureName::Grouped) => format!(
            "Rows belong to {groups} groups, and a group is never on both sides of a split (structure <code>grouped</code>)."
        ),
        Some(StructureName::Timed) => {
            "Every row covers a time, and no training row covers a moment that a test row covers (structure <code>timed</code>)."
                .to_owned()
        }
        Some(StructureName::GroupedTimed) => format!(
            "Rows belong to {groups} groups and cover a time: a group is never on both sides of a split, and no training row covers a moment that a test row covers (structure <code>grouped-timed</code>)."
        ),
    }
}

/// Which rows were sealed, and how they were chosen.
pub(super) fn sealed(study: &StudyRecord) -> String {
    if study.sealed_rows == 0 {
        return "No row was sealed, because the split file names every one: these scores are an estimate by cross-validation only.".to_owned();
    }
    let timed = has_times(&study.protocol);
    let how = match (study.protocol.test_fraction, timed) {
        (None, _) => "those that the split file names in no fold".to_owned(),
        (Some(share), true) => format!("the latest; asked for: {:.0} %", share * 100.0),
        (Some(share), false) => format!("asked for: {:.0} %", share * 100.0),
    };
    let dropped = match study.dropped_rows {
        0 => String::new(),
        n => format!(
            " {n} more were used on neither side, because they share a time or a group with sealed ones."
        ),
    };
    format!(
        "First, {} of {} rows ({how}) were sealed. This study never opened them; <code>midfuse conclude</code> does, once.{dropped}",
        study.sealed_rows, study.rows
    )
}

/// How the outer and inner folds were made.
pub(super) fn folds(results: &Results) -> String {
    let study = &results.study;
    let p = &study.protocol;
    let by = match (p.splitter, &p.splits) {
        (Some(splitter), _) => format!(
            "by <code>{}</code>{}",
            splitter.name(),
            options(p, splitter)
        ),
        (None, Some(file)) => format!(
            "as the split file <code>{}</code> says",
            escape(&file.display().to_string())
        ),
        (None, None) => String::new(),
    };
    let times = if p.repeats > 1 {
        format!(", {} times", p.repeats)
    } else {
        String::new()
    };
    let forward = if has_times(p) {
        " Inner folds test rows that come after those they are fitted on, and the latest training rows decide when to stop."
    } else {
        ""
    };
    format!(
        "The other rows were split into {} outer folds{times} {by}.{} In each, {} inner folds of the training rows chose among the settings; \
         then one model per strategy was fitted on all training rows and predicted the test rows.{forward}",
        study.outer_folds,
        dropped(results),
        p.inner_folds
    )
}

fn has_times(protocol: &Protocol) -> bool {
    protocol.structure.is_some_and(StructureName::has_times)
}

fn options(p: &Protocol, splitter: SplitterName) -> String {
    let mut options = Vec::new();
    if let Some(column) = &p.stratify {
        options.push(format!("balanced by <code>{}</code>", escape(column)));
    }
    if let Some(length) = p.train_size {
        options.push(format!("trained on {length}"));
    }
    if let Some(gap) = p.gap {
        options.push(format!("a gap of {gap}"));
    }
    if let Some(embargo) = p.embargo {
        options.push(format!("an embargo of {embargo}"));
    }
    if splitter == SplitterName::CombinatorialPurged {
        options.push(format!("of {} blocks", p.outer_folds));
    }
    if options.is_empty() {
        return String::new();
    }
    format!(" ({})", options.join(", "))
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

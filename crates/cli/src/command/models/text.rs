//! The catalogue as tables for a terminal.

use midfuse_base::catalogue::{Catalogue, Entry, OptionEntry};

use super::{TRAINING, default, flat, meaning, range};
use crate::print::without_control_characters;
use crate::table;

/// Everything, grouped, one line each.
pub(super) fn all(catalogue: &Catalogue) -> String {
    let mut parts = Vec::new();
    for group in &catalogue.encoders {
        let title = format!("Encoders of {} modalities", group.kind);
        parts.push(section(&title, group.encoders.iter()));
    }
    let strategies = catalogue.strategies.iter();
    parts.push(section("Strategies", strategies.map(|s| &s.entry)));
    let baselines = catalogue.baselines.iter();
    parts.push(section("Baselines", baselines.map(|b| &b.entry)));
    let missing = catalogue.baselines.iter().filter_map(|b| {
        let why = b.unavailable.as_ref()?;
        Some(format!("`{}` cannot be used here: {why}", b.entry.name))
    });
    parts.extend(missing);
    for (title, entries) in [
        ("Heads", &catalogue.heads),
        ("Tasks", &catalogue.tasks),
        ("Optimizers", &catalogue.optimizers),
        ("Schedules", &catalogue.schedules),
    ] {
        parts.push(section(title, entries.iter()));
    }
    let names = flat(&catalogue.training)
        .into_iter()
        .map(|option| option.name);
    let training: Vec<String> = names.collect();
    if !training.is_empty() {
        parts.push(format!("Training: {}", training.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    parts.push(format!(
        "`midfuse models NAME` shows one of them with its options, `midfuse models {TRAINING}` those of the training."
    ));
    lines_without_control_characters(&parts.join("\n\n"))
}

fn section<'a>(title: &str, entries: impl Iterator<Item = &'a Entry>) -> String {
    let rows: Vec<Vec<String>> = entries
        .map(|entry| vec![format!("  {}", entry.name), entry.summary.clone()])
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("{title}\n{}", table::wrapped(&rows))
}

/// One thing, or several of one name, with all options.
pub(super) fn entries(found: &[(String, Entry)]) -> String {
    let shown = found.iter().map(|(what, entry)| one(what, entry));
    lines_without_control_characters(&shown.collect::<Vec<_>>().join("\n\n"))
}

fn one(what: &str, entry: &Entry) -> String {
    let mut lines = vec![format!("{}: {what}", entry.name)];
    if !entry.summary.is_empty() {
        lines.push(entry.summary.clone());
    }
    lines.push(String::new());
    if entry.options.is_empty() {
        lines.push("no options".to_owned());
    } else {
        lines.push(options(&entry.options));
    }
    if !entry.from_data.is_empty() {
        lines.push(String::new());
        lines.push(format!("from the data: {}", entry.from_data.join(", ")));
    }
    lines.join("\n")
}

fn options(options: &[OptionEntry]) -> String {
    let head = ["option", "default", "takes", "meaning"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(flat(options).iter().map(|option| {
        vec![
            option.name.clone(),
            default(option),
            // Backticks are for pages.
            range(option).replace('`', ""),
            meaning(option).replace('`', ""),
        ]
    }));
    table::wrapped(&rows)
}

/// A researcher's own names are as foreign as data: no control character but the ends of lines.
fn lines_without_control_characters(text: &str) -> String {
    let lines = text.lines().map(without_control_characters);
    lines.collect::<Vec<_>>().join("\n")
}

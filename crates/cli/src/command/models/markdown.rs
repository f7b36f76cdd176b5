//! The catalogue as the generated block of a page.

use std::fmt::Write as _;

use midfuse_base::catalogue::{BaselineEntry, Catalogue, Entry, OptionEntry};

use super::{default, flat, meaning, range};

/// The line before the block.
pub(super) const BEGIN: &str =
    "<!-- models: begin; written by `midfuse models --into PAGE`, not by hand -->";
/// The line behind it.
pub(super) const END: &str = "<!-- models: end -->";

/// The page with its block written anew; `None` where it has none.
pub(super) fn into_page(catalogue: &Catalogue, page: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!(
        "{before}{BEGIN}\n{}\n{END}{after}",
        block(catalogue)
    ))
}

fn block(catalogue: &Catalogue) -> String {
    let mut page = String::new();
    for group in &catalogue.encoders {
        let title = format!("Encoders of {} modalities", group.kind);
        let entries = group.encoders.iter().map(|entry| (entry, None));
        section(&mut page, &title, entries);
    }
    let strategies = catalogue.strategies.iter();
    let strategies = strategies.map(|s| (&s.entry, Some(s.needs.describe())));
    section(&mut page, "Strategies", strategies);
    let baselines = catalogue.baselines.iter();
    let baselines = baselines.map(|b| (&b.entry, Some(targets(b)), tried(b)));
    section_of(&mut page, "Baselines", baselines);
    page.push_str("\n### Training\n");
    options(&mut page, &catalogue.training);
    for (title, entries) in [
        ("Optimizers", &catalogue.optimizers),
        ("Schedules", &catalogue.schedules),
        ("Heads", &catalogue.heads),
        ("Tasks", &catalogue.tasks),
    ] {
        section(&mut page, title, entries.iter().map(|entry| (entry, None)));
    }
    page
}

fn section<'a>(
    page: &mut String,
    title: &str,
    entries: impl Iterator<Item = (&'a Entry, Option<String>)>,
) {
    let entries = entries.map(|(entry, needs)| (entry, needs, String::new()));
    section_of(page, title, entries);
}

/// What a baseline can predict.
fn targets(baseline: &BaselineEntry) -> String {
    let tasks = baseline.tasks.iter().map(ToString::to_string);
    tasks.collect::<Vec<_>>().join(", ")
}

/// The grid of a baseline as a line; empty where it has none.
fn tried(baseline: &BaselineEntry) -> String {
    let options = baseline.grid.iter().map(|(option, values)| {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        format!("`{option}` {}", values.join(", "))
    });
    match options.collect::<Vec<_>>().join("; ").as_str() {
        "" => String::new(),
        tried => format!("\nTried, all against each other: {tried}.\n"),
    }
}

// Writing to a String cannot fail.
fn section_of<'a>(
    page: &mut String,
    title: &str,
    entries: impl Iterator<Item = (&'a Entry, Option<String>, String)>,
) {
    let _ = writeln!(page, "\n### {title}");
    for (entry, needs, tried) in entries {
        let needs = needs.map_or_else(String::new, |needs| format!("; of {needs}"));
        let summary = match entry.summary.as_str() {
            "" => String::new(),
            summary => format!(": {summary}"),
        };
        let _ = writeln!(page, "\n**`{}`**{summary}{needs}.", entry.name);
        page.push_str(&tried);
        options(page, &entry.options);
    }
}

fn options(page: &mut String, of: &[OptionEntry]) {
    if of.is_empty() {
        return;
    }
    page.push_str("\n| option | default | takes | meaning |\n| --- | --- | --- | --- |\n");
    for option in flat(of) {
        let cells = [
            format!("`{}`", option.name),
            format!("`{}`", default(&option)),
            range(&option),
            meaning(&option),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_of_a_page_is_written_anew_and_nothing_else() {
        let catalogue = Catalogue {
            training: vec![OptionEntry {
                name: "lr".to_owned(),
                meaning: "Learning rate".to_owned(),
                kind: "number".to_owned(),
                default: 0.001.into(),
                ..OptionEntry::default()
            }],
            ..Catalogue::default()
        };
        let page = format!("# Page\n\n{BEGIN}\nold\n{END}\n\nrest\n");
        let new = into_page(&catalogue, &page).unwrap();
        assert!(new.starts_with("# Page\n") && new.ends_with("\n\nrest\n"));
        assert!(new.contains("| `lr` | `0.001` | number | Learning rate |"));
        assert!(!new.contains("old"));
        assert_eq!(into_page(&catalogue, &new).unwrap(), new);
        assert_eq!(into_page(&catalogue, "no block"), None);
    }
}

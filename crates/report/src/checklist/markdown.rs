//! The checklist as a Markdown file that a person completes and submits.

use std::fmt::Write as _;

use super::{Checklist, Status};

/// `checklist.md`: one table per module, with an empty cell for the page.
pub fn markdown(checklist: &Checklist) -> String {
    let mut text = format!(
        "# Reporting checklist of {}\n\n\
         After REFORMS (Kapoor et al. 2024) and TRIPOD+AI (Collins et al. 2024), in other words than theirs; the numbers are those of their items.\n\
         The study filled in what it did or counted itself: {} rows are answered, {} need a person to complete them, {} need a person to answer.\n\
         Nothing here says that an answer is good enough.\n",
        cell(&checklist.study),
        checklist.count(Status::Study),
        checklist.count(Status::Partly),
        checklist.count(Status::Person)
    );
    let mut module = None;
    for item in &checklist.items {
        if module != Some(item.module) {
            module = Some(item.module);
            let _ = write!(
                text,
                "\n## {}\n\n| REFORMS | TRIPOD+AI | Question | Answer | Page |\n| --- | --- | --- | --- | --- |\n",
                item.module.title()
            );
        }
        let known = item.answer.as_deref().map(cell);
        let person = item
            .person
            .as_deref()
            .map(|hint| format!("**{}:** {}", item.status.words(), cell(hint)));
        let answer: Vec<String> = known.into_iter().chain(person).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | |",
            item.reforms.join(", "),
            item.tripod.join(", "),
            cell(&item.question),
            answer.join("<br>")
        );
    }
    text
}

/// Text of the study as one cell: names from files must not end it or become markup.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' => safe.push_str("\\|"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

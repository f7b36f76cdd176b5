//! The page of the documentation: the table itself, so that it cannot fall behind.

use std::fmt::Write as _;

use super::{Fill, items};

const HEAD: &str = "\
# The reporting checklist

A study writes a checklist into its results: `checklist.md`, to be completed by a person and submitted as a supplement, `checklist.json`, and a section of `report.html`.
`midfuse conclude` writes it again with what the sealed rows said.

The rows follow two checklists, in our own words:

- **REFORMS**: Kapoor et al. 2024, *REFORMS: Consensus-based Recommendations for Machine-learning-based Science*, Science Advances 10, eadk3452 (CC BY 4.0): 32 items in 8 modules.
- **TRIPOD+AI**: Collins et al. 2024, *TRIPOD+AI statement: updated guidance for reporting clinical prediction models that use regression or machine learning methods*, BMJ 385, e078378 (CC BY 4.0): 27 items.

Where a journal asks for one of them, fill in its own form and take the answers from here.

A row is filled in only from what the study did or counted itself.

- **study**: the study answers.
- **partly**: the study says what it knows, and a person must complete it. Where it knows nothing in the case at hand, a person must answer.
- **person**: a person must answer. The checklist says what to write, and never ticks such a row by itself.

This page is made by `cargo run -p midfuse-report --example checklist_page > docs/checklist.md`; a test compares the two.
";

/// `docs/checklist.md`.
pub fn page() -> String {
    let mut text = HEAD.to_owned();
    let mut module = None;
    for item in items() {
        if module != Some(item.module) {
            module = Some(item.module);
            let _ = write!(
                text,
                "\n## {}\n\n| REFORMS | TRIPOD+AI | question | who answers | what a person writes |\n| --- | --- | --- | --- | --- |\n",
                item.module.title()
            );
        }
        let (who, hint) = match item.fill {
            Fill::Study(_) => ("study", ""),
            Fill::Partly(_) => ("partly", item.hint),
            Fill::Person => ("person", item.hint),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {who} | {hint} |",
            item.reforms.join(", "),
            item.tripod.join(", "),
            item.question,
        );
    }
    text
}

//! The reporting checklist as a section.

use std::fmt::Write as _;

use crate::checklist::{Checklist, Status};
use midfuse_page::escape;

pub(super) fn section(checklist: &Checklist) -> String {
    let mut html = format!(
        "<p>After REFORMS and TRIPOD+AI, in other words than theirs. The study answers {} rows; {} need a person to complete them, {} a person to answer. \
         <code>checklist.md</code> beside this report is the same to be filled in. Nothing here says that an answer is good enough.</p>",
        checklist.count(Status::Study),
        checklist.count(Status::Partly),
        checklist.count(Status::Person)
    );
    let mut module = None;
    for item in &checklist.items {
        if module != Some(item.module) {
            if module.is_some() {
                html.push_str("</tbody></table></div></details>");
            }
            module = Some(item.module);
            let _ = write!(
                html,
                "<details><summary>{}</summary><div class=\"wide\"><table class=\"checklist\"><thead><tr><th>REFORMS</th><th class=\"text\">TRIPOD+AI</th><th class=\"text\">Question</th><th class=\"text\">Answer</th></tr></thead><tbody>",
                item.module.title()
            );
        }
        let person = item.person.as_ref().map_or(String::new(), |hint| {
            format!(
                "<p class=\"note\"><strong>{}.</strong> {}</p>",
                item.status.words(),
                escape(hint)
            )
        });
        let known = item
            .answer
            .as_ref()
            .map_or(String::new(), |answer| format!("<p>{}</p>", escape(answer)));
        let _ = write!(
            html,
            "<tr><td>{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text\">{known}{person}</td></tr>",
            item.reforms.join(", "),
            item.tripod.join(", "),
            escape(&item.question)
        );
    }
    if module.is_some() {
        html.push_str("</tbody></table></div></details>");
    }
    html
}

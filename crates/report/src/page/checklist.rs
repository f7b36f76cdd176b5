//! The reporting checklist as a section.

use maud::{Markup, html};
use midfuse_page::Column;

use crate::checklist::{Answer, Checklist, Status};

pub(super) fn section(checklist: &Checklist) -> Markup {
    let modules = checklist
        .items
        .chunk_by(|one, next| one.module == next.module);
    html! {
        p {
            "After REFORMS and TRIPOD+AI, in other words than theirs. The study answers "
            (checklist.count(Status::Study)) " rows; " (checklist.count(Status::Partly))
            " need a person to complete them, " (checklist.count(Status::Person))
            " a person to answer. " code { "checklist.md" }
            " beside this report is the same to be filled in. Nothing here says that an answer is good enough."
        }
        @for items in modules {
            @if let Some(first) = items.first() {
                (midfuse_page::details(first.module.title(), &module(items)))
            }
        }
    }
}

fn module(items: &[Answer]) -> Markup {
    let columns = [
        Column::number("REFORMS"),
        Column::text("TRIPOD+AI"),
        Column::text("Question"),
        Column::text("Answer"),
    ];
    let rows = html! {
        @for item in items {
            tr {
                td { (item.reforms.join(", ")) }
                td.text { (item.tripod.join(", ")) }
                td.text { (item.question) }
                td.text {
                    @if let Some(answer) = &item.answer { p { (answer) } }
                    @if let Some(hint) = &item.person {
                        p.note { strong { (item.status.words()) "." } " " (hint) }
                    }
                }
            }
        }
    };
    html! { div.checklist { (midfuse_page::table(None, &columns, &rows)) } }
}

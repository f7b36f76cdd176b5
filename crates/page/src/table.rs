//! Tables.

use maud::{Markup, html};

/// The head of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    name: &'a str,
    is_text: bool,
}

impl<'a> Column<'a> {
    /// A column of numbers, set to the right; the first column of a table is set to the left anyway.
    pub fn number(name: &'a str) -> Self {
        let is_text = false;
        Self { name, is_text }
    }

    /// A column of text, set to the left, whose cells are `td.text`.
    pub fn text(name: &'a str) -> Self {
        let is_text = true;
        Self { name, is_text }
    }
}

/// A table that scrolls where it is wider than the page; `rows` are its `tr`. Without columns it has no
/// head.
pub fn table(caption: Option<&str>, columns: &[Column<'_>], rows: &Markup) -> Markup {
    html! {
        div.wide {
            table {
                @if let Some(caption) = caption { caption { (caption) } }
                @if !columns.is_empty() {
                    thead {
                        tr {
                            @for column in columns {
                                th class=[column.is_text.then_some("text")] { (column.name) }
                            }
                        }
                    }
                }
                tbody { (rows) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_head_where_it_has_columns() {
        let rows = html! { tr { td { "1" } } };
        let columns = [Column::number("p"), Column::text("<Test>")];
        let table = |columns| table(None, columns, &rows).into_string();
        assert!(
            table(&columns).contains("<tr><th>p</th><th class=\"text\">&lt;Test&gt;</th></tr>")
        );
        assert!(!table(&[]).contains("<thead>"));
    }
}

//! Pieces of text that every page is made of.

use maud::{Markup, Render, html};

/// A section of a page.
pub fn section(title: &str, body: &Markup) -> Markup {
    html! {
        section {
            h2 { (title) }
            (body)
        }
    }
}

/// A paragraph in a soft colour: how a figure is to be read, or why there is none.
pub fn soft(text: impl Render) -> Markup {
    html! { p.soft { (text) } }
}

/// A paragraph that asks for attention.
pub fn note(text: impl Render) -> Markup {
    html! { p.note { (text) } }
}

/// A list with one point per item.
pub fn list<T: Render>(items: impl IntoIterator<Item = T>) -> Markup {
    html! { ul { @for item in items { li { (item) } } } }
}

/// What is shown only on demand.
pub fn details(summary: &str, body: &Markup) -> Markup {
    html! { details { summary { (summary) } (body) } }
}

/// Figures side by side.
pub fn panels<T: Render>(figures: impl IntoIterator<Item = T>) -> Markup {
    html! { div.panels { @for figure in figures { (figure) } } }
}

/// One of these figures: a name, a drawing, and what is said below it.
pub fn figure(name: &str, drawing: &Markup, caption: Option<Markup>) -> Markup {
    html! {
        figure {
            h3 { (name) }
            (drawing)
            @if let Some(caption) = caption { figcaption { (caption) } }
        }
    }
}

/// The items with `, ` between them.
pub fn joined<T: Render>(items: impl IntoIterator<Item = T>) -> Markup {
    html! {
        @for (nth, item) in items.into_iter().enumerate() {
            @if nth > 0 { ", " }
            (item)
        }
    }
}

/// The text cut to `max` characters, with an ellipsis.
pub fn short(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_escaped_and_joined() {
        assert_eq!(joined(["a<", "b"]).into_string(), "a&lt;, b");
        assert_eq!(list(["a<"]).into_string(), "<ul><li>a&lt;</li></ul>");
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("abcd", 4), "abcd");
    }
}

//! What stands around the sections of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::CSS;

/// A page: `kind` is what made it (`midfuse study`), `title` what it is about, `lead` stands below the
/// title, `sections` follow.
///
/// Control characters become U+FFFD, because browsers and SVG refuse some of them.
pub fn page(kind: &str, title: &str, lead: &Markup, sections: &Markup) -> Markup {
    let page = html! {
        (DOCTYPE) "\n"
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " - " (kind) }
                style { (PreEscaped(CSS)) }
            }
            body {
                main {
                    header {
                        p.kind { (kind) }
                        h1 { (title) }
                        (lead)
                    }
                    (sections)
                }
            }
        }
        "\n"
    };
    let printable = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    PreEscaped(page.into_string().chars().map(printable).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let name = "<b a='1'>&\"\u{1}";
        let lead = html! { p title=(name) { (name) } };
        let page = page("midfuse study", name, &lead, &html! {}).into_string();
        assert!(!page.contains("<b ") && !page.contains('\u{1}'));
        assert!(page.contains("<h1>&lt;b a='1'&gt;&amp;&quot;\u{fffd}</h1>"));
        assert!(page.contains("<p title=\"&lt;b a='1'&gt;&amp;&quot;\u{fffd}\">"));
        assert!(page.starts_with("<!DOCTYPE html>\n<html") && page.ends_with("</html>\n"));
    }
}

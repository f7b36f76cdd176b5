//! What stands around the sections of every page.

use std::fmt::Write as _;

use crate::CSS;

/// The page up to its first section; `title`, `name` and `lead` are escaped already.
pub fn begin(kind: &str, name: &str, lead: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name} - {kind}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n\
         <header><p class=\"kind\">{kind}</p><h1>{name}</h1>\n{lead}</header>\n"
    )
}

/// Adds a section; `title` and `body` are escaped already.
pub fn section(page: &mut String, title: &str, body: &str) {
    let _ = write!(page, "<section>\n<h2>{title}</h2>\n{body}\n</section>\n");
}

/// Ends the page.
pub fn end(page: &mut String) {
    page.push_str("</main>\n</body>\n</html>\n");
}

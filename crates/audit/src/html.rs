//! The audit as one HTML page.

use std::fmt::Write as _;

use crate::check::Severity;

use super::result::{Audit, AuditFinding};
use midfuse_page::{begin, end, escape};

/// Sets of rows that the page shows of each finding.
const SETS: usize = 20;
/// Rows that it shows of each set.
const ROWS: usize = 10;

/// One page that needs nothing else; every text from the data is escaped.
pub fn html(audit: &Audit) -> String {
    let source = escape(&audit.source);
    let lead = format!("<p>{}</p>", escape(&audit.summary()));
    let mut page = begin("midfuse audit", &source, &lead);
    if audit.findings.is_empty() {
        page.push_str("<p class=\"headline good\">Nothing was found.</p>\n");
    } else {
        page.push_str(
            "<div class=\"wide\"><table><tr><th>severity</th><th class=\"text\">finding</th><th class=\"text\">where</th>\
             <th class=\"text\">measure</th><th>strength</th><th>p</th></tr>\n",
        );
        for finding in &audit.findings {
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text\">{}</td><td>{:.3}</td><td>{}</td></tr>",
                badge(finding.severity),
                finding.code.name(),
                escape(&finding.subject),
                escape(&finding.measure),
                finding.strength,
                escape(finding.p_in_words().as_deref().map_or("-", |p| {
                    p.trim_start_matches("p = ").trim_start_matches("p ")
                }))
            );
        }
        page.push_str("</table></div>\n");
    }
    for finding in &audit.findings {
        section(&mut page, finding);
    }
    end(&mut page);
    page
}

fn badge(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocking => "<strong class=\"bad\">blocking</strong>",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn section(page: &mut String, finding: &AuditFinding) {
    let _ = write!(
        page,
        "<section>\n<h2>{}: {}</h2>\n<p>{}: {}</p>\n<p class=\"note\">{}</p>\n",
        finding.code.name(),
        escape(&finding.subject),
        badge(finding.severity),
        escape(&finding.what),
        escape(&finding.mend)
    );
    if !finding.rows.is_empty() {
        page.push_str("<ul>\n");
        for rows in finding.rows.iter().take(SETS) {
            let shown: Vec<String> = rows
                .iter()
                .take(ROWS)
                .map(|row| format!("<code>{}</code>", escape(row)))
                .collect();
            let more = if rows.len() > ROWS {
                format!(" and {} more", rows.len() - ROWS)
            } else {
                String::new()
            };
            let _ = writeln!(page, "<li>{}{more}</li>", shown.join(", "));
        }
        page.push_str("</ul>\n");
        if finding.sets > SETS {
            let _ = writeln!(
                page,
                "<p class=\"soft\">{SETS} of {} sets; the JSON file lists more.</p>",
                finding.sets
            );
        }
    }
    page.push_str("</section>\n");
}

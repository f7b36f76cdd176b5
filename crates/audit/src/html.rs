//! The audit as one HTML page.

use maud::{Markup, html as markup};
use midfuse_page::number::p_value;
use midfuse_page::{Column, joined, note, page, section, soft, table};

use crate::check::Severity;
use crate::result::{Audit, AuditFinding};

/// Sets of rows that the page shows of each finding.
const SETS: usize = 20;
/// Rows that it shows of each set.
const ROWS: usize = 10;

/// One page that needs nothing else; every text from the data is escaped.
pub fn html(audit: &Audit) -> String {
    let lead = markup! { p { (audit.summary()) } };
    let sections = markup! {
        @if audit.findings.is_empty() {
            p.headline.good { "Nothing was found." }
        } @else {
            (overview(&audit.findings))
        }
        @for finding in &audit.findings {
            (section(&format!("{}: {}", finding.code.name(), finding.subject), &detail(finding)))
        }
    };
    page("midfuse audit", &audit.source, &lead, &sections).into_string()
}

fn overview(findings: &[AuditFinding]) -> Markup {
    let columns = [
        Column::number("severity"),
        Column::text("finding"),
        Column::text("where"),
        Column::text("measure"),
        Column::number("strength"),
        Column::number("p"),
    ];
    let rows = markup! {
        @for finding in findings {
            tr {
                td { (badge(finding.severity)) }
                td.text { (finding.code.name()) }
                td.text { (finding.subject) }
                td.text { (finding.measure) }
                td { (format_args!("{:.3}", finding.strength)) }
                td { (p_value(finding.p)) }
            }
        }
    };
    table(None, &columns, &rows)
}

fn badge(severity: Severity) -> Markup {
    markup! {
        @match severity {
            Severity::Blocking => { strong.bad { "blocking" } }
            Severity::Warning => { "warning" }
            Severity::Note => { "note" }
        }
    }
}

fn detail(finding: &AuditFinding) -> Markup {
    markup! {
        p { (badge(finding.severity)) ": " (finding.what) }
        (note(&finding.mend))
        @if !finding.rows.is_empty() {
            ul {
                @for rows in finding.rows.iter().take(SETS) {
                    li {
                        (joined(rows.iter().take(ROWS).map(|row| markup! { code { (row) } })))
                        @if rows.len() > ROWS { " and " (rows.len() - ROWS) " more" }
                    }
                }
            }
            @if finding.sets > SETS {
                (soft(format_args!("{SETS} of {} sets; the JSON file lists more.", finding.sets)))
            }
        }
    }
}

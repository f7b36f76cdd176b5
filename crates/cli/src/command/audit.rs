//! `midfuse audit`.

use std::path::PathBuf;

use midfuse_audit::{Audit, AuditFinding, AuditOptions, Severity, audit, html};

use super::source::SourceArgs;
use crate::failure::Failure;
use crate::files::write_all;
use crate::{print, table};

/// Exit code where a blocking leak was found.
const BLOCKED: u8 = 3;
/// Sets of rows that the terminal shows of each finding, and rows of each set.
const SETS: usize = 3;
const ROWS: usize = 4;

const HELP: &str = "\
SOURCE is a cohort folder, or a CSV, TSV or Parquet file with a header; FILE of --splits is CSV with the
columns fold,side,row (side: train or test; row: an id) or the same as JSON. Without it nothing can be
said about what is on both sides of a split. Findings and thresholds are explained in docs/audit.md.

Exit codes: 0 no blocking leak, 1 wrong data or file, 2 wrong command or split file, 3 a blocking leak
was found.

Examples:
  midfuse audit my-cohort --splits folds.csv --html audit.html
  midfuse audit slices.csv --target grade --group patient --id slice_id --splits folds.json
  midfuse audit genes.csv --target subtype --splits folds.csv --features chosen.txt
  midfuse audit slices.csv --target has_tumour --group patient --image image --splits folds.csv
  midfuse audit pairs.csv --target interacts --group protein_a --group protein_b --splits folds.csv";

/// Arguments of `midfuse audit`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct AuditArgs {
    /// Folder of a cohort, or a table
    source: PathBuf,
    /// Split file: CSV, or JSON where its name ends in .json
    #[arg(long, value_name = "FILE")]
    splits: Option<PathBuf>,
    #[command(flatten)]
    columns: SourceArgs,
    /// The features that a model was given: one column name per line, or CSV with a column `feature`
    /// and, where each fold has its own list, a column `fold`; needs --splits
    #[arg(long, value_name = "FILE", requires = "splits")]
    features: Option<PathBuf>,
    /// Table: column of paths of files, such as images; may be repeated
    #[arg(long, value_name = "COLUMN", visible_alias = "image")]
    file: Vec<String>,
    /// Table: folder that these paths start from [default: that of the table]
    #[arg(long, value_name = "DIR", requires = "file")]
    folder: Option<PathBuf>,
    /// Write the findings, with the ids of their rows, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write them as one HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(crate) fn run(args: &AuditArgs) -> Result<u8, Failure> {
    let options = AuditOptions {
        splits: args.splits.clone(),
        features: args.features.clone(),
        files: args.file.clone(),
        folder: args.folder.clone(),
        source: args.columns.options(),
    };
    let found = audit(&args.source, &options)?;
    let mut files = Vec::new();
    if let Some(file) = &args.json {
        files.push((file.as_path(), format!("{}\n", found.json()?)));
    }
    if let Some(file) = &args.html {
        files.push((file.as_path(), html(&found)));
    }
    write_all(&files)?;
    show(&found);
    Ok(if found.is_blocked() { BLOCKED } else { 0 })
}

fn show(audit: &Audit) {
    print::tables(&audit.tables);
    print::line(print::without_control_characters(format_args!(
        "{}: {}",
        audit.source,
        audit.summary()
    )));
    if audit.findings.is_empty() {
        return;
    }
    let head = ["severity", "finding", "where", "strength", "measure"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(audit.findings.iter().map(|finding| {
        vec![
            severity(finding.severity).to_owned(),
            finding.code.name().to_owned(),
            print::without_control_characters(&finding.subject),
            format!("{:.3}", finding.strength),
            finding.measure.clone(),
        ]
    }));
    print::line(table::align(&rows));
    for finding in &audit.findings {
        print::line("");
        detail(finding);
    }
}

fn detail(finding: &AuditFinding) {
    print::line(print::without_control_characters(format_args!(
        "{} {} ({}): {}{}",
        severity(finding.severity),
        finding.code.name(),
        finding.subject,
        finding.what,
        finding
            .p_in_words()
            .map_or_else(String::new, |p| format!("; {p}"))
    )));
    if !finding.rows.is_empty() {
        let sets = finding.rows.iter().take(SETS).map(|rows| {
            let mut shown = rows
                .iter()
                .take(ROWS)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if rows.len() > ROWS {
                shown.push_str(", ...");
            }
            format!("[{shown}]")
        });
        let shown = sets.collect::<Vec<_>>().join(" ");
        let more = finding.sets.saturating_sub(SETS);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        print::line(print::without_control_characters(format_args!(
            "  rows: {shown}{more}"
        )));
    }
    print::line(print::without_control_characters(format_args!(
        "  mend: {}",
        finding.mend
    )));
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocking => "BLOCKING",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

//! All checks over one source.

use std::cmp::Reverse;
use std::path::Path;

use midfuse_data::source::Source;

use super::AuditOptions;
use super::files::columns_of_files;
use super::result::Audit;
use crate::check::Finding;
use crate::detector::DETECTORS;
use crate::error::Result;
use crate::evidence::Evidence;

/// Audits a cohort folder, or a CSV, TSV or Parquet file.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if the data cannot be read;
/// [`Error::Option`](crate::Error::Option) if an option does not fit it or the split file is wrong;
/// [`Error::Io`](crate::Error::Io).
pub fn audit(path: &Path, options: &AuditOptions) -> Result<Audit> {
    let source = Source::open(path, &columns_of_files(path, options)?)?;
    let evidence = Evidence::read(path, &source, options)?;
    let mut findings: Vec<Finding> = DETECTORS
        .iter()
        .flat_map(|detector| detector(&evidence))
        .collect();
    // The worst first; of one kind, in the order of the modalities.
    let place = |finding: &Finding| {
        let is_about = |name: &str| finding.subject == name;
        let mut contents = evidence.contents.iter();
        contents
            .position(|content| is_about(&content.name))
            .unwrap_or(usize::MAX)
    };
    findings
        .sort_by_cached_key(|finding| (Reverse(finding.severity), finding.code, place(finding)));
    let found = Audit::new(
        &path.display().to_string(),
        evidence.cohort.ids(),
        evidence.target_name,
        evidence.axes.into_iter().map(|(name, _)| name).collect(),
        evidence.splits.map(|(_, count)| count),
        findings,
    );
    Ok(Audit {
        tables: source.tables,
        ..found
    })
}

//! The result of an audit, as it is written to JSON.

use midfuse_data::TableSummary;
use midfuse_page::number::p_equals;
use serde::{Deserialize, Serialize};

use crate::check::{Code, Finding, Severity};
use crate::error::Result;

/// Sets of rows that a finding lists at most.
const MOST_SETS: usize = 1000;

/// What an audit found; the content of its JSON file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Version of this format; 1.
    pub format: u32,
    /// The cohort or table.
    pub source: String,
    /// Number of rows.
    pub rows: usize,
    /// The target, where one was audited.
    pub target: Option<String>,
    /// Group axes.
    pub groups: Vec<String>,
    /// Folds of the split file; `None` without one.
    pub folds: Option<usize>,
    /// Findings, the worst first.
    pub findings: Vec<AuditFinding>,
    /// Tables, as they were read; in no file.
    #[serde(skip)]
    pub tables: Vec<TableSummary>,
}

/// A finding with the ids of its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditFinding {
    /// What kind of leak.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// The column, modality, group axis or fold.
    pub subject: String,
    /// One sentence: what was found.
    pub what: String,
    /// What `strength` measures.
    pub measure: String,
    /// How strong.
    pub strength: f64,
    /// Adjusted p-value, where one was computed.
    pub p: Option<f64>,
    /// Number of sets of rows that belong together.
    pub sets: usize,
    /// Ids of the rows of the first 1,000 sets; empty where the finding is about all rows.
    pub rows: Vec<Vec<String>>,
    /// How to mend it.
    pub mend: String,
}

impl AuditFinding {
    /// The p value in words: `"p = 0.012"`, `"p < 0.001"`; `None` where none was computed.
    pub fn p_in_words(&self) -> Option<String> {
        self.p.map(p_equals)
    }
}

impl Audit {
    pub(super) fn new(
        source: &str,
        ids: &[String],
        target: Option<String>,
        groups: Vec<String>,
        folds: Option<usize>,
        findings: Vec<Finding>,
    ) -> Self {
        let named = |rows: &Vec<usize>| {
            rows.iter()
                .filter_map(|&row| ids.get(row).cloned())
                .collect()
        };
        let findings = findings.into_iter().map(|finding| AuditFinding {
            sets: finding.rows.len(),
            rows: finding.rows.iter().take(MOST_SETS).map(named).collect(),
            code: finding.code,
            severity: finding.severity,
            subject: finding.subject,
            what: finding.what,
            measure: finding.measure,
            strength: finding.strength,
            p: finding.p,
            mend: finding.mend,
        });
        Self {
            format: 1,
            source: source.to_owned(),
            rows: ids.len(),
            target,
            groups,
            folds,
            findings: findings.collect(),
            tables: Vec::new(),
        }
    }

    /// The audit as JSON text.
    ///
    /// # Errors
    /// [`crate::Error::Json`] if a strength is not a number.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Whether a score on this split cannot be believed.
    pub fn is_blocked(&self) -> bool {
        self.count(Severity::Blocking) > 0
    }

    /// Number of findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// What was looked at and how much was found, in one sentence.
    pub fn summary(&self) -> String {
        let split = match self.folds {
            Some(folds) => format!("split of {folds} folds"),
            None => "no split file: what straddles a split is not looked for".to_owned(),
        };
        let target = match &self.target {
            Some(target) => format!("target {target}"),
            None => "no target: what tells it is not looked for".to_owned(),
        };
        format!(
            "{} rows, {target}, {split}: {} blocking, {} warnings, {} notes",
            self.rows,
            self.count(Severity::Blocking),
            self.count(Severity::Warning),
            self.count(Severity::Note)
        )
    }
}

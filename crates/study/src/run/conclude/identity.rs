//! What makes one conclusion the same as another.

use sha2::{Digest, Sha256};

use super::strategies::best_trial;
use crate::Result;
use crate::outputs::OutOfFold;
use crate::run::checked::CheckedStudy;
use midfuse_base::hex;
use midfuse_report::results::Results;

/// Hash of everything that decides a conclusion: study file, data, programs, processor, strategies and
/// their settings, and what they said of the rows they were developed on where that is used.
pub(super) fn identity(
    study: &CheckedStudy,
    results: &Results,
    names: &[String],
    (context, device): (&str, &str),
    out_of_fold: &OutOfFold,
) -> Result<String> {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    for text in [&study.file_sha256, &study.cohort.sha256, context, device] {
        part(text);
    }
    part(&out_of_fold.sha256);
    part(study.splits_sha256().as_deref().unwrap_or_default());
    for name in names {
        part(name);
        part(&best_trial(results, name, study.metric)?.to_string());
    }
    Ok(hex(&digest.finalize()))
}

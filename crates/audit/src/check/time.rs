//! Training rows that are not over when test rows begin.

use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use crate::detector::Detector;

/// Times of the cohort against the split.
pub(crate) const DETECTOR: Detector = |evidence| {
    let Some((times, folds)) = evidence.cohort.times().zip(evidence.folds()) else {
        return Vec::new();
    };
    let spans: Vec<(f64, f64)> = times.iter().map(|span| (span.start, span.end)).collect();
    time_overlap(&spans, folds).into_iter().collect()
};

/// Compares the spans (start, end) of rows over the split; [`Code::TimeOverlap`].
///
/// Blocking where the span of a training row meets that of a test row although they are not points in
/// time: what happens in it is in both. A warning where training rows begin after the first test row:
/// the model is tested on its past.
pub fn time_overlap(spans: &[(f64, f64)], folds: &Folds) -> Option<Finding> {
    let span = |row: &usize| spans.get(*row).copied();
    let long = spans.iter().any(|(start, end)| end > start);
    let (mut meeting, mut late, mut scored) = (Vec::new(), Vec::new(), 0);
    for (train, test) in folds.iter() {
        scored += test.len();
        let mut fitted: Vec<(f64, f64)> = train.iter().filter_map(span).collect();
        fitted.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Latest end among the training rows that begin no later than this one.
        let mut latest = f64::NEG_INFINITY;
        let ends: Vec<f64> = fitted
            .iter()
            .map(|&(_, end)| {
                latest = latest.max(end);
                latest
            })
            .collect();
        let last_start = fitted.last().map_or(f64::NEG_INFINITY, |span| span.0);
        for row in test {
            let Some((start, end)) = span(&row) else {
                continue;
            };
            let before = fitted.partition_point(|span| span.0 <= end);
            let latest = before.checked_sub(1).and_then(|at| ends.get(at));
            if long && latest.is_some_and(|&latest| latest >= start) {
                meeting.push(row);
            }
            if last_start > start {
                late.push(row);
            }
        }
    }
    let (severity, rows, what, mend) = if meeting.is_empty() {
        let what =
            "test rows begin before the last training row does: the model is tested on its past";
        let mend = "split in time order (expanding or rolling window), unless the order of rows means nothing";
        (Severity::Warning, late, what, mend)
    } else {
        let what = "test rows overlap in time with training rows";
        (
            Severity::Blocking,
            meeting,
            what,
            "purge training rows whose span meets that of a test row",
        )
    };
    if rows.is_empty() {
        return None;
    }
    Some(Finding {
        code: Code::TimeOverlap,
        severity,
        subject: "time".to_owned(),
        what: format!("{} {what}", rows.len()),
        measure: "share of test rows".to_owned(),
        strength: rows.len() as f64 / scored.max(1) as f64,
        p: None,
        rows: vec![rows],
        mend: mend.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_blocks_the_past_warns_and_a_forward_split_is_clean() {
        let spans = [(0.0, 3.0), (2.0, 5.0), (6.0, 7.0)];
        let overlap = Folds::new(3, &[(vec![0], vec![1, 2])]);
        let found = time_overlap(&spans, &overlap).unwrap();
        assert_eq!(
            (found.severity, found.rows),
            (Severity::Blocking, vec![vec![1]])
        );
        let past = Folds::new(3, &[(vec![2], vec![0])]);
        assert_eq!(
            time_overlap(&spans, &past).map(|f| f.severity),
            Some(Severity::Warning)
        );
        let forward = Folds::new(3, &[(vec![0, 1], vec![2])]);
        assert_eq!(time_overlap(&spans, &forward), None);
    }
}

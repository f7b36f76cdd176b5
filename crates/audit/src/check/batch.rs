//! Predictions that depend on the other rows of the batch.

use super::finding::{Code, Finding, Severity};

/// Most rows that are predicted alone.
const ALONE: usize = 50;

/// Predicts rows `0..n` together, backwards, in two halves, and up to fifty of them alone, and
/// compares: [`Code::BatchDependence`], blocking, where a score of a row differs by more than `tolerance`.
///
/// A model that was left in training mode (batch normalisation), scores that are standardised over the test
/// rows, and graphs of test rows predict a row from its neighbours in the batch: the test set is part of
/// the model. `predict` takes the positions of rows and returns the scores of each, in order; a row that
/// it leaves out counts as one that differs.
pub fn batch_dependence(
    n: usize,
    tolerance: f64,
    mut predict: impl FnMut(&[usize]) -> Vec<Vec<f64>>,
) -> Option<Finding> {
    let all: Vec<usize> = (0..n).collect();
    let together = predict(&all);
    let backwards: Vec<usize> = all.iter().rev().copied().collect();
    let (first, second) = all.split_at(n / 2);
    let mut batches = vec![backwards, first.to_vec(), second.to_vec()];
    let step = n.div_ceil(ALONE).max(1);
    batches.extend(all.iter().step_by(step).map(|&row| vec![row]));
    let mut largest = vec![0.0_f64; n];
    for batch in batches.iter().filter(|batch| !batch.is_empty()) {
        let scores = predict(batch);
        for (at, &row) in batch.iter().enumerate() {
            let gap = match (scores.get(at), together.get(row)) {
                (Some(a), Some(b)) if a.len() == b.len() => {
                    let gaps = a.iter().zip(b).map(|(a, b)| (a - b).abs());
                    gaps.fold(0.0, |most, gap| if gap <= most { most } else { gap })
                }
                _ => f64::INFINITY,
            };
            if let Some(most) = largest.get_mut(row)
                && (gap.is_nan() || gap > *most)
            {
                *most = gap;
            }
        }
    }
    let rows: Vec<usize> = all
        .into_iter()
        .filter(|&row| {
            largest
                .get(row)
                .is_none_or(|&gap| gap.is_nan() || gap > tolerance)
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    Some(Finding {
        code: Code::BatchDependence,
        severity: Severity::Blocking,
        subject: "predictions".to_owned(),
        what: format!(
            "the scores of {} of {n} rows change with the other rows of the batch or their order",
            rows.len()
        ),
        measure: "share of rows".to_owned(),
        strength: rows.len() as f64 / n.max(1) as f64,
        p: None,
        rows: vec![rows],
        mend: "put the model into evaluation mode, and take every statistic from training rows"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_row_and_nan_count_and_a_sound_model_does_not() {
        let sound = |rows: &[usize]| rows.iter().map(|&row| vec![row as f64]).collect();
        assert_eq!(batch_dependence(7, 1e-9, sound), None);
        assert_eq!(batch_dependence(0, 1e-9, sound), None);
        let nan = batch_dependence(4, 1e-9, |rows| {
            rows.iter()
                .map(|_| vec![if rows.len() == 1 { f64::NAN } else { 1.0 }])
                .collect()
        });
        assert_eq!(nan.map(|found| found.strength), Some(1.0));
        let short = batch_dependence(4, 1e-9, |rows| vec![vec![0.0]; rows.len().min(3)]);
        assert_eq!(short.map(|found| found.rows), Some(vec![vec![0, 3]]));
    }
}

//! Correction of what a check found for the number of things that it looked at.

use midfuse_metrics::stats::holm;

/// Each finding with its p after Holm, over everything that could be judged.
///
/// A p is at most a hair outside [0, 1]; nothing is left of findings of which one has no p at all.
pub(super) fn adjusted<T>(found: Vec<T>, p: impl Fn(&T) -> f64) -> Vec<(T, f64)> {
    let p: Vec<f64> = found.iter().map(|one| p(one).clamp(0.0, 1.0)).collect();
    let adjusted = holm(&p).unwrap_or_default();
    found.into_iter().zip(adjusted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_keeps_its_own() {
        let of = adjusted(vec![("a", 0.01), ("b", 0.5)], |one| one.1);
        assert_eq!(of, [(("a", 0.01), 0.02), (("b", 0.5), 0.5)]);
        assert!(adjusted(Vec::<f64>::new(), |p| *p).is_empty());
    }
}

//! Which small counts are held back.

/// Which of these counts may not be shown, given the total beside them.
///
/// Counts below `limit` are held back. Where that is one alone it could be computed from the total,
/// so the smallest of the others is held back as well.
pub(super) fn hidden(counts: &[usize], limit: usize) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|&count| count < limit).collect();
    if hidden.iter().filter(|&&hidden| hidden).count() == 1 {
        let smallest = counts
            .iter()
            .enumerate()
            .filter(|(at, _)| hidden.get(*at) == Some(&false))
            .min_by_key(|(_, count)| **count)
            .map(|(at, _)| at);
        if let Some(slot) = smallest.and_then(|at| hidden.get_mut(at)) {
            *slot = true;
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_small_count_takes_the_next_with_it() {
        assert_eq!(hidden(&[50, 4, 30], 10), [false, true, true]);
        assert_eq!(hidden(&[50, 4, 3, 30], 10), [false, true, true, false]);
        assert_eq!(hidden(&[50, 40], 10), [false, false]);
        assert_eq!(hidden(&[4], 10), [true]);
        assert_eq!(hidden(&[4, 60], 0), [false, false]);
    }
}

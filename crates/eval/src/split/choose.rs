//! All subsets of a size.

use super::SplitError;
use super::order::MOST_FOLDS;

/// All subsets of `p` of the numbers `0..k`, in lexicographic order.
pub(super) fn subsets(
    splitter: &'static str,
    k: usize,
    p: usize,
) -> Result<Vec<Vec<usize>>, SplitError> {
    let mut subsets: Vec<Vec<usize>> = Vec::new();
    let mut current: Vec<usize> = (0..p).collect();
    if p > k {
        return Ok(subsets);
    }
    loop {
        if subsets.len() == MOST_FOLDS {
            let mend = "more than 10,000 subsets; choose fewer blocks or groups";
            return Err(SplitError::NoFold { splitter, mend });
        }
        subsets.push(current.clone());
        let movable = |&at: &usize| current.get(at).is_some_and(|&value| value < k - p + at);
        let Some(at) = (0..p).rev().find(movable) else {
            return Ok(subsets);
        };
        let from = current.get(at).copied().unwrap_or(0) + 1;
        for (slot, value) in current.iter_mut().skip(at).zip(from..) {
            *slot = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_in_order() {
        assert_eq!(
            subsets("", 3, 2),
            Ok(vec![vec![0, 1], vec![0, 2], vec![1, 2]])
        );
        assert_eq!(subsets("", 3, 3), Ok(vec![vec![0, 1, 2]]));
        assert_eq!(subsets("", 6, 3).unwrap().len(), 20);
        assert_eq!(subsets("", 2, 3), Ok(vec![]));
        assert!(subsets("", 100, 50).is_err());
    }
}

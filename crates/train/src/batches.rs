//! Mini-batches: which rows a step sees.

use midfuse_core::Seed;
use rand::seq::SliceRandom;

/// The order in which an epoch (from 0) goes through `rows`: a shuffle that depends on the seed,
/// the epoch and the rows only, so that a resumed run sees what an uninterrupted one would.
pub fn epoch_order(rows: &[i64], seed: Seed, epoch: usize) -> Vec<i64> {
    let mut order = rows.to_vec();
    order.shuffle(&mut seed.derive(&format!("order-{epoch}")).rng());
    order
}

/// Where each batch of `n_rows` rows starts and how many rows it has. The last batch is kept; one
/// row alone joins the batch before it, because batch statistics need two.
pub(crate) fn train_batches(n_rows: usize, batch_size: usize) -> Vec<(i64, i64)> {
    let mut batches = all_batches(n_rows, batch_size);
    if batches.len() > 1 && batch_size > 1 && batches.last().is_some_and(|&(_, len)| len == 1) {
        batches.pop();
        if let Some((_, len)) = batches.last_mut() {
            *len += 1;
        }
    }
    batches
}

/// Where each batch starts and how many rows it has; the last may be smaller.
pub(crate) fn all_batches(n_rows: usize, batch_size: usize) -> Vec<(i64, i64)> {
    (0..n_rows)
        .step_by(batch_size)
        .map(|start| (start as i64, batch_size.min(n_rows - start) as i64))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_batch_is_kept_and_one_row_joins_the_batch_before() {
        assert_eq!(train_batches(10, 4), [(0, 4), (4, 4), (8, 2)]);
        assert_eq!(train_batches(9, 4), [(0, 4), (4, 5)]);
        assert_eq!(train_batches(8, 4), [(0, 4), (4, 4)]);
        assert_eq!(train_batches(1, 4), [(0, 1)]);
        assert_eq!(train_batches(5, 4), [(0, 5)]);
        assert_eq!(train_batches(2, 1), [(0, 1), (1, 1)]);
        assert_eq!(all_batches(9, 4), [(0, 4), (4, 4), (8, 1)]);
    }

    #[test]
    fn an_order_is_a_permutation_that_depends_on_seed_and_epoch() {
        let rows: Vec<i64> = (5..25).collect();
        let order = epoch_order(&rows, Seed(1), 0);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, rows);
        assert_eq!(order, epoch_order(&rows, Seed(1), 0));
        assert_ne!(order, epoch_order(&rows, Seed(1), 1));
        assert_ne!(order, epoch_order(&rows, Seed(2), 0));
    }
}

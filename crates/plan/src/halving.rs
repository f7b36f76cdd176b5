//! Successive halving: all settings train for a share of the epochs, the best third goes on for three
//! times as many, and so on until what is left trains for all of them.
//!
//! **Paper**: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
//! optimization", AISTATS 2016, algorithm 1, with the rate 3 of Li et al., "Hyperband", JMLR 2018.
//!
//! - `NOTE[DIFF]` A setting that goes on is trained anew, since the learning rate follows the length of
//!   a training.

/// How many times fewer settings, and more epochs, a round has than the one before.
const RATE: usize = 3;

/// One round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Settings that take part.
    pub trials: usize,
    /// Epochs that each trains for.
    pub epochs: usize,
}

/// The rounds for so many settings and the epochs of a whole training; the last one has all epochs.
/// There is one alone where there are fewer than three of either.
pub fn rounds(trials: usize, epochs: usize) -> Vec<Round> {
    let mut backwards = vec![epochs];
    let mut left = trials;
    while left >= RATE {
        let last = backwards.last().copied().unwrap_or(epochs);
        if last < RATE {
            break;
        }
        backwards.push(last.div_ceil(RATE));
        left /= RATE;
    }
    let mut left = trials;
    let forwards = backwards.into_iter().rev();
    forwards
        .map(|epochs| {
            let round = Round {
                trials: left,
                epochs,
            };
            left /= RATE;
            round
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_goes_on_for_three_times_as_long() {
        let of = |trials, epochs| -> Vec<(usize, usize)> {
            let rounds = rounds(trials, epochs);
            rounds.iter().map(|r| (r.trials, r.epochs)).collect()
        };
        assert_eq!(of(9, 60), [(9, 7), (3, 20), (1, 60)]);
        assert_eq!(of(8, 60), [(8, 20), (2, 60)]);
        assert_eq!(of(3, 60), [(3, 20), (1, 60)]);
        assert_eq!(of(2, 60), [(2, 60)]);
        assert_eq!(of(27, 4), [(27, 2), (9, 4)]);
        assert_eq!(of(9, 2), [(9, 2)]);
        assert_eq!(of(1, 1), [(1, 1)]);
    }
}

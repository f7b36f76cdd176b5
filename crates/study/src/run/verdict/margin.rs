//! The smallest gain that counts, and its unit.

use midfuse_base::Task;
use midfuse_report::results::LossUnit;

/// Unit of the proper loss of a task.
pub(super) fn unit(task: &Task) -> LossUnit {
    match task {
        Task::Classification { .. } => LossUnit::Nats,
        Task::Regression => LossUnit::SquaredTarget,
    }
}

/// The larger of .01 nats and a tenth of what the best single modality gains on the prior; for a
/// regression the tenth alone, because a squared error has no natural unit.
pub(super) fn margin(task: &Task, prior: &[f64], best: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let tenth = (0.1 * (mean(prior) - mean(best))).max(0.0);
    match task {
        Task::Classification { .. } => tenth.max(0.01),
        Task::Regression => tenth,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_a_tenth_of_the_skill_but_not_below_a_hundredth() {
        let task = Task::Classification {
            classes: Vec::new(),
        };
        assert!((margin(&task, &[1.0], &[0.5]) - 0.05).abs() < 1e-12);
        assert!((margin(&task, &[1.0], &[0.95]) - 0.01).abs() < 1e-12);
        assert!(margin(&Task::Regression, &[1.0], &[2.0]).abs() < 1e-12);
    }
}

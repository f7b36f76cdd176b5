//! The smallest gain that counts.

use midfuse_metrics::metric::TaskMetrics;

/// The larger of what the task says (.01 nats of a classification) and a tenth of what the best single
/// modality gains on the prior.
pub(super) fn margin(of_task: &dyn TaskMetrics, prior: &[f64], best: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let tenth = (0.1 * (mean(prior) - mean(best))).max(0.0);
    tenth.max(of_task.least_margin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_base::Task;
    use midfuse_metrics::metric::task_metrics;

    #[test]
    fn the_margin_is_a_tenth_of_the_skill_but_not_below_a_hundredth() {
        let task = Task::Classification {
            classes: Vec::new(),
        };
        let classes = task_metrics(&task);
        assert!((margin(classes.as_ref(), &[1.0], &[0.5]) - 0.05).abs() < 1e-12);
        assert!((margin(classes.as_ref(), &[1.0], &[0.95]) - 0.01).abs() < 1e-12);
        let numbers = task_metrics(&Task::Regression);
        assert!(margin(numbers.as_ref(), &[1.0], &[2.0]).abs() < 1e-12);
    }
}

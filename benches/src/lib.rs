//! What is measured: each encoder, each fusion, and the training step.
//!
//! A [`Case`] is a workload with an id such as `resnet18/b32/cpu/f32/train`: name, batch size,
//! device, dtype, and what is done (`forward`, `forward-backward`, `train`). Data and model are made
//! before the clock starts. The criterion benchmarks and `tools/peers` run the same cases.
#![deny(missing_docs)]

mod encoders;
mod fusions;
mod shapes;
mod training;

use std::time::{Duration, Instant};

pub use encoders::encoders;
pub use fusions::fusions;
pub use training::training;

/// An error of any crate: a benchmark only reports it.
pub type Error = Box<dyn std::error::Error>;

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// One iteration of a workload.
pub type Iteration = Box<dyn FnMut() -> Result<()>>;

/// A workload that is built when it is needed.
pub struct Case {
    /// `name/b<batch>/<device>/<dtype>/<what>`.
    pub id: String,
    build: Box<dyn Fn() -> Result<Iteration>>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Case").field(&self.id).finish()
    }
}

impl Case {
    pub(crate) fn new(
        name: &str,
        what: &str,
        build: impl Fn() -> Result<Iteration> + 'static,
    ) -> Self {
        Self {
            id: format!("{name}/b{}/cpu/f32/{what}", shapes::BATCH),
            build: Box::new(build),
        }
    }

    /// Makes model and data, from a fixed seed.
    ///
    /// # Errors
    /// Those of the model's configuration.
    pub fn build(&self) -> Result<Iteration> {
        midfuse_torch::rng::seed(midfuse_core::Seed(7))?;
        (self.build)()
    }
}

/// Every case.
pub fn all() -> Vec<Case> {
    [encoders(), fusions(), training()]
        .into_iter()
        .flatten()
        .collect()
}

/// The time of `n` iterations.
///
/// # Errors
/// That of the first iteration that fails.
pub fn time(iteration: &mut Iteration, n: u64) -> Result<Duration> {
    let start = Instant::now();
    for _ in 0..n {
        iteration()?;
    }
    Ok(start.elapsed())
}

/// Registers cases with criterion, on one thread.
///
/// # Errors
/// That of the first case that cannot be built or run.
pub fn register(criterion: &mut criterion::Criterion, cases: &[Case]) -> Result<()> {
    midfuse_torch::threads::set_intra_op(1)?;
    for case in cases {
        let mut iteration = case.build()?;
        // Once outside the clock: errors show here, and lazy set-up is done.
        iteration()?;
        criterion.bench_function(&case.id, |bencher| {
            bencher.iter_custom(|n| time(&mut iteration, n).unwrap_or(Duration::MAX));
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn every_case_runs_and_has_an_id_of_its_own() {
        let cases = super::all();
        let ids: HashSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        assert_eq!(ids.len(), cases.len());
        for case in &cases {
            let mut iteration = case.build().unwrap();
            super::time(&mut iteration, 1).unwrap_or_else(|error| panic!("{}: {error}", case.id));
        }
    }
}

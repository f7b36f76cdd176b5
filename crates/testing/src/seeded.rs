//! Tests that draw from libtorch's one generator, one at a time.

use std::sync::{Mutex, PoisonError};

use midfuse_core::Seed;

static GENERATOR: Mutex<()> = Mutex::new(());

/// Seeds libtorch's generator, then runs `f` while no other `seeded` test of the process runs:
/// `cargo test` runs threads over one generator. Must not be nested.
pub fn seeded<T>(seed: Seed, f: impl FnOnce() -> T) -> T {
    let _alone = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    reseed(seed);
    f()
}

pub(crate) fn reseed(seed: Seed) {
    midfuse_torch::rng::seed(seed).expect("libtorch's generator takes a seed");
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, Tensor};

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = |seed| {
            seeded(Seed(seed), || {
                Tensor::randn([8], (Kind::Float, Device::Cpu))
            })
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}

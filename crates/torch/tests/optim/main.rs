//! Fused optimisers compared with PyTorch: `tools/golden/torch_adamw.py` and `torch_sgd.py`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod adamw;
mod case;
mod sgd;

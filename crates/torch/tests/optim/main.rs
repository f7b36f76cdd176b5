//! Fused optimisers compared with PyTorch: `tools/golden/torch_adamw.py` and `torch_sgd.py`.
#![cfg(test)]

mod adamw;
mod case;
mod sgd;

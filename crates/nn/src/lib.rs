//! Blocks that tch lacks: attention, transformer blocks, MLPs, norms, positions, pooling.
#![deny(missing_docs)]

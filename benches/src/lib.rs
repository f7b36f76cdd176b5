//! benches of midfuse.

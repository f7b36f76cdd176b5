//! Assembles the models that a study names, trains them and predicts: library and worker program.
#![deny(missing_docs)]

//! Assembles the models that a study names, trains them and predicts: library and worker program.
//!
//! `midfuse study` starts worker programs and sends them jobs as lines of JSON
//! ([`midfuse_wire`]). A worker opens a stripped copy of the cohort by its content, fits the transforms on the
//! fitting rows of the job, builds the encoders and the strategy that the job names, trains and
//! predicts. It never sees a target that it is scored on.
//!
//! | Kind of modality | Encoders |
//! |---|---|
//! | image | `conv-net`, `resnet` |
//! | sequence, text | `gru`, `lstm`, `sequence-transformer` |
//! | tabular, embedding | `linear`, `mlp`, `ft-transformer` |
//!
//! | Strategy | What meets |
//! |---|---|
//! | `single` | nothing: one modality, its encoder and a linear head |
//! | `early` | tokens after `depth` stages of the encoders (default 0: embedded inputs) |
//! | `early-raw` | raw features; the encoders are not used |
//! | `concat`, `attention` | pooled vectors of the encoders |
//! | `late` | log-probabilities, or values, of one head per modality |
//!
//! A researcher's own encoder or fusion is added to a [`Worker`] by name.
//!
//! # The same bits
//! A result depends on the job alone: seeds, number of threads and rows per prediction batch are
//! part of it, each job runs in a thread of its own, and libtorch's generator is seeded before it.
//!
//! # Transforms
//! Fitted on the rows that are trained on, never on those that decide the stopping: channel
//! statistics of images, feature statistics of sequences, vocabulary of texts, statistics of
//! embeddings, statistics and categories of tables (a missing number becomes the mean, an unknown category code 0), mean and
//! scale of a regression target.
#![deny(missing_docs)]

mod args;
mod bundle;
mod cohort;
mod error;
mod job;
mod modality;
mod model;
mod predict;
mod serve;
mod worker;

pub use error::{Error, Result};
pub use modality::{AnyInput, Modality};
pub use model::DynEncoder;
pub use worker::Worker;

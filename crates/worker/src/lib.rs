//! Assembles the models that a study names, trains them and predicts: library and worker program.
//!
//! `midfuse study` starts worker programs and sends them jobs as lines of JSON
//! ([`midfuse_wire`]). A worker opens a stripped copy of the cohort by its content, fits the transforms on the
//! fitting rows of the job, builds the encoders and the strategy that the job names, trains and
//! predicts. It never sees a target that it is scored on.
//!
//! `midfuse models` lists the encoders by kind of modality, the strategies, the baselines and their
//! options, out of the registry of the worker.
//!
//! A researcher's own encoder, fusion, [`Strategy`] or [`Estimator`] is added to a [`Worker`] by name.
//!
//! # The same bits
//! A result depends on the job alone: seeds, number of threads and rows per prediction batch are
//! part of it, each job runs in a thread of its own, and libtorch's generator is seeded before it.
//!
//! # Transforms
//! Fitted on the rows that are trained on, never on those that decide the stopping (an estimator has
//! none of these): channel
//! statistics of images, feature statistics of sequences, vocabulary of texts, statistics of
//! embeddings, statistics and categories of tables (a missing number becomes the mean, an unknown category code 0), mean and
//! scale of a regression target.
#![deny(missing_docs)]

mod args;
mod bundle;
mod cohort;
mod error;
mod estimator;
mod job;
mod modality;
mod model;
mod predict;
mod registry;
mod serve;
mod strategy;
mod worker;

pub use error::{Error, Result};
pub use estimator::{Estimator, FitTable, FittedEstimator};
pub use midfuse_base::catalogue::{Needs, Takes};
pub use modality::{AnyInput, Modality};
pub use model::DynEncoder;
pub use ndarray;
pub use registry::Label;
pub use strategy::{Parts, Strategy};
pub use worker::Worker;

//! What every encoder and every fusion promises.
//!
//! | check | promise |
//! |---|---|
//! | config | JSON round trip, unknown keys refused, each bad field named |
//! | output | shapes, finite values, a width that is `d_out`, any batch size in eval mode |
//! | modes | eval is deterministic and touches no buffer; train draws numbers iff there is dropout |
//! | order | permuted rows give permuted outputs |
//! | absence | an absent row is zero and invalid, and its content, even NaN, changes no output, no gradient and no running statistic |
//! | padding | more padding changes nothing |
//! | gradients | every trainable parameter has one, but for a list of exceptions that must be true |
//! | checkpoint | saving and loading after a training step is the identity; names are unique |
//! | errors | the right [`midfuse_core::Error`] for each wrong input, with the module's name |
//! | learning | eight rows with random labels can be learned by heart |
//! | stages | (encoders) `encode` is its stages by hand, tokens are as wide as `d_at` says |

mod absence;
mod config;
mod errors;
mod gradients;
mod learning;
mod modes;
mod output;
mod persistence;
mod stages;
mod subject;

use midfuse_core::{Config, Encoded, Encoder, Error, Fusion, Seed};
use tch::Tensor;

use crate::seeded;
use subject::Subject;

type Make<I> = Box<dyn Fn(i64, Seed) -> I>;
type Select<I> = Box<dyn Fn(&I, &Tensor) -> I>;
type Absent<I> = Box<dyn Fn(&I, &Tensor, f64) -> I>;
type Pad<I> = Box<dyn Fn(&I, f64) -> I>;
type Move<I> = Box<dyn Fn(&I) -> I>;

/// How to make and change inputs of one type.
#[allow(missing_debug_implementations, reason = "holds closures")]
pub struct Inputs<I> {
    /// This many rows, all present, drawn from the seed: f32 on the CPU.
    pub batch: Make<I>,
    /// The rows of these indices `[N]` i64.
    pub select: Select<I>,
    /// The same rows, of which only those that are true in `[B]` bool are present; the content of
    /// the others is overwritten with this number (0 or NaN; where content is no float, with
    /// another valid value when NaN is asked for).
    pub absent: Absent<I>,
    /// The same content with more padding, which is filled with this number; `None` where inputs
    /// have no padding.
    pub pad: Option<Pad<I>>,
    /// The same input with its content [on another device](crate::on_another_device); `None` where
    /// the input type itself refuses to be made there.
    pub on_another_device: Option<Move<I>>,
}

/// Which [`Error`] is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of `Error`")]
pub enum ErrorKind {
    Shape,
    Kind,
    Device,
    Input,
    TooFewRows,
    Config,
    Other,
}

impl ErrorKind {
    /// The kind of an error.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Shape { .. } => Self::Shape,
            Error::Kind { .. } => Self::Kind,
            Error::Device { .. } => Self::Device,
            Error::Input { .. } => Self::Input,
            Error::TooFewRows { .. } => Self::TooFewRows,
            Error::Config(_) => Self::Config,
            _ => Self::Other,
        }
    }
}

/// What to check: a config, its inputs, and what is true of it.
#[allow(missing_debug_implementations, reason = "holds closures")]
pub struct Contract<C, I> {
    name: &'static str,
    config: C,
    inputs: Inputs<I>,
    d_out: i64,
    with_dropout: Option<fn(C, f64) -> C>,
    without_gradient: Vec<(&'static str, &'static str)>,
    invalid_inputs: Vec<(&'static str, I, ErrorKind)>,
    invalid_configs: Vec<(&'static str, C)>,
    lr: f64,
    steps: usize,
    order_tolerance: f64,
}

impl<C, I> Contract<C, I> {
    /// The contract of `config`, whose module is called `name` in errors and gives `d_out` wide
    /// vectors. Dropout is off in `config`.
    pub fn new(name: &'static str, config: C, d_out: i64, inputs: Inputs<I>) -> Self {
        Self {
            name,
            config,
            inputs,
            d_out,
            with_dropout: None,
            without_gradient: Vec::new(),
            invalid_inputs: Vec::new(),
            invalid_configs: Vec::new(),
            lr: 3e-3,
            steps: 300,
            order_tolerance: 1e-4,
        }
    }

    /// The module has dropout, and this sets every probability.
    #[must_use]
    pub fn with_dropout(mut self, set: fn(C, f64) -> C) -> Self {
        self.with_dropout = Some(set);
        self
    }

    /// Parameters whose name ends so have no gradient, for this reason; it is checked that they
    /// have none.
    #[must_use]
    pub fn without_gradient(mut self, suffix: &'static str, reason: &'static str) -> Self {
        self.without_gradient.push((suffix, reason));
        self
    }

    /// This input must be refused with an error of this kind that names the module.
    #[must_use]
    pub fn rejects(mut self, what: &'static str, input: I, error: ErrorKind) -> Self {
        self.invalid_inputs.push((what, input, error));
        self
    }

    /// This config must be refused by `validate` and by `init`, with this field named.
    #[must_use]
    pub fn rejects_config(mut self, field: &'static str, config: C) -> Self {
        self.invalid_configs.push((field, config));
        self
    }

    /// How far permuted rows may differ by rounding (default 1e-4): batch statistics are sums over
    /// rows, and a deep network amplifies the rounding of their order. State what the reference
    /// implementation differs by.
    #[must_use]
    pub fn with_order_tolerance(mut self, tolerance: f64) -> Self {
        self.order_tolerance = tolerance;
        self
    }

    /// How to learn eight rows by heart: Adam's learning rate (default 3e-3) and the most steps
    /// (default 300).
    #[must_use]
    pub fn overfits_with(mut self, lr: f64, steps: usize) -> Self {
        self.lr = lr;
        self.steps = steps;
        self
    }
}

/// Checks everything that an encoder promises.
///
/// # Panics
/// With the name of the encoder and the promise that is broken.
pub fn check_encoder<C, I>(contract: &Contract<C, I>)
where
    C: Config,
    C::Module: Encoder<Input = I>,
{
    seeded(Seed(0), || {
        let subject = Subject::new(contract, C::Module::encode);
        assert_eq!(
            subject.build(0).1.d_out(),
            contract.d_out,
            "{}: d_out",
            contract.name
        );
        subject.check();
        stages::check(contract, &subject);
    });
}

/// Checks everything that a fusion promises. [`fusion_inputs`](crate::fusion_inputs) makes its
/// inputs.
///
/// # Panics
/// With the name of the fusion and the promise that is broken.
pub fn check_fusion<C>(contract: &Contract<C, Vec<Encoded>>)
where
    C: Config,
    C::Module: Fusion,
{
    seeded(Seed(0), || {
        let subject = Subject::new(contract, |module, parts: &Vec<Encoded>, mode| {
            module.fuse(parts, mode)
        });
        assert_eq!(
            subject.build(0).1.d_out(),
            contract.d_out,
            "{}: d_out",
            contract.name
        );
        subject.check();
    });
}

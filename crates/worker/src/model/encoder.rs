//! Encoders of any modality behind one type.

use std::fmt::Debug;

use midfuse_core::{Encoded, Encoder, Error, Mode, Result, Tokens};

use crate::modality::{AnyInput, Modality};

/// An encoder whose input and state are known at run time only.
///
/// `NOTE[DIFF]` from [`Encoder`]: where a train batch has fewer present rows than batch statistics
/// need (a rarely present modality), the batch is encoded with the running statistics instead of
/// ending the job.
pub trait DynEncoder: Debug + Send {
    /// As [`Encoder::encode`].
    ///
    /// # Errors
    /// As [`Encoder::encode`]; [`Error::Input`] for the input of another modality.
    fn encode(&self, input: &AnyInput, mode: Mode) -> Result<Encoded>;

    /// As [`Encoder::encode_to`].
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    fn encode_to(&self, input: &AnyInput, depth: usize, mode: Mode) -> Result<Tokens>;

    /// As [`Encoder::encode_to_at_most`].
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    fn encode_to_at_most(
        &self,
        input: &AnyInput,
        depth: usize,
        most: i64,
        mode: Mode,
    ) -> Result<Tokens>;

    /// As [`Encoder::n_stages`].
    fn n_stages(&self) -> usize;

    /// As [`Encoder::d_at`].
    fn d_at(&self, depth: usize) -> i64;

    /// As [`Encoder::d_out`].
    fn d_out(&self) -> i64;
}

#[derive(Debug)]
pub(crate) struct Erased<E>(pub(crate) E);

impl<E> DynEncoder for Erased<E>
where
    E: Encoder<Input: Modality>,
{
    fn encode(&self, input: &AnyInput, mode: Mode) -> Result<Encoded> {
        let input = typed::<E::Input>(input)?;
        with_enough_rows(mode, |mode| self.0.encode(input, mode))
    }

    fn encode_to(&self, input: &AnyInput, depth: usize, mode: Mode) -> Result<Tokens> {
        let input = typed::<E::Input>(input)?;
        with_enough_rows(mode, |mode| self.0.encode_to(input, depth, mode))
    }

    fn encode_to_at_most(
        &self,
        input: &AnyInput,
        depth: usize,
        most: i64,
        mode: Mode,
    ) -> Result<Tokens> {
        let input = typed::<E::Input>(input)?;
        with_enough_rows(mode, |mode| {
            self.0.encode_to_at_most(input, depth, most, mode)
        })
    }

    fn n_stages(&self) -> usize {
        self.0.n_stages()
    }

    fn d_at(&self, depth: usize) -> i64 {
        self.0.d_at(depth)
    }

    fn d_out(&self) -> i64 {
        self.0.d_out()
    }
}

/// With the running statistics where a train batch has too few present rows for its own.
fn with_enough_rows<T>(mode: Mode, encode: impl Fn(Mode) -> Result<T>) -> Result<T> {
    match encode(mode) {
        Err(Error::TooFewRows { .. }) if mode.is_train() => encode(Mode::Eval),
        result => result,
    }
}

fn typed<M: Modality>(input: &AnyInput) -> Result<&M> {
    M::of(input).ok_or_else(|| Error::Input {
        module: "DynEncoder",
        expected: format!("the input of one of {:?}", M::kinds()),
        got: input.name().to_owned(),
    })
}

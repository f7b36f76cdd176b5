//! The inputs of all modalities as one type.

use std::any::{Any, TypeId};
use std::fmt::Debug;

use midfuse_fusion::RawFeatures;
use tch::{Device, Tensor};

use super::KINDS;

/// An input type that a worker can make: what `Encoder::Input` of a registered encoder must be.
/// Kinds of modality that share one share their encoders.
pub trait Modality: Debug + Send + 'static {
    /// Its name, for messages.
    const NAME: &'static str;

    /// The rows of these indices, `rows: [B]` i64 on the same device.
    #[must_use]
    fn select(&self, rows: &Tensor) -> Self;

    /// The same rows on another device.
    #[must_use]
    fn to_device(&self, device: Device) -> Self;

    /// The rows with Gaussian noise of this standard deviation on every number that is there, drawn from
    /// libtorch's generator; categories and tokens stay as they are.
    #[must_use]
    fn noisy(&self, std: f64) -> Self;

    /// Raw features of each row: pixels, steps padded with zeros, numeric columns and one-hot
    /// categories, or shares of tokens. `n_codes`: how many values an id or category takes.
    fn raw_features(&self, n_codes: &[i64]) -> RawFeatures;

    /// `[B, F]` bool: which of the first F raw features of each row stand in for a number that is not
    /// there; none where nothing does.
    fn missing(&self) -> Option<Tensor> {
        None
    }

    /// The kinds of modality of a cohort that it is made of.
    fn kinds() -> Vec<&'static str>
    where
        Self: Sized,
    {
        let of_self = KINDS
            .iter()
            .filter(|kind| (kind.input)() == TypeId::of::<Self>());
        of_self.map(|kind| kind.name).collect()
    }

    /// The input, if it is of this type.
    fn of(input: &AnyInput) -> Option<&Self>
    where
        Self: Sized,
    {
        input.0.as_any().downcast_ref()
    }
}

/// The input of one modality for a batch of rows. Masks are always there, so that every parameter
/// takes part in every step, whichever rows are present.
#[derive(Debug)]
pub struct AnyInput(Box<dyn Erased>);

/// A [`Modality`] whose type is known at run time only.
trait Erased: Debug + Send {
    fn as_any(&self) -> &dyn Any;
    fn name(&self) -> &'static str;
    fn select(&self, rows: &Tensor) -> AnyInput;
    fn to_device(&self, device: Device) -> AnyInput;
    fn noisy(&self, std: f64) -> AnyInput;
    fn raw_features(&self, n_codes: &[i64]) -> RawFeatures;
    fn missing(&self) -> Option<Tensor>;
}

impl<M: Modality> Erased for M {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn name(&self) -> &'static str {
        M::NAME
    }

    fn select(&self, rows: &Tensor) -> AnyInput {
        AnyInput::new(Modality::select(self, rows))
    }

    fn to_device(&self, device: Device) -> AnyInput {
        AnyInput::new(Modality::to_device(self, device))
    }

    fn noisy(&self, std: f64) -> AnyInput {
        AnyInput::new(Modality::noisy(self, std))
    }

    fn raw_features(&self, n_codes: &[i64]) -> RawFeatures {
        Modality::raw_features(self, n_codes)
    }

    fn missing(&self) -> Option<Tensor> {
        Modality::missing(self)
    }
}

impl AnyInput {
    pub(crate) fn new(input: impl Modality) -> Self {
        Self(Box::new(input))
    }

    /// The name of its type, for messages: `"image"`, `"sequence"`, `"tabular"`.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The rows of these indices, `rows: [B]` i64 on the same device.
    pub(crate) fn select(&self, rows: &Tensor) -> Self {
        self.0.select(rows)
    }

    pub(crate) fn to_device(&self, device: Device) -> Self {
        self.0.to_device(device)
    }

    /// As [`Modality::noisy`].
    pub(crate) fn noisy(&self, std: f64) -> Self {
        self.0.noisy(std)
    }

    /// As [`Modality::raw_features`].
    pub(crate) fn raw_features(&self, n_codes: &[i64]) -> RawFeatures {
        self.0.raw_features(n_codes)
    }

    /// As [`Modality::missing`].
    pub(crate) fn missing(&self) -> Option<Tensor> {
        self.0.missing()
    }
}

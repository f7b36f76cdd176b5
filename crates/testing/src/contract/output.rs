//! Outputs: shapes, widths, finite values.

use midfuse_core::{Config, Encoded, Mode, Tokens};
use tch::{Kind, Tensor};

use super::ErrorKind;
use super::subject::Subject;
use crate::compare::{assert_close, assert_finite};

/// The tokens with zeros at invalid positions.
pub(super) fn valid_tokens(tokens: &Tokens) -> Tensor {
    let invalid = tokens.valid_or_ones().logical_not().unsqueeze(-1);
    tokens.x.masked_fill(&invalid, 0.0)
}

/// Which rows have any valid token, `[B]` bool.
pub(super) fn present(encoded: &Encoded) -> Tensor {
    encoded.tokens.valid_or_ones().any_dim(1, false)
}

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_output(&self) {
        let (_vs, module) = self.build(1);
        for b in [1, 2, 5] {
            let encoded = self.run(&module, &self.batch(b), Mode::Eval);
            self.assert_shapes(&encoded, b);
        }
        self.assert_shapes(&self.run(&module, &self.batch(4), Mode::Train), 4);
        // One row in train mode is an answer, or a typed error where batch statistics need more.
        match self.try_run(&module, &self.batch(1), Mode::Train) {
            Ok(encoded) => self.assert_shapes(&encoded, 1),
            Err(error) => assert_eq!(
                ErrorKind::of(&error),
                ErrorKind::TooFewRows,
                "{}: {error}",
                self.what("one row in train mode")
            ),
        }
        // A row alone is what it is among others.
        let five = self.run(&module, &self.batch(5), Mode::Eval);
        let fourth = (self.contract.inputs.select)(&self.batch(5), &Tensor::from_slice(&[3_i64]));
        let alone = self.run(&module, &fourth, Mode::Eval);
        assert_close(
            &self.what("a row alone"),
            &alone.pooled,
            &five.pooled.narrow(0, 3, 1),
            1e-5,
        );
    }

    pub(super) fn assert_shapes(&self, encoded: &Encoded, b: i64) {
        let what = self.what("output");
        assert_eq!(
            encoded.pooled.size(),
            [b, self.contract.d_out],
            "{what}: pooled"
        );
        assert_eq!(
            encoded.pooled.kind(),
            Kind::Float,
            "{what}: dtype of pooled"
        );
        assert_finite(&what, &encoded.pooled);
        let size = encoded.tokens.x.size();
        assert_eq!(size.len(), 3, "{what}: tokens {size:?}");
        assert_eq!(size[0], b, "{what}: tokens {size:?}");
        assert_finite(&what, &encoded.tokens.x);
        if let Some(valid) = &encoded.tokens.valid {
            assert_eq!(valid.size(), size[..2], "{what}: valid");
            assert_eq!(valid.kind(), Kind::Bool, "{what}: dtype of valid");
        }
        assert!(
            bool::try_from(present(encoded).all()).unwrap(),
            "{what}: a present row has no valid token"
        );
    }
}

//! Absent rows and padding: no trace of their content anywhere.

use std::collections::BTreeMap;

use midfuse_core::{Config, Mode};
use tch::Tensor;

use super::ErrorKind;
use super::modes::snapshot;
use super::output::{present, valid_tokens};
use super::subject::{Subject, loss};
use crate::compare::{assert_close, assert_finite, assert_same_bits};

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_absence(&self) {
        for mode in [Mode::Train, Mode::Eval] {
            let with_zero = self.traces(0.0, mode);
            let with_nan = self.traces(f64::NAN, mode);
            assert_eq!(
                with_zero.keys().collect::<Vec<_>>(),
                with_nan.keys().collect::<Vec<_>>(),
                "{}",
                self.what("gradients of other parameters")
            );
            for (name, clean) in &with_zero {
                let what = self.what(&format!("NaN in an absent row, {mode:?}: {name}"));
                assert_finite(&what, &with_nan[name]);
                assert_same_bits(&what, &with_nan[name], clean);
            }
            self.check_present_rows_alone(mode);
        }
        self.check_all_absent();
    }

    /// Everything that the content of an absent row could reach.
    fn traces(&self, fill: f64, mode: Mode) -> BTreeMap<String, Tensor> {
        let (vs, module) = self.build(4);
        let (input, mask) = self.batch_with_absent(8, fill);
        let encoded = self.run(&module, &input, mode);
        let what = self.what("rows with a valid token");
        assert_same_bits(&what, &present(&encoded), &mask);
        let absent = encoded.pooled.masked_fill(&mask.unsqueeze(1), 0.0);
        let zeros = absent.zeros_like();
        assert_same_bits(
            &self.what("pooled of absent rows is zero"),
            &(&absent + 0.0),
            &zeros,
        );
        loss(&encoded).backward();
        let mut traces = BTreeMap::from([
            ("pooled".to_owned(), encoded.pooled.detach()),
            ("tokens".to_owned(), encoded.tokens.x.detach()),
        ]);
        for (name, variable) in vs.variables() {
            let gradient = variable.grad();
            if gradient.defined() {
                traces.insert(format!("gradient of {name}"), gradient);
            }
        }
        for (name, variable) in snapshot(&vs) {
            traces.insert(name, variable);
        }
        traces
    }

    /// Present rows give the same whether or not absent ones lie between them.
    fn check_present_rows_alone(&self, mode: Mode) {
        let (input, mask) = self.batch_with_absent(8, f64::NAN);
        let rows = mask.nonzero().squeeze_dim(1);
        let (vs, module) = self.build(4);
        let among = self.run(&module, &input, mode);
        let buffers = snapshot(&vs);
        let (vs, module) = self.build(4);
        let alone = (self.contract.inputs.select)(&input, &rows);
        let alone = self.run(&module, &alone, mode);
        let what = self.what(&format!("present rows alone, {mode:?}"));
        assert_close(
            &what,
            &alone.pooled,
            &among.pooled.index_select(0, &rows),
            1e-5,
        );
        for (name, buffer) in snapshot(&vs) {
            assert_close(&format!("{what}: {name}"), &buffer, &buffers[&name], 1e-5);
        }
    }

    fn check_all_absent(&self) {
        let what = self.what("no row is present");
        let none = Tensor::from_slice(&[false; 3]);
        let input = (self.contract.inputs.absent)(&self.batch(3), &none, f64::NAN);
        for mode in [Mode::Eval, Mode::Train] {
            let (_vs, module) = self.build(5);
            match self.try_run(&module, &input, mode) {
                Ok(encoded) => {
                    assert_finite(&what, &encoded.pooled);
                    assert_finite(&what, &encoded.tokens.x);
                    assert_same_bits(&what, &present(&encoded), &none);
                }
                Err(error) => {
                    assert!(
                        mode.is_train() && ErrorKind::of(&error) == ErrorKind::TooFewRows,
                        "{what}: {mode:?}: {error}"
                    );
                }
            }
        }
    }

    pub(super) fn check_padding(&self) {
        let Some(pad) = &self.contract.inputs.pad else {
            return;
        };
        for mode in [Mode::Train, Mode::Eval] {
            let (_vs, module) = self.build(6);
            let input = self.batch(6);
            let plain = self.run(&module, &input, mode);
            let (_vs, module) = self.build(6);
            let zeros = self.run(&module, &pad(&input, 0.0), mode);
            let (_vs, module) = self.build(6);
            let nans = self.run(&module, &pad(&input, f64::NAN), mode);
            let what = self.what(&format!("more padding, {mode:?}"));
            assert_close(&what, &zeros.pooled, &plain.pooled, 1e-5);
            assert_same_bits(&format!("{what} with NaN"), &nans.pooled, &zeros.pooled);
            let (tokens, longer) = (valid_tokens(&plain.tokens), valid_tokens(&zeros.tokens));
            let sum = |x: &Tensor| x.sum_dim_intlist([1_i64].as_slice(), false, x.kind());
            assert_close(
                &format!("{what}, tokens"),
                &sum(&longer),
                &sum(&tokens),
                1e-4,
            );
        }
    }
}

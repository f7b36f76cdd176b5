//! Modes and order: determinism, dropout, permutation of the rows.

use std::collections::BTreeMap;

use midfuse_core::{Config, Mode};
use tch::nn::VarStore;
use tch::{Kind, Tensor};

use super::output::valid_tokens;
use super::subject::Subject;
use crate::compare::{assert_close, assert_same_bits, max_abs_difference};

/// Copies of all variables, buffers included.
pub(super) fn snapshot(vs: &VarStore) -> BTreeMap<String, Tensor> {
    vs.variables()
        .into_iter()
        .map(|(name, variable)| (name, variable.detach().copy()))
        .collect()
}

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_modes(&self) {
        let (vs, module) = self.build(2);
        let input = self.batch(6);
        let before = snapshot(&vs);
        let first = self.run(&module, &input, Mode::Eval);
        let second = self.run(&module, &input, Mode::Eval);
        assert_same_bits(
            &self.what("eval is deterministic"),
            &second.pooled,
            &first.pooled,
        );
        for (name, after) in snapshot(&vs) {
            let what = self.what(&format!("eval leaves {name} alone"));
            assert_same_bits(&what, &after, &before[&name]);
        }
        let first = self.run(&module, &input, Mode::Train);
        let second = self.run(&module, &input, Mode::Train);
        let what = self.what("train without dropout is deterministic");
        assert_same_bits(&what, &second.pooled, &first.pooled);
        if let Some(with_dropout) = self.contract.with_dropout {
            let config = with_dropout(self.contract.config.clone(), 0.5);
            let (_vs, module) = self.build_with(&config, 2);
            let first = self.run(&module, &input, Mode::Train);
            let second = self.run(&module, &input, Mode::Train);
            assert!(
                max_abs_difference(&first.pooled, &second.pooled) > 0.0,
                "{}",
                self.what("dropout of 0.5 changes nothing in train mode")
            );
            let first = self.run(&module, &input, Mode::Eval);
            let second = self.run(&module, &input, Mode::Eval);
            let what = self.what("dropout is off in eval mode");
            assert_same_bits(&what, &second.pooled, &first.pooled);
        }
    }

    pub(super) fn check_order(&self) {
        let order = Tensor::from_slice(&[3_i64, 0, 4, 2, 5, 1]);
        for mode in [Mode::Train, Mode::Eval] {
            let (_vs, module) = self.build(3);
            let (input, _) = self.batch_with_absent(6, 0.0);
            let plain = self.run(&module, &input, mode);
            let permuted = (self.contract.inputs.select)(&input, &order);
            let permuted = self.run(&module, &permuted, mode);
            let what = self.what(&format!("permuted rows in {mode:?}"));
            assert_close(
                &what,
                &permuted.pooled,
                &plain.pooled.index_select(0, &order),
                self.contract.order_tolerance,
            );
            assert_close(
                &format!("{what}, tokens"),
                &valid_tokens(&permuted.tokens),
                &valid_tokens(&plain.tokens).index_select(0, &order),
                self.contract.order_tolerance,
            );
            // Rows differ, so the check above is about order.
            let moved = max_abs_difference(&permuted.pooled, &plain.pooled);
            assert!(moved > 1e-6, "{what}: all rows are alike");
            let spread = plain
                .pooled
                .std(true)
                .to_kind(Kind::Double)
                .double_value(&[]);
            assert!(spread > 0.0, "{what}: constant output");
        }
    }
}

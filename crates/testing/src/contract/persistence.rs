//! Checkpoints: saving and loading is the identity.

use midfuse_core::{Config, Mode, checkpoint};
use tch::nn::{Adam, OptimizerConfig};

use super::output::valid_tokens;
use super::subject::{Subject, loss};
use crate::compare::assert_same_bits;

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_persistence(&self) {
        let what = self.what("checkpoint");
        let (vs, module) = self.build(8);
        let input = self.batch(6);
        if !vs.trainable_variables().is_empty() {
            let mut adam = Adam::default().build(&vs, 1e-2).unwrap();
            adam.backward_step(&loss(&self.run(&module, &input, Mode::Train)));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        checkpoint::save(&vs, &path).unwrap();
        let (other_vs, other) = self.build(9);
        checkpoint::load(&other_vs, &path).unwrap_or_else(|error| panic!("{what}: {error}"));
        let expected = self.run(&module, &input, Mode::Eval);
        let got = self.run(&other, &input, Mode::Eval);
        assert_same_bits(&what, &got.pooled, &expected.pooled);
        assert_same_bits(
            &what,
            &valid_tokens(&got.tokens),
            &valid_tokens(&expected.tokens),
        );
        for name in vs.variables().keys() {
            let duplicate = name
                .rsplit_once("__")
                .is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
            assert!(!duplicate, "{what}: {name}: two variables share a name");
        }
    }
}

//! Errors: the right one for each wrong input.

use midfuse_core::{Config, Mode};

use super::ErrorKind;
use super::subject::Subject;

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_errors(&self) {
        let (_vs, module) = self.build(10);
        for (what, input, expected) in &self.contract.invalid_inputs {
            self.assert_refused(&module, what, input, *expected);
        }
        if let Some(move_away) = &self.contract.inputs.on_another_device {
            let elsewhere = move_away(&self.batch(3));
            self.assert_refused(&module, "another device", &elsewhere, ErrorKind::Device);
        }
    }

    fn assert_refused(&self, module: &C::Module, what: &str, input: &I, expected: ErrorKind) {
        let what = self.what(what);
        for mode in [Mode::Train, Mode::Eval] {
            let Err(error) = self.try_run(module, input, mode) else {
                panic!("{what}: accepted in {mode:?}")
            };
            assert_eq!(ErrorKind::of(&error), expected, "{what}: {error}");
            let message = error.to_string();
            assert!(message.starts_with(self.contract.name), "{what}: {message}");
            assert!(!message.contains('\n'), "{what}: {message}");
        }
    }
}

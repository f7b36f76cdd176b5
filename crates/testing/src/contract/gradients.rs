//! Gradients: every parameter learns.

use midfuse_core::convert::to_f64s;
use midfuse_core::{Config, Mode};

use super::subject::{Subject, loss};

/// A gradient this much smaller than the largest one is rounding noise.
const NOISE: f64 = 1e-7;

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_gradients(&self) {
        let what = self.what("gradients");
        let (vs, module) = self.build(7);
        let (input, _) = self.batch_with_absent(12, 0.0);
        loss(&self.run(&module, &input, Mode::Train)).backward();
        let mut sizes = Vec::new();
        for (name, variable) in vs.variables() {
            if !variable.requires_grad() {
                continue;
            }
            let gradient = variable.grad();
            let largest = if gradient.defined() {
                let values = to_f64s(&gradient).unwrap();
                assert!(
                    values.iter().all(|v| v.is_finite()),
                    "{what}: {name} is not finite"
                );
                values.iter().fold(0.0_f64, |worst, v| worst.max(v.abs()))
            } else {
                0.0
            };
            sizes.push((name, largest));
        }
        assert!(
            !sizes.is_empty() || vs.is_empty(),
            "{what}: nothing is trainable"
        );
        let scale = sizes
            .iter()
            .fold(0.0_f64, |worst, (_, size)| worst.max(*size));
        let excused = |name: &str| {
            self.contract
                .without_gradient
                .iter()
                .any(|(suffix, _)| name.ends_with(suffix))
        };
        for (name, size) in &sizes {
            let learns = *size > NOISE * scale;
            assert!(
                learns != excused(name),
                "{what}: {name}: largest {size:e}, and an exception is {} listed",
                if learns { "wrongly" } else { "not" }
            );
        }
        for (suffix, reason) in &self.contract.without_gradient {
            assert!(
                sizes.iter().any(|(name, _)| name.ends_with(suffix)),
                "{what}: the exception {suffix} ({reason}) matches no parameter"
            );
        }
    }
}

//! Learning: eight rows by heart.

use midfuse_core::{Config, Mode};
use tch::Tensor;
use tch::nn::{self, Adam, Module, OptimizerConfig};

use super::subject::Subject;

/// Mean cross-entropy at which the labels count as learned; guessing gives 0.69.
const LEARNED: f64 = 0.1;

impl<C: Config, I> Subject<'_, C, I> {
    pub(super) fn check_learning(&self) {
        let (vs, module) = self.build(11);
        let head = nn::linear(
            vs.root() / "head",
            self.contract.d_out,
            2,
            Default::default(),
        );
        let input = self.batch(8);
        let labels = Tensor::from_slice(&[0_i64, 1, 1, 0, 1, 0, 0, 1]);
        let mut adam = Adam::default().build(&vs, self.contract.lr).unwrap();
        let mut last = f64::INFINITY;
        for _ in 0..self.contract.steps {
            let pooled = self.run(&module, &input, Mode::Train).pooled;
            let loss = head.forward(&pooled).cross_entropy_for_logits(&labels);
            adam.backward_step(&loss);
            last = loss.double_value(&[]);
            if last < LEARNED {
                return;
            }
        }
        panic!(
            "{}: loss {last} after {} steps at {}, expected below {LEARNED}",
            self.what("eight rows by heart"),
            self.contract.steps,
            self.contract.lr
        );
    }
}

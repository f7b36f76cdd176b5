//! Reading what an optimiser wrote.

use tch::Tensor;

/// The tensors that [`Optimizer::state`](super::Optimizer::state) gave, handed out in its order.
///
/// What is not there is left out: whoever takes a list compares its length.
#[derive(Debug)]
pub struct State<'a> {
    rest: std::slice::Iter<'a, Tensor>,
}

impl<'a> State<'a> {
    /// These tensors, from the first.
    pub fn new(tensors: &'a [Tensor]) -> Self {
        Self {
            rest: tensors.iter(),
        }
    }

    /// The next `n` tensors.
    pub fn list(&mut self, n: usize) -> Vec<Tensor> {
        let next = self.rest.by_ref().take(n);
        next.map(Tensor::shallow_clone).collect()
    }

    /// The next tensor as a list of counts; empty if it is none.
    pub fn counts(&mut self) -> Vec<i64> {
        let next = self.rest.next();
        next.and_then(|counts| Vec::try_from(counts).ok())
            .unwrap_or_default()
    }
}

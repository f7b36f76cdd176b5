//! One scoped thread per fold.

use std::any::Any;
use std::thread;

use crate::view::Division;

/// A fold whose closure panicked; the other folds are whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fold {fold}: panicked: {message}")]
pub struct FoldPanicked {
    /// Index of the fold.
    pub fold: usize,
    /// Message of the panic.
    pub message: String,
}

/// Runs `f` on every division, a thread each, and joins them in order.
pub(super) fn run<T: Send>(
    divisions: Vec<Division>,
    f: impl Fn(usize, Division) -> T + Sync,
) -> Vec<Result<T, FoldPanicked>> {
    let f = &f;
    thread::scope(|scope| {
        let folds: Vec<_> = divisions
            .into_iter()
            .enumerate()
            .map(|(index, division)| scope.spawn(move || f(index, division)))
            .collect();
        let join = |(fold, handle): (usize, thread::ScopedJoinHandle<'_, T>)| {
            handle.join().map_err(|payload| FoldPanicked {
                fold,
                message: message(&*payload),
            })
        };
        folds.into_iter().enumerate().map(join).collect()
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a message".to_owned())
}

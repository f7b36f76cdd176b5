//! What a training went through, epoch by epoch.

use serde::{Deserialize, Serialize};

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// The loss on the stopping rows had not improved for `patience` epochs.
    Early,
    /// The epoch limit was reached: the model might have gone on improving.
    EpochLimit,
    /// All epochs ran that were to run, as the inner folds or the study file chose.
    AsLongAsChosen,
    /// The model has no epochs: it was solved for, or grown tree by tree.
    Solved,
}

/// One point of the learning curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Mean training loss per row over the epoch, in train mode, while the weights moved.
    pub train_loss: f64,
    /// Mean loss on the stopping rows after the epoch, in eval mode; `None` without stopping rows.
    pub stop_loss: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_keep_their_form() {
        let epoch = Epoch {
            train_loss: 0.5,
            stop_loss: None,
        };
        let json = serde_json::to_string(&(epoch, Stopped::EpochLimit)).unwrap();
        assert_eq!(
            json,
            r#"[{"train_loss":0.5,"stop_loss":null},"epoch-limit"]"#
        );
    }
}

//! Networks of one section that were trained from different seeds, and predict together.
//!
//! Paper: Lakshminarayanan, Pritzel and Blundell 2017, *Simple and Scalable Predictive Uncertainty
//! Estimation using Deep Ensembles* (`NeurIPS`).
//!
//! NOTE[DIFF]: outputs are averaged before they become probabilities, which serves log-risks and
//! numbers alike, and what a job fits on outputs; the paper averages probabilities.

use midfuse_core::{Mode, Model, Output};
use tch::Tensor;
use tch::nn::VarStore;

use super::assemble::StrategyModel;
use crate::modality::AnyInput;

/// Networks of one section, and the variables of all of them.
#[derive(Debug)]
pub(crate) struct Members {
    models: Vec<StrategyModel>,
    vs: VarStore,
}

impl Members {
    /// A network alone keeps the names of its variables; those of several go below `refits.0`,
    /// `refits.1` and so on. All share the tensors of what is given.
    pub(crate) fn of(mut members: Vec<(StrategyModel, VarStore)>) -> Option<Self> {
        let (model, vs) = members.pop()?;
        if members.is_empty() {
            let models = vec![model];
            return Some(Self { models, vs });
        }
        let all = VarStore::new(vs.device());
        members.push((model, vs));
        let mut models = Vec::new();
        for (i, (model, vs)) in members.into_iter().enumerate() {
            let mut joined = all
                .variables_
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let named = vs.variables().into_iter();
            joined
                .named_variables
                .extend(named.map(|(name, variable)| (format!("refits.{i}.{name}"), variable)));
            models.push(model);
        }
        Some(Self { models, vs: all })
    }

    /// The variables of all.
    pub(crate) fn vs(&self) -> &VarStore {
        &self.vs
    }
}

impl Model for Members {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> midfuse_core::Result<Output> {
        if let [alone] = self.models.as_slice() {
            return alone.forward(batch, mode);
        }
        let outputs = self.models.iter().map(|model| model.forward(batch, mode));
        let outputs = outputs.map(|output| output.map(|output| output.logits));
        let outputs = outputs.collect::<midfuse_core::Result<Vec<_>>>()?;
        Ok(Output {
            logits: Tensor::stack(&outputs, 0).mean_dim(0_i64, false, None::<tch::Kind>),
        })
    }
}

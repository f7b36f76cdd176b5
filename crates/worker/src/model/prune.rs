//! Variables that take part.

use std::collections::BTreeSet;

use midfuse_core::{Mode, Model};
use midfuse_torch::optim::zero_grad;
use tch::Kind;
use tch::nn::VarStore;

use crate::Result;
use crate::modality::AnyInput;
use crate::model::StrategyModel;

/// Drops the variables that no output depends on: early fusion takes the tokens of an encoder's
/// first stages, so the later ones are neither trained, counted nor saved. Buffers go with the
/// parameters beside them.
pub(crate) fn keep_used(model: &StrategyModel, vs: &VarStore, probe: &Vec<AnyInput>) -> Result<()> {
    // Eval mode: no dropout, and no running statistic moves.
    let output = model.forward(probe, Mode::Eval)?;
    output.logits.sum(Kind::Float).backward();
    let folder = |name: &str| {
        name.rsplit_once('.')
            .map_or("", |(folder, _)| folder)
            .to_owned()
    };
    let used: BTreeSet<String> = vs
        .variables()
        .into_iter()
        .filter(|(_, variable)| variable.grad().defined())
        .map(|(name, _)| name)
        .collect();
    let folders: BTreeSet<String> = used.iter().map(|name| folder(name)).collect();
    zero_grad(&vs.trainable_variables())?;
    let mut variables = vs
        .variables_
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    variables.named_variables.retain(|name, variable| {
        used.contains(name) || (!variable.requires_grad() && folders.contains(&folder(name)))
    });
    let kept: BTreeSet<usize> = variables
        .named_variables
        .values()
        .map(|variable| variable.data_ptr() as usize)
        .collect();
    variables
        .trainable_variables
        .retain(|variable| kept.contains(&(variable.tensor.data_ptr() as usize)));
    Ok(())
}

// Predictions of test rows meet their targets through `disclose` only.
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::ViewPredictions;
use midfuse_eval::structure::Iid;
use midfuse_eval::view::{Test, View};

pub fn program<'id>(predictions: &ViewPredictions<'id, Test>, test: &View<'id, Test, Iid>, ledger: &Ledger) {
    let _ = ledger;
    let _ = predictions.with_targets_of(test); //~ ERROR E0599
    //~ TWIN let _ = predictions.disclose(test, ledger, "concat");
}

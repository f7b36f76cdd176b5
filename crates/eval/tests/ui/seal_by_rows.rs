// The sealed test set respects the structure too.
use midfuse_eval::ledger::{Ledger, Plan};
use midfuse_eval::rows::Data;
use midfuse_eval::split::{GroupKFold, KFold};
use midfuse_eval::structure::Grouped;

pub fn program(data: Data<Grouped>, by_row: KFold, by_group: GroupKFold, ledger: &Ledger, plan: &Plan) {
    let _ = (by_row, by_group);
    let _ = data.seal(&by_row, ledger, plan); //~ ERROR E0277
    //~ TWIN let _ = data.seal(&by_group, ledger, plan);
}

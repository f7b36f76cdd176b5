// Rows are not copied before some of them are sealed.
use midfuse_eval::ledger::{Ledger, Plan};
use midfuse_eval::rows::Data;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(data: Data<Iid>, by: KFold, ledger: &Ledger, plan: &Plan) {
    let _ = data.seal(&by, ledger, plan);
    let _ = data.develop(); //~ ERROR E0382
    //~ TWIN let _ = by;
}

// Development ends when the test set is opened.
use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::{Ledger, Plan};
use midfuse_eval::sealed::Sealed;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: Dev<Iid>, sealed: Sealed<Iid>, plan: &Plan, ledger: &Ledger, by: KFold) {
    let _ = dev.cross_validate(&by, |_| ());
    let _ = dev.conclude(sealed, plan, ledger, |_| ());
    let _ = dev.cross_validate(&by, |_| ()); //~ ERROR E0382
    //~ TWIN let _ = by;
}

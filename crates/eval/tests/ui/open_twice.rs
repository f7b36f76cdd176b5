// The sealed test set is opened once.
use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::{Ledger, Plan};
use midfuse_eval::sealed::Sealed;
use midfuse_eval::structure::Iid;

pub fn program(dev: [Dev<Iid>; 2], sealed: [Sealed<Iid>; 2], plan: &Plan, ledger: &Ledger) {
    let ([dev, again], [sealed, other]) = (dev, sealed);
    let _ = dev.conclude(sealed, plan, ledger, |_| ());
    let _ = again.conclude(sealed, plan, ledger, |_| ()); //~ ERROR E0382
    //~ TWIN let _ = again.conclude(other, plan, ledger, |_| ());
}

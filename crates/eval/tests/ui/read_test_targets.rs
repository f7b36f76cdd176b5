// Targets of test rows cannot be read.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: &Dev<Iid>, by: KFold) {
    let _ = dev.cross_validate(&by, |fold| {
        let _ = fold.test.targets(); //~ ERROR E0599
        //~ TWIN let _ = fold.train.targets();
    });
}

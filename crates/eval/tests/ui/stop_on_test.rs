// Test rows cannot decide when to stop.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: &Dev<Iid>, by: KFold) {
    let _ = dev.cross_validate(&by, |fold| {
        let _ = fold.test.stop_rows(&by); //~ ERROR E0599
        //~ TWIN let _ = fold.train.stop_rows(&by);
    });
}

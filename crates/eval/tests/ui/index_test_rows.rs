// A view is not a list of rows with their targets.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: &Dev<Iid>, by: KFold) {
    let _ = dev.cross_validate(&by, |fold| {
        let _ = &fold.test[0]; //~ ERROR E0608
        //~ TWIN let _ = &fold.test.ids().next();
    });
}

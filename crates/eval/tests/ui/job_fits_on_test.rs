// A job fits on train rows.
use midfuse_eval::fold::Dev;
use midfuse_eval::job::{Job, Recipe};
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: &Dev<Iid>, by: KFold, recipe: &Recipe) {
    let _ = dev.cross_validate(&by, |fold| {
        let _ = Job::new(&fold.test, &[&fold.test], recipe); //~ ERROR E0308
        //~ TWIN let _ = Job::new(&fold.train, &[&fold.test], recipe);
    });
}

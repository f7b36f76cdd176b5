// A job predicts rows of its own fold.
use midfuse_eval::fold::Dev;
use midfuse_eval::job::{Job, Recipe};
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: &Dev<Iid>, by: KFold, recipe: &Recipe) {
    let _ = dev.cross_validate(&by, |a| {
        let _ = dev.cross_validate(&by, |b| {
            let _ = (&a.test, &b.test);
            let _ = Job::new(&a.train, &[&b.test], recipe).is_ok(); //~ ERROR E0521
            //~ TWIN let _ = Job::new(&b.train, &[&b.test], recipe).is_ok();
        });
    });
}

// Rows for early stopping come from the train rows of the job.
use midfuse_eval::fold::Dev;
use midfuse_eval::job::{Job, Recipe};
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

pub fn program(dev: &Dev<Iid>, by: KFold, recipe: &Recipe) {
    let _ = dev.cross_validate(&by, |a| {
        let stop_of_a = a.train.stop_rows(&by).unwrap();
        let _ = dev.cross_validate(&by, |b| {
            let stop_of_b = b.train.stop_rows(&by).unwrap();
            let _ = (&stop_of_a, &stop_of_b);
            let _ = Job::new(&b.train, &[&b.test], recipe).unwrap().with_stop(&stop_of_a); //~ ERROR E0521
            //~ TWIN let _ = Job::new(&b.train, &[&b.test], recipe).unwrap().with_stop(&stop_of_b);
        });
    });
}

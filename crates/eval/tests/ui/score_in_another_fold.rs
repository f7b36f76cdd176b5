// A model of one fold is not scored in another.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_base::Targets;
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::view::FitRows;

struct Mean;
struct Constant;

impl Learner for Mean {
    type Model = Constant;

    fn learn(&self, _: &FitRows<'_>, _: &Targets) -> Constant {
        Constant
    }
}

impl Predict for Constant {
    fn predict(&self, _: &str) -> Vec<f64> {
        vec![0.0]
    }
}


pub fn program(dev: &Dev<Iid>, by: KFold) {
    let _ = dev.cross_validate(&by, |a| {
        let model_of_a = fit(&Mean, &a.train);
        let _ = dev.cross_validate(&by, |b| {
            let model_of_b = fit(&Mean, &b.train);
            let _ = (&model_of_a, &model_of_b);
            let _ = model_of_a.predict(&b.test); //~ ERROR E0521
            //~ TWIN let _ = model_of_b.predict(&b.test);
        });
    });
}

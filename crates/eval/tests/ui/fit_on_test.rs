// A model learns from train rows only.
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
    let _ = dev.cross_validate(&by, |fold| {
        let _ = fit(&Mean, &fold.test); //~ ERROR E0308
        //~ TWIN let _ = fit(&Mean, &fold.train);
    });
}

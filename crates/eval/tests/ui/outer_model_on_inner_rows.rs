// A model of the whole outer train is not ranked on rows that it has seen.
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
        let outer = fit(&Mean, &fold.train);
        let _ = fold.train.cross_validate(&by, |inner| {
            let model = fit(&Mean, &inner.train);
            let _ = (&outer, &model);
            let _ = outer.predict(&inner.valid); //~ ERROR E0521
            //~ TWIN let _ = model.predict(&inner.valid);
        });
    });
}

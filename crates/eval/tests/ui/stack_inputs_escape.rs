// Inputs of a second stage stay in the fold that they were predicted in.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_base::Targets;
use midfuse_eval::predict::{OutOfFold, Learner, Predict, fit};
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
        let parts = fold.train.cross_validate(&by, |inner| {
            let predicted = fit(&Mean, &inner.train).predict(&inner.valid).unwrap();
            inner.out_of_fold(&predicted).unwrap()
        });
        let inputs = OutOfFold::join(parts.unwrap(), &fold.train).unwrap();
        inputs //~ ERROR lifetime may not live long enough
        //~ TWIN let _ = inputs.scores().len();
    });
}

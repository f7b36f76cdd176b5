// A calibrated model belongs to the outer fold of its inner loop.
use midfuse_eval::fold::Inner;
use midfuse_eval::structure::Iid;
use midfuse_base::Targets;
use midfuse_eval::predict::{Disclosed, Learner, Predict, fit};
use midfuse_eval::view::{FitRows, Test, View};

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

pub fn program<'a, 'b>(
    inner: &Inner<'a, '_, Iid>,
    test_of_a: &View<'a, Test, Iid>,
    test_of_b: &View<'b, Test, Iid>,
) {
    let _ = (test_of_a, test_of_b);
    let model = fit(&Mean, &inner.train);
    let of = |_: &Disclosed| |scores: Vec<f64>| scores;
    let _ = inner.calibrate(model, of).unwrap().predict(test_of_b); //~ ERROR lifetime may not live long enough
    //~ TWIN let _ = inner.calibrate(model, of).unwrap().predict(test_of_a);
}

// Out-of-fold inputs of a second stage are predictions of inner rows.
use midfuse_eval::fold::Inner;
use midfuse_eval::predict::ViewPredictions;
use midfuse_eval::structure::Iid;
use midfuse_eval::view::{Test, Valid};

pub fn program<'id>(
    inner: &Inner<'_, 'id, Iid>,
    valid: &ViewPredictions<'id, Valid>,
    test: &ViewPredictions<'id, Test>,
) {
    let _ = (valid, test);
    let _ = inner.out_of_fold(test); //~ ERROR E0308
    //~ TWIN let _ = inner.out_of_fold(valid);
}

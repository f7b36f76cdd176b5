// Predictions of validation rows are not scored on test rows.
use midfuse_metrics::metric::{Metric, Unit};
use midfuse_eval::predict::ViewPredictions;
use midfuse_eval::structure::Iid;
use midfuse_eval::view::{Test, Valid, View};

pub fn program<'id>(
    predictions: &ViewPredictions<'id, Valid>,
    valid: &View<'id, Valid, Iid>,
    test: &View<'id, Test, Iid>,
) {
    let _ = (valid, test);
    let _ = predictions.score(test, Metric::Mse, Unit::Row); //~ ERROR E0308
    //~ TWIN let _ = predictions.score(valid, Metric::Mse, Unit::Row);
}

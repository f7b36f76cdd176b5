// Test rows cannot be passed off as train rows.
use midfuse_eval::structure::Iid;
use midfuse_eval::view::{Test, Train, View};

pub fn program<'id>(test: View<'id, Test, Iid>, train: View<'id, Train, Iid>) -> View<'id, Train, Iid> {
    let _ = (&test, &train);
    test //~ ERROR E0308
    //~ TWIN train
}

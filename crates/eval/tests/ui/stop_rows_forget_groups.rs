// Rows for early stopping are carved out by an honest splitter too.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{GroupKFold, KFold};
use midfuse_eval::structure::Grouped;

pub fn program(dev: &Dev<Grouped>, by_row: KFold, by_group: GroupKFold) {
    let _ = dev.cross_validate(&by_group, |fold| {
        let _ = fold.train.stop_rows(&by_row); //~ ERROR E0277
        //~ TWIN let _ = fold.train.stop_rows(&by_group);
        let _ = by_row;
    });
}

// The inner loop inherits the structure of the outer one.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{GroupKFold, KFold};
use midfuse_eval::structure::Grouped;

pub fn program(dev: &Dev<Grouped>, by_row: KFold, by_group: GroupKFold) {
    let _ = dev.cross_validate(&by_group, |fold| {
        let _ = fold.train.cross_validate(&by_row, |_| ()); //~ ERROR E0277
        //~ TWIN let _ = fold.train.cross_validate(&by_group, |_| ());
        let _ = by_row;
    });
}

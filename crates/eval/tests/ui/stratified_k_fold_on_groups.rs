// Stratifying rows does not keep groups together.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{StratifiedGroupKFold, StratifiedKFold};
use midfuse_eval::structure::Grouped;

pub fn program(dev: &Dev<Grouped>, by_row: StratifiedKFold, by_group: StratifiedGroupKFold) {
    let _ = (by_row, by_group);
    let _ = dev.cross_validate(&by_row, |_| ()); //~ ERROR E0277
    //~ TWIN let _ = dev.cross_validate(&by_group, |_| ());
}

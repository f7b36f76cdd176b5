// Repeating a dishonest splitter does not make it honest.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{GroupKFold, KFold, Repeated};
use midfuse_eval::structure::Grouped;

pub fn program(dev: &Dev<Grouped>, by_row: Repeated<KFold>, by_group: Repeated<GroupKFold>) {
    let _ = (by_row, by_group);
    let _ = dev.cross_validate(&by_row, |_| ()); //~ ERROR E0277
    //~ TWIN let _ = dev.cross_validate(&by_group, |_| ());
}

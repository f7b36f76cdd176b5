// A random division of rows would put a patient on both sides.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{GroupShuffleSplit, ShuffleSplit};
use midfuse_eval::structure::Grouped;

pub fn program(dev: &Dev<Grouped>, by_row: ShuffleSplit, by_group: GroupShuffleSplit) {
    let _ = (by_row, by_group);
    let _ = dev.cross_validate(&by_row, |_| ()); //~ ERROR E0277
    //~ TWIN let _ = dev.cross_validate(&by_group, |_| ());
}

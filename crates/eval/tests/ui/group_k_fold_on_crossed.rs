// Keeping drugs together leaves proteins on both sides.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{CrossedKFold, GroupKFold};
use midfuse_eval::structure::Crossed;

pub fn program(dev: &Dev<Crossed>, one_axis: GroupKFold, both_axes: CrossedKFold) {
    let _ = (one_axis, &both_axes);
    let _ = dev.cross_validate(&one_axis, |_| ()); //~ ERROR E0277
    //~ TWIN let _ = dev.cross_validate(&both_axes, |_| ());
}

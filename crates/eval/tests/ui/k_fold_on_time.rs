// K-fold would train on the time that it tests.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{KFold, PurgedKFold};
use midfuse_eval::structure::Timed;

pub fn program(dev: &Dev<Timed>, by_row: KFold, purged: PurgedKFold) {
    let _ = (by_row, &purged);
    let _ = dev.cross_validate(&by_row, |_| ()); //~ ERROR E0277
    //~ TWIN let _ = dev.cross_validate(&purged, |_| ());
}

// Rows drawn at random would train on the time that they test.
use midfuse_eval::fold::Dev;
use midfuse_eval::split::{Bootstrap, ExpandingWindow};
use midfuse_eval::structure::Timed;

pub fn program(dev: &Dev<Timed>, at_random: Bootstrap, onwards: ExpandingWindow) {
    let _ = (at_random, onwards);
    let _ = dev.cross_validate(&at_random, |_| ()); //~ ERROR E0277
    //~ TWIN let _ = dev.cross_validate(&onwards, |_| ());
}

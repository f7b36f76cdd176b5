// A structure of one's own cannot call every splitter honest.
use midfuse_eval::structure::{Iid, Structure};

pub struct Anything;

fn named<S: Structure>() -> &'static str {
    S::NAME
}

pub fn program() -> &'static str {
    named::<Anything>() //~ ERROR E0277
    //~ TWIN named::<Iid>()
}

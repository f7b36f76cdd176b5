// There are three roles; a fourth that would be free of rules cannot be made.
use midfuse_eval::view::{Role, Valid};

pub struct Free;

fn named<R: Role>() -> &'static str {
    R::NAME
}

pub fn program() -> &'static str {
    named::<Free>() //~ ERROR E0277
    //~ TWIN named::<Valid>()
}

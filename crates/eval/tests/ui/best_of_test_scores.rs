// Nor sorted, nor compared by a method.
use midfuse_eval::predict::Score;
use midfuse_eval::view::{Test, Valid};

pub fn program(test: [Score<Test>; 2], valid: [Score<Valid>; 2]) -> bool {
    let _ = (&test, &valid);
    test[0].partial_cmp(&test[1]).is_some() //~ ERROR E0599
    //~ TWIN valid[0].partial_cmp(&valid[1]).is_some()
}

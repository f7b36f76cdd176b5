// Nor are test scores compared for equality.
use midfuse_eval::predict::Score;
use midfuse_eval::view::{Test, Valid};

pub fn program(test: [Score<Test>; 2], valid: [Score<Valid>; 2]) -> bool {
    let _ = (&test, &valid);
    test[0] == test[1] //~ ERROR E0369
    //~ TWIN valid[0] == valid[1]
}

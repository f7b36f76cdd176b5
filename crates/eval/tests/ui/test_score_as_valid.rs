// A test score is not a validation score, so what ranks the one does not take the other.
use midfuse_eval::predict::Score;
use midfuse_eval::view::{Test, Valid};

fn best(scores: Vec<Score<Valid>>) -> Option<Score<Valid>> {
    scores.into_iter().reduce(|a, b| if b > a { b } else { a })
}

pub fn program(test: Vec<Score<Test>>, valid: Vec<Score<Valid>>) -> bool {
    let _ = (&test, &valid);
    best(test).is_some() //~ ERROR E0308
    //~ TWIN best(valid).is_some()
}

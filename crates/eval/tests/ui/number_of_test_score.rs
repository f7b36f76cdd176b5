// A test score is not a number.
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::Score;
use midfuse_eval::view::Test;

pub fn program(score: Score<Test>, ledger: &Ledger) -> f64 {
    let _ = ledger;
    score.into() //~ ERROR E0277
    //~ TWIN score.disclose(ledger, "concat").unwrap()
}

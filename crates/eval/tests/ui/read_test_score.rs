// The value of a test score comes out through `disclose`, which the ledger counts.
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::Score;
use midfuse_eval::view::Test;

pub fn program(score: Score<Test>, ledger: &Ledger) -> f64 {
    let _ = ledger;
    score.value() //~ ERROR E0599
    //~ TWIN score.disclose(ledger, "concat").unwrap()
}

// A test score is not printed; its `Debug` form shows the metric only.
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::Score;
use midfuse_eval::view::Test;

pub fn program(score: Score<Test>, ledger: &Ledger) -> String {
    let _ = ledger;
    format!("{score}") //~ ERROR E0277
    //~ TWIN format!("{}", score.disclose(ledger, "concat").unwrap())
}

//! Our side of the comparison with PyTorch: answers `tools/peers/run.py` line by line.
//!
//! `list` prints the ids on one line; `run ID N` runs N iterations and prints their seconds. The
//! model of an id is built when it is first named. Ends when its input ends.
#![expect(
    clippy::print_stdout,
    reason = "a program that answers on its standard output"
)]

use std::collections::HashMap;

use midfuse_benches::{Error, Iteration, Result, all, time};

fn main() -> Result<()> {
    let threads = std::env::var("OMP_NUM_THREADS").unwrap_or_else(|_| "1".to_owned());
    midfuse_torch::threads::set_intra_op(threads.parse()?)?;
    let cases = all();
    let mut built: HashMap<String, Iteration> = HashMap::new();
    for line in std::io::stdin().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["list"] => {
                let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
                println!("{}", ids.join(" "));
            }
            ["run", id, n] => {
                if !built.contains_key(*id) {
                    let case = cases.iter().find(|case| case.id == *id);
                    let case = case.ok_or_else(|| Error::from(format!("no case {id}")))?;
                    built.clear();
                    built.insert((*id).to_owned(), case.build()?);
                }
                let iteration = built.get_mut(*id).ok_or("not built")?;
                println!("{}", time(iteration, n.parse()?)?.as_secs_f64());
            }
            _ => return Err(format!("expected `list` or `run ID N`, got {line:?}").into()),
        }
    }
    Ok(())
}

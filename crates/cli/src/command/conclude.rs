//! `midfuse conclude`.

use std::io::{BufRead as _, IsTerminal as _};

use midfuse_report::cells::{compared_on_sealed, concluded};
use midfuse_study::conclude;

use super::options;
use crate::args::ConcludeArgs;
use crate::failure::Failure;
use crate::{print, table};

pub(crate) fn run(args: &ConcludeArgs) -> Result<u8, Failure> {
    let options = options(&args.file, &args.run)?;
    if !args.yes {
        confirm()?;
    }
    let (conclusion, path) = conclude(&args.file, &args.also, &options)?;
    let metric = &conclusion.metric;
    let mut head = table::head(metric);
    // Whether it was planned.
    head.push(String::new());
    let mut rows = vec![head];
    for arm in &conclusion.arms {
        let mut row = vec![arm.arm.clone()];
        row.extend(concluded(arm, metric));
        match conclusion
            .comparisons
            .iter()
            .find(|comparison| comparison.arm == arm.arm)
        {
            Some(comparison) => row.extend(compared_on_sealed(comparison)),
            None => row.push("best single".to_owned()),
        }
        rows.push(row);
    }
    print::line(table::align(&rows));
    print::line("");
    if let Some(added) = table::Added::on_sealed(&conclusion) {
        added.print();
    }
    print::line(conclusion.counted.sentence(metric));
    print::line(format_args!(
        "{} sealed rows, opened now and never again; a bootstrap over {}; {}",
        conclusion.rows,
        match (&conclusion.counted.group_column, conclusion.block_rows) {
            (Some(_), _) => "groups",
            (None, Some(_)) => "blocks of time",
            (None, None) => "rows",
        },
        path.display()
    ));
    if conclusion.developed_before > 0 {
        print::line(format_args!(
            "{} of these rows are not fresh test rows: an earlier study on this cohort sealed others, developed on these, and showed scores",
            conclusion.developed_before
        ));
    }
    Ok(0)
}

/// Opening cannot be undone, so a person says yes first.
fn confirm() -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "the sealed rows open once; say --yes to open them",
        ));
    }
    print::note("The sealed rows open once. Type `open` to open them now:");
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    if answer.trim() == "open" {
        Ok(())
    } else {
        Err(Failure::usage("nothing was opened"))
    }
}

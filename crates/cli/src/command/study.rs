//! `midfuse study`.

use midfuse_base::size;
use midfuse_page::number::rounded_seconds;
use midfuse_study::{DryRun, Finished, dry_run, status, study};

use super::options;
use crate::args::StudyArgs;
use crate::failure::{FAILED_JOBS, Failure};
use crate::{print, table};

pub(crate) fn run(args: &StudyArgs) -> Result<u8, Failure> {
    let options = options(&args.file, &args.run)?;
    if args.status {
        let status = status(&args.file, &options)?;
        let report = if status.has_report {
            format!("; report: {}", options.out.join("report.html").display())
        } else {
            String::new()
        };
        print::line(format_args!(
            "{} of {} jobs are done{report}",
            status.done, status.jobs
        ));
        return Ok(0);
    }
    if args.dry_run {
        plan(&dry_run(&args.file, &options)?, options.workers);
        return Ok(0);
    }
    Ok(report(&study(&args.file, &options)?))
}

fn plan(dry: &DryRun, workers: usize) {
    let jobs = &dry.jobs;
    print::line(format_args!(
        "{} jobs: {} that choose settings, {} refits ({} strategies, {} outer folds)",
        jobs.total(),
        jobs.inner_jobs,
        jobs.refits,
        jobs.arms,
        jobs.outer
    ));
    print::line(format_args!(
        "{} rows to work on, {} to be sealed",
        dry.rows.0, dry.rows.1
    ));
    print::line(&dry.counted);
    for note in &dry.notes {
        print::note(note);
    }
    let mut rows = vec![
        ["strategy", "parameters", "one training", "memory"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let of_arms = dry.arms.iter().zip(&dry.memory);
    rows.extend(of_arms.map(|((name, parameters, time), memory)| {
        let memory = memory.map_or_else(|| "not known".to_owned(), size);
        let time = format!("{time:.1} s");
        vec![name.clone(), parameters.to_string(), time, memory]
    }));
    print::line(table::align(&rows));
    if let Some(share) = dry.share {
        print::line(format_args!(
            "memory is that of the largest job; a worker has {}: {} available / --workers {}",
            size(share.bytes()),
            size(share.available),
            share.workers
        ));
    }
    print::line(format_args!(
        "at most about {} with --workers {workers}: early stopping makes it less, fewer cores than workers make it more",
        rounded_seconds(dry.seconds)
    ));
}

/// Prints what a study found; the exit code.
fn report(finished: &Finished) -> u8 {
    let results = &finished.results;
    print::line(table::of(results));
    print::line("");
    if let Some(added) = table::Added::of(results) {
        added.print();
    }
    print::line(results.study.counted.sentence(&results.study.metric));
    let notes = [
        results.study.counted.undeclared(),
        results.study.sealed_share(),
    ];
    for note in notes.iter().flatten() {
        print::note(note);
    }
    print::line(results.verdict.headline());
    for against in &results.verdict.baselines {
        print::line(against.sentence(&results.verdict.unit));
    }
    for arm in &results.arms {
        for doubt in arm.doubts_about_length(results.study.budget.epochs) {
            print::line(format_args!("{}: {doubt}", arm.name));
        }
    }
    let mut code = 0;
    for arm in results.failed_arms() {
        code = FAILED_JOBS;
        let why = arm
            .failures
            .first()
            .map_or("", |failed| failed.message.as_str());
        print::error(&format!(
            "{}: failed {} of {} jobs, left out of the tests: {why}",
            arm.name, arm.jobs_failed, arm.jobs
        ));
    }
    print::line(format_args!(
        "{} in {}",
        finished.report.display(),
        rounded_seconds(finished.timings.wall_seconds)
    ));
    code
}

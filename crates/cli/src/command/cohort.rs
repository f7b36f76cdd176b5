//! `midfuse cohort check` and `midfuse cohort import`.

use midfuse_data::{
    Cohort, ImportOptions, ImportSurvival, ImportTarget, TimeSpec, import, without_ending,
};

use crate::args::{CohortArgs, CohortCommand, ImportArgs, SurvivalArgs};
use crate::failure::Failure;
use crate::print;

pub(crate) fn run(args: &CohortArgs) -> Result<u8, Failure> {
    match &args.command {
        CohortCommand::Check { dir } => {
            let summary = Cohort::open(dir)?.summary()?;
            print::line(summary.to_string().trim_end());
        }
        CohortCommand::Import(args) => import_table(args)?,
    }
    Ok(0)
}

fn import_table(args: &ImportArgs) -> Result<(), Failure> {
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| without_ending(&args.file));
    if out == args.file {
        return Err(Failure::usage(format_args!(
            "{}: name the folder of the cohort with --out",
            args.file.display()
        )));
    }
    let options = ImportOptions {
        id: args.id.clone(),
        targets: args
            .target
            .iter()
            .map(|column| ImportTarget {
                column: column.clone(),
                kind: None,
            })
            .collect(),
        survival: survival(&args.survival),
        uncensored: args.survival.uncensored,
        unit: args.unit.clone(),
        group: args.group.clone(),
        time: args.time.clone().map(|start| TimeSpec {
            start,
            end: args.time_end.clone(),
        }),
        text: args.text.clone(),
        categorical: args.categorical.clone(),
        exclude: args.exclude.clone(),
        keep: args.keep.clone(),
        reading: args.reading.reading(),
        ..ImportOptions::default()
    };
    let summary = import(&args.file, &out, &options)?;
    print::line(summary.to_string().trim_end());
    print::line(format_args!(
        "{}: next: midfuse init --cohort {}",
        out.display(),
        out.display()
    ));
    Ok(())
}

fn survival(args: &SurvivalArgs) -> Option<ImportSurvival> {
    let (event, time) = args.event.clone().zip(args.event_time.clone())?;
    Some(ImportSurvival {
        name: args.event_name.clone(),
        time,
        event,
        unit: args.event_time_unit.clone(),
        event_values: args.event_values.clone(),
        censored_values: args.censored_values.clone(),
    })
}

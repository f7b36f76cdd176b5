//! `midfuse compare`.

use std::path::PathBuf;

use midfuse_compare::{CompareOptions, Comparison, compare, html};
use midfuse_page::number::{interval, p_value, score, signed};

use super::reading::ReadingArgs;
use crate::failure::Failure;
use crate::files::write_all;
use crate::{print, table};

const HELP: &str = "\
FILE is CSV, TSV or Parquet in long format, with a header; either
  fold scores      model, fold, score [, repeat] [, n_train, n_test]; over several data sets also dataset
  row predictions  model, row, target, score_CLASS per class (probabilities or their logarithms) or score
                   (a value) [, fold] [, repeat] [, group]
A study's predictions.parquet is one. A file without the column `model` holds one model, named after it.
Columns, tests and warnings are explained in docs/compare.md.

Examples:
  midfuse compare scores.csv --metric auc
  midfuse compare a.csv b.csv --reference a --html comparison.html
  midfuse compare digits-results/predictions.parquet --metric log-loss --json comparison.json";

/// Arguments of `midfuse compare`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct CompareArgs {
    /// Tables of scores or predictions
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Metric of row predictions [default: auc for two classes, log-loss for more, mse for values]; for
    /// fold scores, what they are
    #[arg(long)]
    metric: Option<String>,
    /// Fold scores of a metric that has no name here: smaller is better
    #[arg(long, conflicts_with = "metric")]
    lower_is_better: bool,
    /// Compare every other model with this one [default: all pairs]
    #[arg(long, value_name = "MODEL")]
    reference: Option<String>,
    /// The positive class of two; with one column `score`, the class whose probability it is [default: the
    /// later name in the alphabet]
    #[arg(long, value_name = "CLASS")]
    positive: Option<String>,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write everything as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a report with plots, one HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

pub(crate) fn run(args: &CompareArgs) -> Result<u8, Failure> {
    let metric = args.metric.as_deref().map(str::parse).transpose();
    let options = CompareOptions {
        metric: metric.map_err(|error| Failure::usage(format_args!("--metric: {error}")))?,
        lower_is_better: args.lower_is_better,
        reference: args.reference.clone(),
        positive: args.positive.clone(),
        seed: args.seed,
        reading: args.reading.reading(),
    };
    let found = compare(&args.files, &options)?;
    let mut files = Vec::new();
    if let Some(file) = &args.json {
        files.push((file.as_path(), format!("{}\n", found.json()?)));
    }
    if let Some(file) = &args.html {
        files.push((file.as_path(), html(&found)));
    }
    write_all(&files)?;
    show(&found);
    Ok(0)
}

fn show(comparison: &Comparison) {
    let head = ["model", &comparison.metric, "95 % interval", "mean rank"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(comparison.models.iter().map(|model| {
        vec![
            print::without_control_characters(&model.model),
            score(model.score),
            interval(
                model.interval.map(|i| i.low),
                model.interval.map(|i| i.high),
                score,
            ),
            format!("{:.2}", model.mean_rank),
        ]
    }));
    print::line(table::align(&rows));
    print::line("");
    let head = [
        "pair",
        "improvement",
        "95 % interval",
        "p",
        "p (Holm)",
        "test",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(comparison.pairs.iter().map(|pair| {
        let test = pair.test.as_ref();
        let ends = test.and_then(|test| test.interval);
        let how = test.map(|test| &test.method).or(pair.untested.as_ref());
        vec![
            print::without_control_characters(format_args!("{} - {}", pair.model, pair.reference)),
            signed(pair.improvement),
            interval(ends.map(|i| i.low), ends.map(|i| i.high), signed),
            p_value(test.map(|test| test.p_value)),
            p_value(pair.p_holm),
            print::without_control_characters(how.map_or("", String::as_str)),
        ]
    }));
    print::line(table::align(&rows));
    print::line("");
    print::line(print::without_control_characters(&comparison.summary));
    for warning in &comparison.warnings {
        print::note(print::without_control_characters(format_args!(
            "warning: {}",
            warning.message
        )));
    }
}

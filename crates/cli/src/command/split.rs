//! `midfuse split`.

use std::path::PathBuf;

use midfuse_base::Seed;
use midfuse_plan::file::{Length, Size};
use midfuse_study::split::{Made, SplitOptions, split};

use super::source::SourceArgs;
use crate::failure::Failure;
use crate::{print, table};

/// Classes and groups that the table has columns for.
const COLUMNS: usize = 8;

const HELP: &str = "\
SOURCE is a cohort folder, or a CSV, TSV or Parquet file with a header. The rows are taken for
what their columns declare: --group, --time (or those of the cohort), several --group columns, or
none of these; a splitter that would split dependent rows is refused. The file is CSV with the
columns fold,side,row, or the same as JSON where its name ends in .json; `midfuse audit --splits`
and `splits` in a study file read it. Splitters and options are explained in docs/split.md.

Examples:
  midfuse split patients.csv --target died --group patient --out folds.csv
  midfuse split visits.csv --time start --time-end end --splitter purged-k-fold --embargo 30
  midfuse split pairs.csv --target interacts --group protein_a --group protein_b --folds 4
  midfuse split plots.csv --target yield --place x --place y --block-size 5000
  midfuse split my-cohort --splitter group-shuffle-split --folds 1 --test-size 0.2";

/// Arguments of `midfuse split`.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct SplitArgs {
    /// Folder of a cohort, or a table
    source: PathBuf,
    #[command(flatten)]
    columns: SourceArgs,
    /// Where the folds go: CSV, or JSON where the name ends in .json
    #[arg(long, value_name = "FILE", default_value = "folds.csv")]
    out: PathBuf,
    /// Name of the splitter [default: stratified for classes, by group or forward in time as declared]
    #[arg(long, value_name = "NAME")]
    splitter: Option<String>,
    /// Folds, windows or blocks
    #[arg(long, default_value_t = 5)]
    folds: usize,
    /// How often they are drawn anew, with another seed
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    repeats: u16,
    /// Seed of the order of rows and groups
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Column to balance [default: the classes of the target]; several are balanced by iterative-k-fold
    #[arg(long, value_name = "COLUMN")]
    stratify: Vec<String>,
    /// Test side of shuffle splits (a share) and windows: 0.2, rows=50 or time=30
    #[arg(long, visible_alias = "test-fraction", value_name = "SIZE", value_parser = size)]
    test_size: Option<Size>,
    /// Training window of rolling-window: rows=500 or time=365
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    train_size: Option<Length>,
    /// Left out between train and test, for windows: rows=5 or time=7
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    gap: Option<Length>,
    /// Time after a tested block in which no training row may start, for purged blocks
    #[arg(long, value_name = "TIME")]
    embargo: Option<f64>,
    /// Blocks (combinatorial-purged) or groups (leave-groups-out) that are tested together
    #[arg(long, value_name = "N")]
    test_parts: Option<usize>,
    /// Column of a coordinate; give two, and rows of one square block stay together
    #[arg(long, value_name = "COLUMN", requires = "block_size")]
    place: Vec<String>,
    /// Side of a block, in the unit of the coordinates
    #[arg(long, value_name = "LENGTH", requires = "place")]
    block_size: Option<f64>,
    /// Table whose first two columns are pairs of row ids that stay together
    #[arg(long, value_name = "FILE")]
    similar: Option<PathBuf>,
}

pub(crate) fn run(args: &SplitArgs) -> Result<u8, Failure> {
    let place = match args.place.as_slice() {
        [] => None,
        [x, y] => Some([x.clone(), y.clone()]),
        other => {
            return Err(Failure::usage(format_args!(
                "--place: give two columns of coordinates, got {}",
                other.len()
            )));
        }
    };
    let options = SplitOptions {
        source: args.columns.options(),
        splitter: args.splitter.clone(),
        folds: args.folds,
        repeats: args.repeats.into(),
        stratify: args.stratify.clone(),
        test_size: args.test_size,
        train_size: args.train_size,
        gap: args.gap,
        embargo: args.embargo,
        test_parts: args.test_parts,
        place,
        block_size: args.block_size,
        similar: args.similar.clone(),
        seed: Seed(args.seed),
    };
    let made = split(&args.source, &options)?;
    made.write(&args.out)?;
    show(args, &made);
    Ok(0)
}

/// `0.2`, `rows=50` or `time=30`.
fn size(text: &str) -> Result<Size, String> {
    if let Ok(share) = text.parse() {
        return Ok(Size::Share(share));
    }
    length(text)
        .map(Size::Length)
        .map_err(|_| "expected a share such as 0.2, rows=50 or time=30".to_owned())
}

/// `rows=50` or `time=30`.
fn length(text: &str) -> Result<Length, String> {
    let parsed = match text.split_once('=') {
        Some(("rows", rows)) => rows.parse().ok().map(Length::Rows),
        Some(("time", time)) => time.parse().ok().map(Length::Time),
        _ => None,
    };
    parsed.ok_or_else(|| "expected rows=50 or time=30".to_owned())
}

fn show(args: &SplitArgs, made: &Made) {
    print::tables(&made.tables);
    print::line(print::without_control_characters(format_args!(
        "{}: {} rows; {}",
        args.source.display(),
        made.rows,
        assumed(made)
    )));
    let names: Vec<&String> = made
        .axes
        .iter()
        .take(COLUMNS)
        .map(|(name, _)| name)
        .collect();
    let classes = if made.classes.len() <= COLUMNS {
        made.classes.as_slice()
    } else {
        &[]
    };
    let mut head = ["fold", "train", "test", "dropped"]
        .map(str::to_owned)
        .to_vec();
    head.extend(
        classes
            .iter()
            .map(|class| print::without_control_characters(format_args!("test {class}"))),
    );
    for name in &names {
        head.push(print::without_control_characters(format_args!(
            "{name}, train"
        )));
        head.push(print::without_control_characters(format_args!(
            "{name}, test"
        )));
    }
    let mut rows = vec![head];
    rows.extend(made.folds.iter().enumerate().map(|(fold, counts)| {
        let mut cells = vec![
            fold.to_string(),
            counts.train.to_string(),
            counts.test.to_string(),
            counts.dropped.to_string(),
        ];
        let of_classes = counts.test_classes.iter().take(classes.len());
        cells.extend(of_classes.map(ToString::to_string));
        for (train, test) in counts.groups.iter().take(names.len()) {
            cells.extend([train.to_string(), test.to_string()]);
        }
        cells
    }));
    print::line(table::align(&rows));
    print::line(format_args!(
        "{}: {} folds by {}, seed {}; `midfuse audit --splits` with the same columns checks them",
        args.out.display(),
        made.folds.len(),
        made.splitter,
        args.seed
    ));
}

/// What the rows were taken for.
fn assumed(made: &Made) -> String {
    let axes: Vec<String> = made
        .axes
        .iter()
        .map(|(name, groups)| format!("{groups} groups of {name}"))
        .collect();
    let axes = axes.join(", ");
    let claim = match made.structure {
        "Iid" => {
            "taken for independent; if several are of one patient or site, name it with --group, and a time with --time"
                .to_owned()
        }
        "Grouped" => format!("{axes}, none on both sides"),
        "Timed" => "in time, none trains on a moment that is tested".to_owned(),
        "GroupedTimed" => {
            format!("in time and in {axes}: none on both sides, no moment that is tested is trained on")
        }
        _ if made.shared => format!(
            "{axes}, which hold the same things: one that is tested in either column trains in neither"
        ),
        _ => format!("{axes}: both of a test row are unseen"),
    };
    format!("{claim} ({})", made.structure)
}

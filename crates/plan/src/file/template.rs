//! The commented study file that `midfuse init` writes.

use std::fmt::Write as _;

use midfuse_base::TaskKind;
use midfuse_data::Cohort;
use midfuse_metrics::metric::task_metrics;

use super::UnitRule;
use super::suggested::{baselines, inner_folds};

/// A study file with every key explained. With a cohort it names that cohort's target and
/// modalities, each with an encoder of its kind; without one, those of a small example. `trees`:
/// whether LightGBM is there.
pub fn template(cohort: Option<(&Cohort, &str)>, trees: bool) -> String {
    let (path, target, modalities) = match cohort {
        Some((cohort, path)) => (
            path.to_owned(),
            cohort
                .targets()
                .first()
                .map_or("TARGET", |t| t.name.as_str())
                .to_owned(),
            cohort
                .modalities()
                .iter()
                .map(|m| (m.name.clone(), m.kind.encoder()))
                .collect(),
        ),
        None => (
            "my-cohort".to_owned(),
            "diagnosis".to_owned(),
            vec![("xray".to_owned(), "conv-net"), ("labs".to_owned(), "mlp")],
        ),
    };
    let name = std::path::Path::new(&path)
        .file_name()
        .map_or_else(String::new, |n| {
            n.to_string_lossy()
                .chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() || "-_".contains(c) {
                        c
                    } else {
                        '-'
                    }
                })
                .collect()
        });
    let name = if name.is_empty() {
        "study".to_owned()
    } else {
        name
    };
    // Cox's risk sets lie within a batch.
    let survival = cohort
        .and_then(|(cohort, _)| cohort.targets().first())
        .is_some_and(|target| target.kind() == TaskKind::Survival);
    let middle = if survival {
        MIDDLE.replace("batch_size = 32", "batch_size = 128")
    } else {
        MIDDLE.to_owned()
    };
    let folds = inner_folds(cohort.map(|(cohort, _)| cohort));
    let middle = middle.replace("inner_folds = 2 ", &format!("inner_folds = {folds} "));
    let middle = middle.replace("seed = 0\n", &format!("seed = 0\n{}\n", unit(cohort)));
    let tasks: Vec<&str> = TaskKind::ALL.iter().map(|kind| kind.name()).collect();
    let tasks = tasks.join(", ");
    // LightGBM has no likelihood of times and events.
    let baselines = baselines(cohort.map(|(cohort, _)| cohort), trees && !survival);
    let mut text = format!(
        "{HEAD}name = {}\ncohort = {}   # folder, relative to this file\ntarget = {}   # its kind is the task, one of: {tasks}\n{baselines}\n{middle}",
        toml_text(&name),
        toml_text(&path),
        toml_text(&target)
    );
    for (name, encoder) in &modalities {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "[[modalities]]\nname = {}\nencoder = \"{encoder}\"\n# config = {{ }}   # fields of the encoder's config\n\n",
            toml_text(name)
        );
    }
    text.push_str(if modalities.len() > 1 {
        STRATEGIES
    } else {
        SINGLES
    });
    text.push('\n');
    text.push_str(CLINICAL);
    text.push('\n');
    text.push_str(SURVIVAL);
    text
}

/// What one score counts, written out.
fn unit(cohort: Option<(&Cohort, &str)>) -> String {
    let Some((cohort, target)) =
        cohort.and_then(|(cohort, _)| Some((cohort, cohort.targets().first()?)))
    else {
        return "# unit = \"row\"               # how the rows of a unit count; default: what cohort.toml declares"
            .to_owned();
    };
    let units = cohort.units_of(target);
    let (rule, what) = match (units.of_rows, units.column) {
        (Some(of_rows), Some(column)) => {
            let of_task = task_metrics(&target.task).group_unit();
            let rule = UnitRule::of_units(of_task, cohort.groups() == Some(of_rows));
            (rule, format!("a score counts each {column:?}"))
        }
        _ => (UnitRule::Row, "a score counts every row".to_owned()),
    };
    let split = match cohort.group_column() {
        Some(group) => format!("; no {group:?} on both sides of a split"),
        None => String::new(),
    };
    format!(
        "unit = {:<21} # {what}{split}",
        format!("{:?}", rule.name())
    )
}

pub(super) fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

const HEAD: &str = "\
# A study of midfuse: strategies of fusion, compared on the same rows under the same budget.
# Every key is explained in docs/study-file.md. See what it takes:  midfuse study FILE --dry-run
";

const MIDDLE: &str = "\
[protocol]
# structure = \"iid\"          # or \"grouped\", \"timed\", \"grouped-timed\"; default: what the cohort declares
# splitter = \"stratified-k-fold\"   # default: stratified for classes, by group, forward in time
# splits = \"folds.csv\"       # outer folds from a file, in place of a splitter
# stratify = \"site\"          # balances a column in place of the classes
outer_folds = 5              # one test score per strategy and fold
repeats = 1                  # 3 or more show the luck of splits and seeds
inner_folds = 2              # choose among the settings
test_fraction = 0.2          # sealed first, the latest where there are times; only `midfuse conclude` opens it, once
stop = \"inner\"               # how long to train is chosen on the inner folds, then all training rows are fitted; or \"rows\", \"none\"
seed = 0
# metric = \"accuracy\"        # chooses settings, is compared; default: log-loss, mse, or concordance of a survival

[budget]                     # the same for every strategy
trials = 6                   # distinct settings per strategy
epochs = 60                  # limit of every training
draw = \"random\"              # \"halving\" spends most epochs on the best; \"grid\": the lists of the search give exactly `trials` points

[training]                   # handed to the worker
batch_size = 32

# Without [search] the first setting of a strategy is the one of this file, and the others are drawn from what
# `midfuse models` shows as tried: learning rate, weight decay, input noise, widths, dropout, ..
# [search]
# \"training.lr\" = { min = 3e-4, max = 1e-2, scale = \"log\" }

";

const STRATEGIES: &str = "\
[[strategies]]
fusion = \"single\"            # each modality alone: what every fusion has to beat

[[strategies]]
fusion = \"early\"             # tokens of all modalities into one trunk

[[strategies]]
fusion = \"concat\"            # encode each, concatenate

[[strategies]]
fusion = \"attention\"         # encode each, attend across modalities

[[strategies]]
fusion = \"late\"              # a model each, average their log-probabilities

[conclude]                   # frozen when the study first runs
# strategies = [\"concat\"]    # tested on the sealed rows against the best single modality; default: every fusion
margin = 0.0                 # smallest improvement that matters
";

const CLINICAL: &str = "\
[clinical]                   # what the clinical figures show
# positive = \"ill\"           # the class that is an event; default: the second of two
# thresholds = [0.1, 0.2]    # probabilities from which one would act, stated before there are results
# subgroups = [\"sex\", \"age\"]
# site = \"hospital\"
small_cell = 10              # counts below this are not shown
";

const SURVIVAL: &str = "\
[survival]                   # of a target of kind survival
# horizons = [12, 36, 60]    # where survival is predicted and reported; default: quartiles of the events
";

const SINGLES: &str = "\
[[strategies]]
fusion = \"single\"            # one modality: nothing to fuse
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::StudyFile;

    #[test]
    fn the_template_is_a_study_file() {
        let text = template(None, true);
        let file = StudyFile::parse(&text, "template").unwrap();
        assert_eq!(file.strategies.len(), 5);
        assert_eq!(file.baselines.len(), 2);
        assert_eq!(file.modalities.len(), 2);
    }
}

//! Files in long format, as fold scores or row predictions.

use std::collections::HashSet;
use std::path::PathBuf;

use midfuse_base::{Problem, SurvivalTask, Target, Task};
use midfuse_data::{Defect, TextTable};

use super::CompareOptions;
use super::columns::{Cells, Column, SCORE, class_columns, find, is_read, need};
use super::task::{RowTask, row_task};
use crate::error::{Error, Result};

/// A fold, by the names that the file gives.
pub(super) type FoldName = (String, String);

/// What the files hold.
#[derive(Debug)]
pub(super) enum Input {
    Folds(Vec<FoldScore>),
    /// Scores over several data sets.
    DataSets(Vec<FoldScore>),
    Rows {
        rows: Vec<Prediction>,
        /// Classes are in alphabetical order, the positive one last.
        task: Task,
    },
}

/// Score of a model in a fold.
#[derive(Debug)]
pub(super) struct FoldScore {
    pub(super) model: String,
    /// Data set; empty where the file has no such column.
    pub(super) data_set: String,
    /// Repeat and fold.
    pub(super) fold: FoldName,
    pub(super) score: f64,
    /// Rows trained on and tested on.
    pub(super) sizes: Option<(usize, usize)>,
}

/// Prediction of a model for a row.
#[derive(Debug, Clone)]
pub(super) struct Prediction {
    pub(super) model: String,
    /// Repeat and fold; no fold where the file has none.
    pub(super) repeat: String,
    pub(super) fold: Option<String>,
    pub(super) row: String,
    /// What is independent.
    pub(super) group: Option<String>,
    /// What one score counts, where that is not the group.
    pub(super) unit: Option<String>,
    pub(super) target: Target,
    /// Probability per class, the value, or the log-risk.
    pub(super) scores: Vec<f64>,
    /// Where it stands, for errors.
    pub(super) place: String,
}

/// Reads all files; they have to be of one kind.
pub(super) fn read(files: &[PathBuf], options: &CompareOptions) -> Result<Input> {
    let tables = files
        .iter()
        .map(|file| Ok(TextTable::read(file, &options.reading, is_read)?))
        .collect::<Result<Vec<_>>>()?;
    let with_targets = tables.iter().filter(|table| has_targets(table));
    match with_targets.count() {
        0 => {
            let mut seen = HashSet::new();
            let mut scores = Vec::new();
            for table in &tables {
                fold_scores(table, &mut seen, &mut scores)?;
            }
            let sets: HashSet<&String> = scores.iter().map(|score| &score.data_set).collect();
            Ok(if sets.len() > 1 {
                Input::DataSets(scores)
            } else {
                Input::Folds(scores)
            })
        }
        n if n == tables.len() => predictions(&tables, options),
        _ => Err(Error::Data(need_target(&tables))),
    }
}

/// Whether a table has the target of each row: a class or a number, or a time and an event.
fn has_targets(table: &TextTable) -> bool {
    find(table, &["target"]).is_some() || is_followed(table)
}

fn is_followed(table: &TextTable) -> bool {
    let has = |name: &str| find(table, &[name]).is_some();
    has("time") && has("event")
}

fn need_target(tables: &[TextTable]) -> midfuse_data::DataError {
    let without = tables.iter().find(|table| !has_targets(table));
    midfuse_data::DataError {
        defect: Defect::MissingColumn,
        file: without.map(|t| t.file.clone()).unwrap_or_default(),
        row: None,
        column: Some("target".to_owned()),
        reason: "is missing, though another file has it".to_owned(),
        mend: "give fold scores, or row predictions, in all files".to_owned(),
    }
}

/// Column of the model, and the name of a file that has none: its own.
fn model(table: &TextTable) -> (Option<Column>, String) {
    let stem = table.file.file_stem().unwrap_or_default();
    (
        find(table, &["model", "strategy"]),
        stem.to_string_lossy().into_owned(),
    )
}

fn fold_scores(
    table: &TextTable,
    seen: &mut HashSet<(String, String, FoldName)>,
    scores: &mut Vec<FoldScore>,
) -> Result<()> {
    let (model, stem) = model(table);
    let data_set = find(table, &["dataset"]);
    // A data set may come with one score, that of its own cross-validation.
    let fold = match &data_set {
        Some(_) => find(table, &["fold"]),
        None => Some(need(table, &["fold"])?),
    };
    let repeat = find(table, &["repeat"]);
    let score = need(table, &["score", "test_score"])?;
    let sizes = find(table, &["n_train"]).zip(find(table, &["n_test"]));
    for cells in Cells::of(table) {
        let model = cells.text_or(model.as_ref(), &stem)?;
        let data_set_name = cells.text_or(data_set.as_ref(), "")?;
        let name = (
            cells.text_or(repeat.as_ref(), "1")?,
            cells.text_or(fold.as_ref(), "1")?,
        );
        if !seen.insert((model.clone(), data_set_name.clone(), name.clone())) {
            return Err(cells.wrong(
                fold.as_ref().or(data_set.as_ref()).unwrap_or(&score),
                Defect::DuplicateId,
                &format!("model `{model}` has a score of this fold already"),
                "give each fold once per model; repeats need a column `repeat`, data sets a column `dataset`",
            ));
        }
        let sizes = match &sizes {
            Some((train, test)) => Some((cells.count(train)?, cells.count(test)?)),
            None => None,
        };
        scores.push(FoldScore {
            model,
            data_set: data_set_name,
            fold: name,
            score: cells.number(&score)?,
            sizes,
        });
    }
    Ok(())
}

fn predictions(tables: &[TextTable], options: &CompareOptions) -> Result<Input> {
    let task = task(tables, options)?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    let of_task = row_task(&task);
    for table in tables {
        rows_of(table, of_task.as_ref(), &mut seen, &mut rows)?;
    }
    drop(of_task);
    Ok(Input::Rows { rows, task })
}

/// What is predicted: a survival where there are times and events and no other target, classes where
/// score columns or `--positive` name them, else a number.
fn task(tables: &[TextTable], options: &CompareOptions) -> Result<Task> {
    let followed = |table: &TextTable| is_followed(table) && find(table, &["target"]).is_none();
    if tables.iter().all(followed) {
        if let Some(positive) = &options.positive {
            let reason = "names a class, and the files hold times and events";
            let problem = Problem::conflict(reason, "leave it out");
            return Err(problem.of(format!("--positive {positive}")).into());
        }
        return Ok(Task::Survival(SurvivalTask::default()));
    }
    if let Some(table) = tables.iter().find(|table| followed(table)) {
        let file = table.file.clone();
        return Err(Error::OtherKind { file });
    }
    let classes = classes(tables, options)?;
    Ok(if classes.is_empty() {
        Task::Regression
    } else {
        Task::Classification { classes }
    })
}

/// Classes of all files: from the names of the score columns, or from the targets where there is one
/// score and a positive class is named.
fn classes(tables: &[TextTable], options: &CompareOptions) -> Result<Vec<String>> {
    let mut classes: Vec<String> = Vec::new();
    for table in tables {
        let columns = class_columns(table);
        let mut of_table: Vec<String> = columns
            .iter()
            .filter_map(|column| column.name.strip_prefix(SCORE).map(str::to_owned))
            .collect();
        if of_table.is_empty() && options.positive.is_some() {
            let target = need(table, &["target"])?;
            for cells in Cells::of(table) {
                let class = cells.text(&target)?;
                if !of_table.iter().any(|known| known == class) {
                    of_table.push(class.to_owned());
                }
                if of_table.len() > 2 {
                    return Err(cells.wrong(
                        &target,
                        Defect::UnknownCategory,
                        "is the third class, and one score column tells two apart",
                        "give a column score_CLASS per class",
                    ));
                }
            }
        }
        of_table.sort();
        if classes.is_empty() {
            classes = of_table;
        } else if classes != of_table {
            let file = table.file.clone();
            return Err(Error::Classes { file });
        }
    }
    let Some(positive) = &options.positive else {
        return Ok(classes);
    };
    if classes.len() != 2 || !classes.contains(positive) {
        let got = if classes.is_empty() {
            "not given".to_owned()
        } else {
            classes.join(", ")
        };
        let what = format!("names one of two classes, and the classes are {got}");
        return Err(Problem::needs(what)
            .of(format!("--positive {positive}"))
            .into());
    }
    classes.sort_by_key(|class| class == positive);
    Ok(classes)
}

fn rows_of(
    table: &TextTable,
    task: &dyn RowTask,
    seen: &mut HashSet<(String, String, Option<String>, String)>,
    rows: &mut Vec<Prediction>,
) -> Result<()> {
    let (model, stem) = model(table);
    let row = need(table, &["row", "row_id", "id"])?;
    let (repeat, fold) = (find(table, &["repeat"]), find(table, &["fold"]));
    let (group, unit) = (find(table, &["group"]), find(table, &["unit"]));
    one_data_set(table)?;
    let reader = task.reader(table)?;
    for cells in Cells::of(table) {
        let model = cells.text_or(model.as_ref(), &stem)?;
        let id = cells.text(&row)?.to_owned();
        let repeat = cells.text_or(repeat.as_ref(), "1")?;
        let fold = fold
            .as_ref()
            .map(|fold| cells.text(fold).map(str::to_owned))
            .transpose()?;
        if !seen.insert((model.clone(), repeat.clone(), fold.clone(), id.clone())) {
            return Err(cells.wrong(
                &row,
                Defect::DuplicateId,
                &format!("model `{model}` has a prediction of this row already"),
                "give each row once per model and fold",
            ));
        }
        rows.push(Prediction {
            model,
            repeat,
            fold,
            group: group
                .as_ref()
                .map(|group| cells.text(group).map(str::to_owned))
                .transpose()?,
            unit: unit
                .as_ref()
                .filter(|_| group.is_some())
                .map(|unit| cells.text(unit).map(str::to_owned))
                .transpose()?,
            target: reader.target(&cells)?,
            scores: reader.scores(&cells)?,
            row: id,
            place: format!("{}, {}", table.file.display(), cells.row),
        });
    }
    Ok(())
}

/// Refuses row predictions of several data sets, whose rows are not a sample of one population.
fn one_data_set(table: &TextTable) -> Result<()> {
    let Some(column) = find(table, &["dataset"]) else {
        return Ok(());
    };
    let mut first = None;
    for cells in Cells::of(table) {
        let name = cells.text(&column)?;
        if *first.get_or_insert(name) != name {
            return Err(cells.wrong(
                &column,
                Defect::WrongDtype,
                "is a second data set, and row predictions are of one",
                "compare each data set alone, or give a score per data set (model, dataset, score)",
            ));
        }
    }
    Ok(())
}

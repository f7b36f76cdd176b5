//! Files in long format, as fold scores or row predictions.

use std::collections::HashSet;
use std::path::PathBuf;

use midfuse_data::{Defect, TextTable};

use super::CompareOptions;
use super::columns::{Cells, Column, SCORE, class_columns, find, is_read, need};
use crate::error::{Error, Result};

/// How far the probabilities of a row may be from a sum of 1.
const SUM_TOLERANCE: f64 = 1e-4;
/// How far above 0 rounding may lift a log-probability.
const LOG_TOLERANCE: f64 = 1e-6;

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
        /// Classes in alphabetical order, the positive one last; none for values.
        classes: Vec<String>,
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
    pub(super) group: Option<String>,
    /// The class's position, or the value.
    pub(super) target: f64,
    /// Probability per class, or the value.
    pub(super) scores: Vec<f64>,
    /// Where it stands, for errors.
    pub(super) place: String,
}

/// Reads all files; they have to be of one kind.
pub(super) fn read(files: &[PathBuf], options: &CompareOptions) -> Result<Input> {
    let tables = files
        .iter()
        .map(|file| Ok(TextTable::read(file, is_read)?))
        .collect::<Result<Vec<_>>>()?;
    let with_targets = tables.iter().filter(|t| find(t, &["target"]).is_some());
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

fn need_target(tables: &[TextTable]) -> midfuse_data::DataError {
    let without = tables.iter().find(|t| find(t, &["target"]).is_none());
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
    let classes = classes(tables, options)?;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for table in tables {
        rows_of(table, &classes, &mut seen, &mut rows)?;
    }
    Ok(Input::Rows { rows, classes })
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
            return Err(Error::Usage(format!(
                "{}: its classes are not those of the first file",
                table.file.display()
            )));
        }
    }
    let Some(positive) = &options.positive else {
        return Ok(classes);
    };
    if classes.len() != 2 || !classes.contains(positive) {
        return Err(Error::Usage(format!(
            "--positive {positive}: names one of two classes, and the classes are {}",
            if classes.is_empty() {
                "not given".to_owned()
            } else {
                classes.join(", ")
            }
        )));
    }
    classes.sort_by_key(|class| class == positive);
    Ok(classes)
}

fn rows_of(
    table: &TextTable,
    classes: &[String],
    seen: &mut HashSet<(String, String, Option<String>, String)>,
    rows: &mut Vec<Prediction>,
) -> Result<()> {
    let (model, stem) = model(table);
    let row = need(table, &["row", "row_id", "id"])?;
    let target = need(table, &["target"])?;
    let (repeat, fold) = (find(table, &["repeat"]), find(table, &["fold"]));
    let group = find(table, &["group"]);
    one_data_set(table)?;
    let scores = Scores::of(table, classes)?;
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
        let target = if classes.is_empty() {
            cells.number(&target)?
        } else {
            let name = cells.text(&target)?;
            let class = classes.iter().position(|class| class == name);
            class.ok_or_else(|| {
                cells.wrong(
                    &target,
                    Defect::UnknownCategory,
                    "names a class without a score column",
                    &format!("the classes are {}", classes.join(", ")),
                )
            })? as f64
        };
        rows.push(Prediction {
            model,
            repeat,
            fold,
            group: group
                .as_ref()
                .map(|group| cells.text(group).map(str::to_owned))
                .transpose()?,
            target,
            scores: scores.read(&cells)?,
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

/// How the scores of a file are written.
enum Scores {
    Value(Column),
    Positive(Column),
    Classes { columns: Vec<Column>, log: bool },
}

impl Scores {
    fn of(table: &TextTable, classes: &[String]) -> Result<Self> {
        let of_classes = class_columns(table);
        if of_classes.is_empty() {
            let score = need(table, &["score"])?;
            return Ok(if classes.is_empty() {
                Self::Value(score)
            } else {
                Self::Positive(score)
            });
        }
        let columns = classes
            .iter()
            .filter_map(|class| {
                let mut columns = of_classes.iter();
                columns.find(|column| column.name.strip_prefix(SCORE) == Some(class))
            })
            .cloned()
            .collect::<Vec<_>>();
        if columns.len() < 2 {
            return Err(Error::Usage(format!(
                "{}: has a score column for one class; give one per class",
                table.file.display()
            )));
        }
        // Probabilities of a row sum to 1, so one of them is above 0; logarithms never are.
        let mut log = true;
        for cells in Cells::of(table) {
            for column in &columns {
                log &= cells.log_number(column)? <= LOG_TOLERANCE;
            }
        }
        Ok(Self::Classes { columns, log })
    }

    fn read(&self, cells: &Cells<'_>) -> Result<Vec<f64>> {
        let (columns, log) = match self {
            Self::Value(column) => return Ok(vec![cells.number(column)?]),
            Self::Positive(column) => {
                let p = probability(cells, column, cells.number(column)?)?;
                return Ok(vec![1.0 - p, p]);
            }
            Self::Classes { columns, log } => (columns, *log),
        };
        let mut scores = Vec::with_capacity(columns.len());
        for column in columns {
            let value = if log {
                cells.log_number(column)?.exp()
            } else {
                cells.number(column)?
            };
            scores.push(probability(cells, column, value)?);
        }
        let sum: f64 = scores.iter().sum();
        if let Some(column) = columns
            .first()
            .filter(|_| (sum - 1.0).abs() > SUM_TOLERANCE)
        {
            return Err(cells.wrong(
                column,
                Defect::WrongDtype,
                &format!("the probabilities of the row sum to {sum}"),
                "give probabilities, or their natural logarithms, of all classes",
            ));
        }
        Ok(scores)
    }
}

fn probability(cells: &Cells<'_>, column: &Column, value: f64) -> Result<f64> {
    if (0.0..=1.0 + SUM_TOLERANCE).contains(&value) {
        return Ok(value.min(1.0));
    }
    Err(cells.wrong(
        column,
        Defect::WrongDtype,
        &format!("{value} is not a probability"),
        "give probabilities, or their natural logarithms, of all classes",
    ))
}

//! Rows with a class: columns `target` and `score_CLASS` per class, or one `score` of the positive one.

use midfuse_base::{Target, Targets};
use midfuse_data::{Defect, TextTable};
use midfuse_metrics::metric::{Metric, MetricError, Predictions};

use super::{RowReader, RowTask};
use crate::columns::{Cells, Column, SCORE, class_columns, need};
use crate::error::{Error, Result};

/// How far the probabilities of a row may be from a sum of 1.
const SUM_TOLERANCE: f64 = 1e-4;
/// How far above 0 rounding may lift a log-probability.
const LOG_TOLERANCE: f64 = 1e-6;

/// These classes, the positive one of two last.
pub(super) struct Classes<'a>(pub(super) &'a [String]);

struct Reader<'a> {
    classes: &'a [String],
    target: Column,
    scores: Scores,
}

impl RowTask for Classes<'_> {
    fn reader<'a>(&'a self, table: &TextTable) -> Result<Box<dyn RowReader + 'a>> {
        Ok(Box::new(Reader {
            classes: self.0,
            target: need(table, &["target"])?,
            scores: Scores::of(table, self.0)?,
        }))
    }

    fn default_metric(&self) -> Metric {
        match self.0.len() {
            2 => Metric::Auc,
            _ => Metric::LogLoss,
        }
    }

    fn predictions(
        &self,
        targets: &Targets,
        scores: &[Vec<f64>],
    ) -> std::result::Result<Predictions, MetricError> {
        Predictions::classification(targets.as_classes().unwrap_or_default(), scores)
    }

    fn doubt(&self, _: Target, _: &[f64]) -> Option<&'static str> {
        None
    }
}

impl RowReader for Reader<'_> {
    fn target(&self, cells: &Cells<'_>) -> Result<Target> {
        let name = cells.text(&self.target)?;
        let class = self.classes.iter().position(|class| class == name);
        class.map(Target::Class).ok_or_else(|| {
            cells.wrong(
                &self.target,
                Defect::UnknownCategory,
                "names a class without a score column",
                &format!("the classes are {}", self.classes.join(", ")),
            )
        })
    }

    fn scores(&self, cells: &Cells<'_>) -> Result<Vec<f64>> {
        self.scores.read(cells)
    }
}

/// How the scores of a file are written.
enum Scores {
    Positive(Column),
    Classes { columns: Vec<Column>, log: bool },
}

impl Scores {
    fn of(table: &TextTable, classes: &[String]) -> Result<Self> {
        let of_classes = class_columns(table);
        if of_classes.is_empty() {
            return Ok(Self::Positive(need(table, &["score"])?));
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
            let file = table.file.clone();
            return Err(Error::OneClass { file });
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

//! One of several classes.

use super::{Column, Parts, Strata, TargetError, TargetProblem, Targets, TaskKind, score};

/// A classification into these classes.
pub(super) struct Classification<'a> {
    pub(super) classes: &'a [String],
}

impl Classification<'_> {
    fn name(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or_default()
    }
}

impl Parts for Classification<'_> {
    fn kind(&self) -> TaskKind {
        TaskKind::Classification
    }

    fn n_scores(&self) -> usize {
        self.classes.len()
    }

    fn score_columns(&self) -> Vec<String> {
        let name = |class: &String| format!("score_{class}");
        self.classes.iter().map(name).collect()
    }

    fn check(&self, targets: &Targets) -> Result<(), TargetError> {
        let classes = targets.as_classes().unwrap_or_default();
        let n_classes = self.classes.len();
        let mut all = classes.iter().copied().enumerate();
        match all.find(|&(_, class)| class >= n_classes) {
            None => Ok(()),
            Some((position, class)) => {
                Err(TargetProblem::UnknownClass { class, n_classes }.at(position))
            }
        }
    }

    fn strata(&self, targets: &Targets) -> Option<Strata> {
        Some(Strata {
            codes: targets.as_classes()?.to_vec(),
            names: self.classes.to_vec(),
        })
    }

    fn target_columns(&self, targets: &Targets) -> Vec<(String, Column)> {
        let classes = targets.as_classes().unwrap_or_default();
        let names = classes.iter().map(|&class| self.name(class)).collect();
        vec![("target".to_owned(), Column::Text(names))]
    }

    fn prediction_columns(&self, scores: &[Vec<f64>]) -> Vec<(String, Column)> {
        // The first of equally probable ones.
        let best =
            scores.iter().map(|row| {
                let first = (0_usize, f64::NEG_INFINITY);
                let (class, _) = row.iter().enumerate().fold(first, |best, (i, &score)| {
                    if score > best.1 { (i, score) } else { best }
                });
                self.name(class)
            });
        let mut columns = vec![("prediction".to_owned(), Column::Text(best.collect()))];
        for (i, class) in self.classes.iter().enumerate() {
            let probabilities = score(scores, i).into_iter().map(f64::exp).collect();
            let name = format!("probability of {class}");
            columns.push((name, Column::Number(probabilities)));
        }
        columns
    }

    fn describe(&self) -> String {
        format!("one of {} classes", self.classes.len())
    }

    fn is_weighed_by_fitted_rows(&self) -> bool {
        false
    }
}

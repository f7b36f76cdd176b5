//! Targets that are classes.

use std::collections::{HashMap, HashSet};

use midfuse_base::{Targets, Task, TaskKind};

use super::{FEW, Line, TargetColumn, TargetFormat, TargetReader, ranges_part};
use crate::error::{Defect, Result, listed, quoted};
use crate::manifest::TargetSpec;
use crate::reading::Keys;
use crate::table::Cell;

/// Classes that a summary lists one by one.
const SHOWN: usize = 20;

/// Classes in one column.
pub(super) struct Classes;

impl TargetFormat for Classes {
    fn keys(&self) -> &'static [&'static str] {
        &["column", "classes", "uncensored"]
    }

    fn check(&self, spec: &TargetSpec) -> Result<(), (String, &'static str)> {
        let Some(classes) = &spec.classes else {
            return Ok(());
        };
        let distinct: HashSet<&String> = classes.iter().collect();
        if distinct.len() < classes.len() || classes.len() < 2 {
            let reason = "`classes` repeats a class or has fewer than two";
            return Err((reason.into(), "list each class once, two at least"));
        }
        Ok(())
    }

    fn columns<'a>(&self, spec: &'a TargetSpec) -> Vec<&'a str> {
        vec![spec.column()]
    }

    fn reader<'a>(&self, spec: &'a TargetSpec) -> Box<dyn TargetReader + 'a> {
        let classes = spec.classes.clone().unwrap_or_default();
        let index = |(i, class): (usize, &String)| (class.clone(), i);
        let by_class = classes.iter().enumerate().map(index).collect();
        Box::new(Reader {
            spec,
            classes,
            by_class,
            keys: Keys::default(),
            labels: Vec::new(),
        })
    }

    fn section(&self, target: &TargetColumn, column: &mut dyn FnMut(&str) -> String) -> TargetSpec {
        let classes = target.task.classes();
        TargetSpec {
            column: Some(column(&target.name)),
            classes: (classes.len() > 1).then(|| classes.to_vec()),
            ..TargetSpec::new(&target.name, TaskKind::Classification)
        }
    }

    fn cells(&self, target: &TargetColumn, row: usize) -> Vec<String> {
        let label = labels(target).get(row).copied();
        let class = label.and_then(|label| target.task.classes().get(label));
        vec![class.cloned().unwrap_or_default()]
    }

    fn summarise(&self, target: &TargetColumn, warnings: &mut Vec<String>) -> String {
        let (name, classes, labels) = (&target.name, target.task.classes(), labels(target));
        let mut counts = vec![0_usize; classes.len()];
        for &label in labels {
            if let Some(count) = counts.get_mut(label) {
                *count += 1;
            }
        }
        if classes.len() < 2 {
            warnings.push(format!(
                "target {name} has one class, so there is nothing to tell"
            ));
        }
        for (class, rows) in classes.iter().zip(&counts).filter(|(_, rows)| **rows < 2) {
            warnings.push(format!(
                "class {class} of target {name} has {rows} rows, too few to split"
            ));
            if classes.len() * 2 > labels.len() {
                let are_numbers = classes.iter().all(|class| class.parse::<f64>().is_ok());
                let what = if are_numbers {
                    "its classes are numbers: is it a regression?"
                } else {
                    "nearly every row has a class of its own: is it an id, or text?"
                };
                warnings.push(format!("target {name}: {what}"));
                break;
            }
        }
        let shown = classes.iter().zip(&counts).take(SHOWN);
        let shown: Vec<String> = shown
            .map(|(class, rows)| format!("{class} ({rows})"))
            .collect();
        let more = match classes.len().checked_sub(SHOWN + 1) {
            Some(more) => format!(" and {} more", more + 1),
            None => String::new(),
        };
        let (n, shown) = (classes.len(), shown.join(", "));
        format!("classification, {n} classes: {shown}{more}")
    }

    fn half_of_censored(&self) -> Option<&'static str> {
        Some("class")
    }

    fn is_told_by_numbers(&self, column: &[f32], target: &TargetColumn) -> bool {
        let pairs = column.iter().zip(labels(target));
        let present = pairs.filter(|(value, _)| !value.is_nan());
        column.len() >= FEW
            && ranges_part(present.map(|(value, label)| (*label as u64, f64::from(*value))))
    }

    fn is_told_by_categories(&self, column: &[Option<String>], target: &TargetColumn) -> bool {
        if column.len() < FEW || target.task.classes().len() < 2 {
            return false;
        }
        let mut class_of: HashMap<&String, usize> = HashMap::new();
        let mut value_of: HashMap<usize, &String> = HashMap::new();
        column.iter().zip(labels(target)).all(|(value, &label)| {
            value.as_ref().is_some_and(|value| {
                *class_of.entry(value).or_insert(label) == label
                    && *value_of.entry(label).or_insert(value) == value
            })
        })
    }
}

fn labels(target: &TargetColumn) -> &[usize] {
    target.targets.as_classes().unwrap_or_default()
}

struct Reader<'a> {
    spec: &'a TargetSpec,
    classes: Vec<String>,
    by_class: HashMap<String, usize>,
    labels: Vec<usize>,
    keys: Keys,
}

impl TargetReader for Reader<'_> {
    fn push(&mut self, at: &Line<'_>, cells: &[(usize, &Cell<'_>)]) -> Result<()> {
        let &(column, cell) = cells.first().unwrap_or(&(0, &Cell::Missing));
        let class = at.table.key(cell).ok_or_else(|| at.missing(column))?;
        if let Some(&label) = self.by_class.get(class.as_ref()) {
            self.labels.push(label);
            return Ok(());
        }
        if let Some(declared) = &self.spec.classes {
            return Err(at.error(
                Defect::UnknownCategory,
                column,
                format!("the class {} is not declared", quoted(&class)),
                format!(
                    "correct it or declare it: {}",
                    listed(declared.iter().map(|c| &**c))
                ),
            ));
        }
        self.keys.admit(at.table, at.row, column, &class, "class")?;
        self.labels.push(self.classes.len());
        self.by_class
            .insert(class.clone().into_owned(), self.classes.len());
        self.classes.push(class.into_owned());
        Ok(())
    }

    fn finish(self: Box<Self>) -> TargetColumn {
        let mut classes = self.classes.clone();
        if self.spec.classes.is_none() {
            sort_classes(&mut classes);
        }
        let index = |(i, class): (usize, &'_ String)| (class.clone(), i);
        let place: HashMap<String, usize> = classes.iter().enumerate().map(index).collect();
        let sorted = self.classes.iter().map(|class| place.get(class).copied());
        let sorted: Vec<usize> = sorted.map(Option::unwrap_or_default).collect();
        let labels = self
            .labels
            .iter()
            .map(|&label| sorted.get(label).copied().unwrap_or_default())
            .collect();
        TargetColumn {
            name: self.spec.name.clone(),
            task: Task::Classification { classes },
            targets: Targets::Class(labels),
        }
    }
}

/// Sorts class names: as numbers if all are integers, else as text.
fn sort_classes(classes: &mut [String]) {
    if classes.iter().all(|class| class.parse::<i64>().is_ok()) {
        classes.sort_by_key(|class| (class.parse::<i64>().unwrap_or_default(), class.clone()));
    } else {
        classes.sort();
    }
}

#[cfg(test)]
mod tests {
    use super::sort_classes;

    #[test]
    fn integers_sort_as_numbers_and_the_rest_as_text() {
        let mut numbers = ["10", "9", "-1"].map(String::from);
        sort_classes(&mut numbers);
        assert_eq!(numbers, ["-1", "9", "10"]);
        let mut mixed = ["10", "9", "x"].map(String::from);
        sort_classes(&mut mixed);
        assert_eq!(mixed, ["10", "9", "x"]);
    }
}

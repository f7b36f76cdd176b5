//! Targets that are numbers.

use std::collections::HashSet;

use midfuse_base::{Targets, Task, TaskKind};

use super::{FEW, Line, TargetColumn, TargetFormat, TargetReader, number, ranges_part};
use crate::error::Result;
use crate::manifest::TargetSpec;
use crate::table::Cell;

/// Numbers in one column.
pub(super) struct Numbers;

impl TargetFormat for Numbers {
    fn keys(&self) -> &'static [&'static str] {
        &["column", "uncensored"]
    }

    fn check(&self, _: &TargetSpec) -> Result<(), (String, &'static str)> {
        Ok(())
    }

    fn columns<'a>(&self, spec: &'a TargetSpec) -> Vec<&'a str> {
        vec![spec.column()]
    }

    fn reader<'a>(&self, spec: &'a TargetSpec) -> Box<dyn TargetReader + 'a> {
        let values = Vec::new();
        Box::new(Reader { spec, values })
    }

    fn section(&self, target: &TargetColumn, column: &mut dyn FnMut(&str) -> String) -> TargetSpec {
        TargetSpec {
            column: Some(column(&target.name)),
            ..TargetSpec::new(&target.name, TaskKind::Regression)
        }
    }

    fn cells(&self, target: &TargetColumn, row: usize) -> Vec<String> {
        vec![number(values(target).get(row))]
    }

    fn summarise(&self, target: &TargetColumn, warnings: &mut Vec<String>) -> String {
        let values = values(target);
        let range = (f64::INFINITY, f64::NEG_INFINITY);
        let fold = |(low, high): (f64, f64), v: &f64| (low.min(*v), high.max(*v));
        let (min, max) = values.iter().fold(range, fold);
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        if min.total_cmp(&max).is_eq() {
            warnings.push(format!(
                "target {} is the same number in every row",
                target.name
            ));
        }
        format!("regression, {min} to {max}, mean {mean:.6}")
    }

    fn half_of_censored(&self) -> Option<&'static str> {
        Some("number")
    }

    fn is_told_by_numbers(&self, column: &[f32], target: &TargetColumn) -> bool {
        if column.len() < FEW {
            return false;
        }
        let values = values(target);
        let equal = |(a, b): (&f32, &f64)| a.to_bits() == (*b as f32).to_bits();
        if column.iter().zip(values).all(equal) {
            return true;
        }
        let distinct: HashSet<u32> = column.iter().map(|value| value.to_bits()).collect();
        let pairs = column.iter().zip(values);
        let present = pairs.filter(|(value, _)| !value.is_nan());
        distinct.len() <= column.len() / 4
            && ranges_part(present.map(|(a, b)| (u64::from(a.to_bits()), *b)))
    }

    fn is_told_by_categories(&self, _: &[Option<String>], _: &TargetColumn) -> bool {
        false
    }
}

fn values(target: &TargetColumn) -> &[f64] {
    target.targets.as_values().unwrap_or_default()
}

struct Reader<'a> {
    spec: &'a TargetSpec,
    values: Vec<f64>,
}

impl TargetReader for Reader<'_> {
    fn push(&mut self, at: &Line<'_>, cells: &[(usize, &Cell<'_>)]) -> Result<()> {
        let &(column, cell) = cells.first().unwrap_or(&(0, &Cell::Missing));
        self.values.push(at.number(column, cell)?);
        Ok(())
    }

    fn finish(self: Box<Self>) -> TargetColumn {
        TargetColumn {
            name: self.spec.name.clone(),
            task: Task::Regression,
            targets: Targets::Value(self.values),
        }
    }
}

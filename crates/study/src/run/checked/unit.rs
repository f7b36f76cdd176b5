//! What one score counts: what the cohort declares, and how the study file has its rows count.

use midfuse_data::{UnitReason, Units, rows_that_differ};
use midfuse_metrics::metric::{Metric, Unit, task_metrics};

use crate::run::cohort::StudyCohort;
use crate::{Error, Result};
use midfuse_base::Problem;
use midfuse_plan::file::{StudyFile, UnitRule};

/// What one score counts.
#[derive(Debug, Clone)]
pub(crate) struct CountedRows {
    /// By its name in the study file.
    pub(crate) rule: UnitRule,
    /// As the metrics take it.
    pub(crate) unit: Unit,
    /// Unit of each row, in the order of the cohort, where that is not the group.
    pub(crate) units: Option<Vec<String>>,
    /// Column of the units; `None` where every row counts by itself.
    pub(crate) column: Option<String>,
    pub(crate) reason: UnitReason,
}

/// What one score counts.
///
/// # Errors
/// [`Error::StudyFile`] for a `protocol.unit` that the cohort, the task, the metric or the targets do not
/// allow.
pub(super) fn counted_rows(
    file: &StudyFile,
    cohort: &StudyCohort,
    metric: Metric,
) -> Result<CountedRows> {
    let declared = cohort.units();
    let groups = cohort.cohort.groups();
    let wrong = |problem: Problem| Err(Error::key(problem.of("protocol.unit")));
    let stated = file.protocol.unit;
    if let Some(rule) = stated
        && let Err(problem) = fits(rule, declared, groups)
    {
        return wrong(problem);
    }
    // Where `group` is written and nothing declared, the groups are the units whatever their targets.
    let of_groups = stated.is_some_and(UnitRule::is_of_groups);
    let units = if of_groups { groups } else { declared.of_rows };
    let by_row = stated.is_some_and(UnitRule::is_by_row);
    let Some(units) = units.filter(|_| !by_row) else {
        let reason = match stated {
            Some(_) => UnitReason::StudyFile,
            None => declared.reason,
        };
        return Ok(CountedRows {
            rule: UnitRule::Row,
            unit: groups.map_or(Unit::Row, |_| Unit::RowsIgnoringGroups),
            units: groups.map(|_| cohort.cohort.ids().to_vec()),
            column: None,
            reason,
        });
    };
    let of_task = task_metrics(&cohort.task);
    let are_groups = Some(units) == groups;
    let mixed = || {
        cohort
            .cohort
            .target(&file.target)
            .ok()
            .and_then(|of| rows_that_differ(units, of))
    };
    let unit = match stated {
        Some(rule) => rule.of_grouped_rows(),
        // A metric that cannot weigh rows may still count units of one target.
        None if !metric.takes_weights() && mixed().is_none() => Unit::Group,
        None => of_task.group_unit(),
    };
    if let Err(reason) = of_task.check_unit(unit) {
        return wrong(Problem::needs(reason));
    }
    let rule = stated.unwrap_or(UnitRule::of_units(unit, are_groups));
    if unit == Unit::RowsAveragedInGroup && !metric.takes_weights() {
        let reason = format!(
            "`{}` weighs rows, and `{metric}` takes no weights",
            rule.name()
        );
        let mend = if mixed().is_none() {
            let name = UnitRule::of_units(Unit::Group, are_groups).name();
            format!("write \"{name}\" or \"row\", or choose another metric")
        } else {
            "write \"row\", or choose another metric".to_owned()
        };
        return wrong(Problem::conflict(reason, mend));
    }
    if unit == Unit::Group
        && let Some((a, b)) = mixed()
    {
        let name = |row: usize| cohort.cohort.ids().get(row).cloned().unwrap_or_default();
        let of = units.get(a).cloned().unwrap_or_default();
        let reason = format!(
            "`{}` takes one target per unit, and rows {:?} and {:?} of {of:?} have two",
            rule.name(),
            name(a),
            name(b)
        );
        let mend = match of_task.check_unit(Unit::RowsAveragedInGroup) {
            Ok(()) => {
                let name = UnitRule::of_units(Unit::RowsAveragedInGroup, are_groups).name();
                format!("write \"{name}\", or \"row\" if rows are meant")
            }
            Err(_) => "write \"row\" if rows are meant".to_owned(),
        };
        return wrong(Problem::conflict(reason, mend));
    }
    let column = if are_groups {
        cohort.cohort.group_column()
    } else {
        declared.column
    };
    Ok(CountedRows {
        rule,
        unit,
        units: (!are_groups).then(|| units.to_vec()),
        column: column.map(str::to_owned),
        reason: if of_groups && declared.reason != UnitReason::Declared {
            UnitReason::StudyFile
        } else {
            declared.reason
        },
    })
}

/// Whether the cohort has what a rule speaks of.
fn fits(
    rule: UnitRule,
    declared: Units<'_>,
    groups: Option<&[String]>,
) -> std::result::Result<(), Problem> {
    let name = rule.name();
    let is_declared = declared.reason == UnitReason::Declared;
    match rule {
        UnitRule::Row => Ok(()),
        UnitRule::RowsIgnoringGroups if groups.is_some() => Ok(()),
        UnitRule::RowsIgnoringGroups => Err(Problem::conflict(
            format!("`{name}` is for rows in groups, and the cohort declares none"),
            "write \"row\"",
        )),
        UnitRule::Group | UnitRule::RowsAveragedInGroup => match (groups, declared.of_rows) {
            (None, _) => Err(Problem::conflict(
                format!("`{name}` is for rows in groups, and the cohort declares none"),
                "name their column as `group` under [rows] in cohort.toml, or write \"row\"",
            )),
            (Some(_), None) if is_declared => Err(Problem::conflict(
                format!("`{name}` counts groups, and in cohort.toml every row is a unit"),
                "write \"row\", or name the column of the groups as `unit` under [rows] in cohort.toml",
            )),
            (Some(groups), Some(units)) if is_declared && units != groups => {
                let column = declared.column.unwrap_or("unit");
                Err(Problem::conflict(
                    format!("`{name}` counts groups, and in cohort.toml the unit is `{column}`"),
                    "write \"unit\" or \"rows-averaged-in-unit\", or name the column of the groups as `unit` under [rows] in cohort.toml",
                ))
            }
            (Some(_), _) => Ok(()),
        },
        UnitRule::Unit | UnitRule::RowsAveragedInUnit => {
            if is_declared && declared.of_rows.is_some() {
                return Ok(());
            }
            let reason = if is_declared {
                format!(
                    "`{name}` is for units of several rows, and in cohort.toml every row is a unit"
                )
            } else {
                format!("`{name}` is for units of several rows, and cohort.toml declares none")
            };
            Err(Problem::conflict(
                reason,
                "name their column as `unit` under [rows] in cohort.toml, or write \"row\"",
            ))
        }
    }
}

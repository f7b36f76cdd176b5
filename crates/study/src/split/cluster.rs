//! Rows that are near in space, or similar, as one axis of groups.

use std::collections::HashMap;
use std::path::Path;

use midfuse_data::{Cohort, Reading, TextTable};
use midfuse_eval::cluster::{ClusterError, by_edges, spatial_blocks};

use super::SplitOptions;
use crate::error::{Error, Result, UsageError};
use midfuse_base::Problem;
use midfuse_data::source::GroupColumn;
use midfuse_data::{column, names};

/// The axes with blocks and similar rows joined into the one that there is; as they are where neither
/// is asked for.
///
/// # Errors
/// [`Error::Usage`] if an option is missing or names what is not there.
pub(super) fn joined(
    axes: Vec<GroupColumn>,
    cohort: &Cohort,
    options: &SplitOptions,
) -> Result<Vec<GroupColumn>> {
    let ids = cohort.ids();
    let mut edges: Vec<(String, String)> = Vec::new();
    let mut names: Vec<String> = axes.iter().map(|axis| axis.name.clone()).collect();
    match (&options.place, options.block_size) {
        (Some(place), Some(side)) => {
            let blocks = spatial_blocks(ids, &points(cohort, place)?, side).map_err(wrong)?;
            chain(ids, blocks.iter().map(Some), &mut edges);
            names.push("block".to_owned());
        }
        (None, None) => {}
        _ => {
            let what =
                "go together: two columns of coordinates, and the side of a block in their unit";
            return Err(Error::option(
                Problem::needs(what).of("--place and --block-size"),
            ));
        }
    }
    if let Some(file) = &options.similar {
        edges.extend(pairs(file)?);
        names.push("similar rows".to_owned());
    }
    if names.len() == axes.len() {
        return Ok(axes);
    }
    if axes.len() > 1 {
        let reason = "they join rows into groups, and with several --group columns it is not clear into which";
        let problem = Problem::conflict(reason, "name one group");
        return Err(Error::option(problem.of("--place and --similar")));
    }
    for axis in &axes {
        chain(ids, axis.groups.iter().map(Option::as_ref), &mut edges);
    }
    let groups = by_edges(ids, &edges).map_err(wrong)?;
    Ok(vec![GroupColumn {
        name: names.join(" + "),
        groups: groups.into_iter().map(Some).collect(),
    }])
}

fn wrong(error: ClusterError) -> Error {
    UsageError::from(error).into()
}

/// Edges from each row of a group to the one before.
fn chain<'a>(
    ids: &[String],
    groups: impl Iterator<Item = Option<&'a String>>,
    edges: &mut Vec<(String, String)>,
) {
    let mut last: HashMap<&String, &String> = HashMap::new();
    for (id, group) in ids.iter().zip(groups) {
        if let Some(group) = group
            && let Some(before) = last.insert(group, id)
        {
            edges.push((before.clone(), id.clone()));
        }
    }
}

fn points(cohort: &Cohort, [x, y]: &[String; 2]) -> Result<Vec<(f64, f64)>> {
    let numbers = |name: &String| -> Result<Vec<f64>> {
        let values = column(cohort, name)?.ok_or_else(|| {
            let lacks = "no table has the column";
            Error::option(Problem::unknown(lacks, name, names(cohort)).of("--place"))
        })?;
        let number = |(id, value): (&String, Option<String>)| {
            let value = value.and_then(|text| text.trim().parse().ok());
            value.ok_or_else(|| {
                let (column, row) = (name.clone(), id.clone());
                Error::from(UsageError::NoPlace { column, row })
            })
        };
        cohort.ids().iter().zip(values).map(number).collect()
    };
    Ok(numbers(x)?.into_iter().zip(numbers(y)?).collect())
}

/// The first two columns of a table.
fn pairs(file: &Path) -> Result<Vec<(String, String)>> {
    let table = TextTable::read(file, &Reading::default(), |_| true)?;
    let pair = |(row, cells): &(midfuse_data::Row, Vec<Option<String>>)| match cells.as_slice() {
        [Some(a), Some(b), ..] => Ok((a.clone(), b.clone())),
        _ => Err(Error::from(UsageError::NoPair {
            file: file.to_path_buf(),
            row: *row,
        })),
    };
    table.rows.iter().map(pair).collect()
}

//! What the cohort says about its rows besides their targets: read before anything is scored.

use std::collections::BTreeMap;

use midfuse_data::Cohort;

use super::contents::contents;
use super::level_column::LevelColumn;
use super::population::population;
use crate::Result;
use crate::results::Population;
use midfuse_plan::file::StudyFile;

/// Levels of every row, and counts of the rows that are not sealed.
#[derive(Debug)]
pub struct Evidence {
    /// Who was studied.
    pub population: Population,
    pub(super) subgroups: Vec<LevelColumn>,
    pub(super) site: Option<LevelColumn>,
    /// Rows of each site that are not sealed.
    pub(super) site_rows: BTreeMap<usize, usize>,
    pub(super) presence: LevelColumn,
}

impl Evidence {
    /// Reads the columns and modalities that the study file names; `development`: ids of the rows
    /// that are not sealed.
    ///
    /// # Errors
    /// As the readers of the cohort; [`crate::Error::Key`] for cuts of a column of words.
    pub fn read<'a>(
        file: &StudyFile,
        cohort: &Cohort,
        grouped: bool,
        development: impl Iterator<Item = &'a str>,
    ) -> Result<Self> {
        let development: Vec<usize> = development.filter_map(|id| cohort.position(id)).collect();
        let names: Vec<String> = file.modalities.iter().map(|m| m.name.clone()).collect();
        let contents = contents(cohort, &names)?;
        let section = &file.clinical;
        let read = |column: &String| {
            let cuts = section.cuts.get(column).map(Vec::as_slice);
            LevelColumn::read(cohort, column, cuts, &development)
        };
        let site = section.site.as_ref().map(read).transpose()?;
        let mut site_rows = BTreeMap::new();
        for site in development.iter().filter_map(|&row| {
            let id = cohort.ids().get(row)?;
            site.as_ref()?.of_row.get(id).copied()
        }) {
            *site_rows.entry(site).or_default() += 1;
        }
        Ok(Self {
            population: population(cohort, &file.target, grouped, &contents, &development),
            subgroups: section.subgroups.iter().map(read).collect::<Result<_>>()?,
            site,
            site_rows,
            presence: LevelColumn::of_presence(cohort, &contents),
        })
    }
}

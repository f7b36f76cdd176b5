//! Options of a split.

use std::path::PathBuf;

use midfuse_base::{Seed, options};
use midfuse_eval::split::{AnySplitter, CrossedKFold, IterativeKFold};

use crate::error::{Error, Result};
use crate::run::{FoldSource, Splits};
use crate::time_resolution::TimeResolution;
use midfuse_base::Problem;
use midfuse_data::source::SourceOptions;
use midfuse_plan::file::{Length, Protocol, Size, SplitterName, StructureName};

/// Options of a split.
#[options(builder)]
#[derive(Debug, Clone, PartialEq)]
pub struct SplitOptions {
    /// What the columns are.
    #[option(default = SourceOptions::default())]
    pub source: SourceOptions,
    /// Name of the splitter.
    #[option(unset = "the usual one of what the columns declare")]
    pub splitter: Option<String>,
    /// Number of folds, windows or blocks.
    #[option(default = 5)]
    pub folds: usize,
    /// How often they are drawn anew.
    #[option(default = 1)]
    pub repeats: usize,
    /// Seed of the order of rows and groups.
    #[option(default = Seed(0))]
    pub seed: Seed,
    /// Columns that are balanced; none: the classes of the target.
    #[option(default = [])]
    pub stratify: Vec<String>,
    /// Size of a test side, for shuffle splits and windows.
    #[option(default = None)]
    pub test_size: Option<Size>,
    /// Length of a training window, for rolling windows.
    #[option(default = None)]
    pub train_size: Option<Length>,
    /// What is left out between train and test, for windows.
    #[option(default = None)]
    pub gap: Option<Length>,
    /// Time after a block in which no training row may start, for purged blocks.
    #[option(default = None)]
    pub embargo: Option<f64>,
    /// Blocks or groups that are tested together.
    #[option(default = None)]
    pub test_parts: Option<usize>,
    /// Two columns of coordinates: rows of one square block stay together.
    #[option(default = None)]
    pub place: Option<[String; 2]>,
    /// Side of a block, in the unit of the coordinates.
    #[option(default = None)]
    pub block_size: Option<f64>,
    /// A table of pairs of row ids that stay together.
    #[option(default = None)]
    pub similar: Option<PathBuf>,
}

/// What rows declare, as far as the choice of a splitter goes by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    pub(super) axes: usize,
    /// Whether several axes hold the same things.
    pub(super) shared: bool,
    pub(super) times: bool,
    pub(super) strata: bool,
    pub(super) rows: usize,
    pub(super) resolution: TimeResolution,
}

/// The name of a splitter that studies do not have.
const CROSSED: &str = "crossed-k-fold";
const ITERATIVE: &str = "iterative-k-fold";

impl SplitOptions {
    /// Name of the splitter that is used.
    pub(super) fn splitter_name(&self, declared: Declared) -> String {
        let usual = || {
            if declared.axes > 1 {
                return CROSSED.to_owned();
            }
            if self.stratify.len() > 1 && declared.axes == 0 && !declared.times {
                return ITERATIVE.to_owned();
            }
            let structure = StructureName::strictest(declared.axes > 0, declared.times);
            let strata = declared.strata && self.stratify.len() < 2;
            SplitterName::usual(structure, strata).name().to_owned()
        };
        self.splitter.clone().unwrap_or_else(usual)
    }

    /// The splitters, one per repeat.
    ///
    /// # Errors
    /// [`Error::Usage`] for an unknown name, or an option that does not go with it.
    pub(super) fn splitters(&self, declared: Declared) -> Result<Vec<AnySplitter>> {
        let name = self.splitter_name(declared);
        let seeds =
            (0..self.repeats).map(|repeat| self.seed.derive(&format!("repeat-{repeat}/outer")));
        let plain = |by: &dyn Fn(Seed) -> AnySplitter| {
            self.refuse_options(&name)?;
            Ok(seeds.clone().map(by).collect())
        };
        match name.as_str() {
            CROSSED => plain(&|seed| {
                let by = CrossedKFold::new(self.folds, seed);
                AnySplitter::CrossedKFold(by.with_shared(declared.shared))
            }),
            ITERATIVE => {
                plain(&|seed| AnySplitter::IterativeKFold(IterativeKFold::new(self.folds, seed)))
            }
            "bootstrap" => {
                let reason =
                    "a bootstrap draws rows several times, and a split file names each once";
                let problem = Problem::conflict(reason, "use `shuffle-split`");
                Err(Error::option(problem.of("--splitter")))
            }
            name => self.of_study(named(name)?, declared),
        }
    }

    /// Splitters that studies have as well: their options go by the same rules.
    fn of_study(&self, splitter: SplitterName, declared: Declared) -> Result<Vec<AnySplitter>> {
        let protocol = Protocol {
            splitter: Some(splitter),
            stratify: self.stratify.first().cloned(),
            outer_folds: self.folds,
            repeats: self.repeats,
            test_size: self.test_size,
            train_size: self.train_size,
            gap: self.gap,
            embargo: self.embargo,
            test_parts: self.test_parts,
            seed: self.seed,
            ..Protocol::default()
        };
        let checked = protocol.check_splitter(splitter);
        checked.map_err(|misfit| Error::option(misfit.of_option()))?;
        let splits = Splits {
            protocol: &protocol,
            structure: StructureName::strictest(declared.axes > 0, declared.times),
            source: FoldSource::Splitter(splitter),
            has_strata: declared.strata,
            resolution: declared.resolution,
        };
        let of = |repeat| splits.outer_splitter(repeat, declared.rows);
        Ok((0..self.repeats).map(of).collect())
    }

    fn refuse_options(&self, name: &str) -> Result<()> {
        let given = [
            ("--test-size", self.test_size.is_some()),
            ("--train-size", self.train_size.is_some()),
            ("--gap", self.gap.is_some()),
            ("--embargo", self.embargo.is_some()),
            ("--test-parts", self.test_parts.is_some()),
            ("--stratify", name == CROSSED && !self.stratify.is_empty()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) => {
                let problem = Problem::conflict(format!("`{name}` has no use for it"), "remove it");
                Err(Error::option(problem.of(*option)))
            }
            None => Ok(()),
        }
    }
}

fn named(name: &str) -> Result<SplitterName> {
    let known: Vec<&str> = SplitterName::ALL
        .iter()
        .map(|splitter| splitter.name())
        .chain([CROSSED, ITERATIVE])
        .collect();
    SplitterName::ALL
        .iter()
        .copied()
        .find(|splitter| splitter.name() == name)
        .ok_or_else(|| {
            let problem = Problem::unknown("unknown splitter", name, known);
            Error::option(problem.of("--splitter"))
        })
}

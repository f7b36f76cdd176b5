//! Checks of the protocol: ranges, and options that go with the splitter and the structure.

use std::fmt;

use midfuse_base::{ConfigError, Options, Problem, SettingError, Validate};

use super::{Length, Protocol, Size, SplitterName, StopRule, StructureName};

/// A key of the protocol whose value cannot be; says what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    key: String,
    problem: Problem,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "protocol.{}: {}", self.key, self.problem)
    }
}

impl From<Misfit> for SettingError {
    fn from(misfit: Misfit) -> Self {
        misfit.problem.of(format!("protocol.{}", misfit.key))
    }
}

impl Misfit {
    /// The same about an option of the command line.
    pub fn of_option(self) -> SettingError {
        let option = self.key.trim_start_matches("outer_").replace('_', "-");
        self.problem.of(format!("--{option}"))
    }
}

type Check = Result<(), Misfit>;

fn ensure(key: &'static str, ok: bool, problem: impl FnOnce() -> Problem) -> Check {
    if ok {
        return Ok(());
    }
    Err(Misfit {
        key: key.to_owned(),
        problem: problem(),
    })
}

impl From<ConfigError> for Misfit {
    fn from(error: ConfigError) -> Self {
        Self {
            problem: Problem::expected(&error.expected, &error.got),
            key: error.field,
        }
    }
}

impl Protocol {
    /// Every rule that needs no cohort; the error names the key.
    pub(super) fn check(&self) -> Check {
        self.check_options(Validate::new("protocol"))?;
        let fraction = self.test_fraction.unwrap_or(0.2);
        ensure("test_fraction", fraction > 0.0 && fraction <= 0.5, || {
            Problem::expected("a number in (0, 0.5]", fraction)
        })?;
        self.check_stop()?;
        if self.splits.is_some() {
            return self.check_split_file();
        }
        match self.splitter {
            Some(splitter) => self.check_splitter(splitter),
            None => Ok(()),
        }
    }

    fn check_stop(&self) -> Check {
        let Some(fraction) = self.stop_fraction else {
            return Ok(());
        };
        let key = "stop_fraction";
        ensure(key, fraction > 0.0 && fraction <= 0.5, || {
            let expected = "a number in (0, 0.5]; for trainings that run for all epochs write `stop = \"none\"`";
            Problem::expected(expected, fraction)
        })?;
        ensure(key, self.stop == StopRule::Rows, || {
            let stop = self.stop.name();
            let reason = format!("no rows decide when to stop with `stop = \"{stop}\"`");
            Problem::conflict(reason, "remove it, or write `stop = \"rows\"`")
        })
    }

    /// Every rule about a splitter and its options, once it is known; and about the structure,
    /// where it is.
    ///
    /// # Errors
    /// A misfit that names the first key against one.
    pub fn check_splitter(&self, splitter: SplitterName) -> Check {
        let name = splitter.name();
        if let Some(structure) = self.structure {
            check_honest(splitter, structure)?;
        }
        ensure("repeats", self.repeats == 1 || splitter.has_seed(), || {
            Problem::conflict(
                format!("`{name}` has no seed, so repeating it gives the same folds again"),
                "leave it at 1",
            )
        })?;
        ensure(
            "stratify",
            self.stratify.is_none() || splitter.is_stratified(),
            || {
                let mend = if splitter.is_in_time() {
                    "strata cannot be kept across a cut in time; remove it"
                } else {
                    "name a stratified splitter, or none"
                };
                Problem::conflict(format!("`{name}` balances nothing"), mend)
            },
        )?;
        let purged = splitter.is_purged();
        let window = splitter.is_window();
        let chosen = matches!(
            splitter,
            SplitterName::CombinatorialPurged | SplitterName::LeaveGroupsOut
        );
        for (key, given, taken, takers) in [
            (
                "test_size",
                self.test_size.is_some(),
                window || splitter.is_shuffle_split(),
                "shuffle splits and windows",
            ),
            (
                "train_size",
                self.train_size.is_some(),
                splitter == SplitterName::RollingWindow,
                "`rolling-window`",
            ),
            ("gap", self.gap.is_some(), window, "windows"),
            (
                "embargo",
                self.embargo.is_some(),
                purged,
                "`purged-k-fold` and `combinatorial-purged`",
            ),
            (
                "test_parts",
                self.test_parts.is_some(),
                chosen,
                "`combinatorial-purged` and `leave-groups-out`",
            ),
        ] {
            ensure(key, !given || taken, || {
                let reason = format!("is for {takers}, and the splitter is `{name}`");
                Problem::conflict(reason, "remove it")
            })?;
        }
        self.check_sizes(splitter)
    }

    fn check_sizes(&self, splitter: SplitterName) -> Check {
        let folds = self.outer_folds;
        match self.test_size {
            None => {}
            Some(Size::Share(share)) => {
                // Windows of this share must leave rows to train on before the first.
                let most = if splitter.is_window() {
                    1.0 / folds as f64
                } else {
                    1.0
                };
                ensure("test_size", share > 0.0 && share < most, || {
                    let expected = format!("a share above 0 and below {most:.3}");
                    Problem::expected(expected, share)
                })?;
            }
            Some(Size::Length(length)) => {
                ensure("test_size", splitter.is_window(), || {
                    Problem::needs(format!("`{}` takes a share, such as 0.2", splitter.name()))
                })?;
                ensure("test_size", length.is_positive(), || {
                    Problem::expected("a length above 0", length)
                })?;
            }
        }
        if splitter == SplitterName::RollingWindow {
            let ok = self.train_size.is_some_and(Length::is_positive);
            ensure("train_size", ok, || match self.train_size {
                Some(length) => Problem::expected("a length above 0", length),
                None => Problem::needs(
                    "`rolling-window` needs the length of its training window, such as rows = 500 or time = 365",
                ),
            })?;
        }
        if let Some(gap) = self.gap {
            ensure("gap", gap.is_not_negative(), || {
                Problem::expected("a length of at least 0", gap)
            })?;
        }
        if let Some(embargo) = self.embargo {
            ensure("embargo", embargo.is_finite() && embargo >= 0.0, || {
                Problem::expected("a time of at least 0", embargo)
            })?;
        }
        match self.test_parts {
            Some(parts) if splitter == SplitterName::CombinatorialPurged => {
                ensure("test_parts", (1..folds).contains(&parts), || {
                    let expected = format!("1 to {} of {folds} blocks", folds - 1);
                    Problem::expected(expected, parts)
                })
            }
            Some(parts) => ensure("test_parts", parts >= 1, || {
                Problem::expected("at least 1", parts)
            }),
            None => Ok(()),
        }
    }

    /// A split file takes the place of the splitter and all of its options.
    fn check_split_file(&self) -> Check {
        for (key, given) in [
            ("splitter", self.splitter.is_some()),
            ("test_size", self.test_size.is_some()),
            ("train_size", self.train_size.is_some()),
            ("gap", self.gap.is_some()),
            ("embargo", self.embargo.is_some()),
            ("test_parts", self.test_parts.is_some()),
            ("repeats", self.repeats > 1),
        ] {
            ensure(key, !given, || {
                Problem::conflict(
                    "the outer folds come from the split file (`splits`)",
                    "remove one of the two",
                )
            })?;
        }
        Ok(())
    }
}

fn check_honest(splitter: SplitterName, structure: StructureName) -> Check {
    ensure("splitter", splitter.is_honest_for(structure), || {
        let name = splitter.name();
        let why = match structure {
            StructureName::Iid => "needs groups or times, and rows are claimed to have none",
            StructureName::Grouped if splitter.is_in_time() => "needs times",
            StructureName::Grouped => "would split the rows of a group",
            StructureName::Timed | StructureName::GroupedTimed => {
                "would train on the time that is tested"
            }
        };
        Problem::conflict(
            format!("`{name}` {why} (structure `{}`)", structure.name()),
            format!(
                "use one of {}, or another structure",
                SplitterName::honest_for(structure)
            ),
        )
    })
}

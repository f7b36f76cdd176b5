//! Checks of the protocol: ranges, and options that go with the splitter and the structure.

use std::fmt;

use super::{Length, Protocol, Size, SplitterName, StructureName};

/// A key of the protocol whose value cannot be; says what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    key: &'static str,
    what: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "protocol.{}: {}", self.key, self.what)
    }
}

impl Misfit {
    /// The same about an option of the command line.
    pub fn of_option(&self) -> String {
        let option = self.key.trim_start_matches("outer_").replace('_', "-");
        format!("--{option}: {}", self.what)
    }
}

type Check = Result<(), Misfit>;

fn ensure(key: &'static str, ok: bool, what: impl FnOnce() -> String) -> Check {
    if ok {
        return Ok(());
    }
    Err(Misfit { key, what: what() })
}

fn at_least(key: &'static str, value: usize, least: usize) -> Check {
    ensure(key, value >= least, || {
        format!("expected at least {least}, got {value}")
    })
}

impl Protocol {
    /// Every rule that needs no cohort; the message names the key.
    pub(super) fn check(&self) -> Check {
        at_least("outer_folds", self.outer_folds, 2)?;
        at_least("inner_folds", self.inner_folds, 2)?;
        at_least("repeats", self.repeats, 1)?;
        let fraction = self.test_fraction.unwrap_or(0.2);
        ensure("test_fraction", fraction > 0.0 && fraction <= 0.5, || {
            format!("expected a number in (0, 0.5], got {fraction}")
        })?;
        ensure(
            "stop_fraction",
            (0.0..=0.5).contains(&self.stop_fraction),
            || format!("expected a number in [0, 0.5], got {}", self.stop_fraction),
        )?;
        if self.splits.is_some() {
            return self.check_split_file();
        }
        match self.splitter {
            Some(splitter) => self.check_splitter(splitter),
            None => Ok(()),
        }
    }

    /// Every rule about a splitter and its options, once it is known; and about the structure,
    /// where it is.
    pub fn check_splitter(&self, splitter: SplitterName) -> Check {
        let name = splitter.name();
        if let Some(structure) = self.structure {
            check_honest(splitter, structure)?;
        }
        ensure("repeats", self.repeats == 1 || splitter.has_seed(), || {
            format!(
                "`{name}` has no seed, so repeating it gives the same folds again; leave it at 1"
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
                format!("`{name}` balances nothing; {mend}")
            },
        )?;
        let purged = matches!(
            splitter,
            SplitterName::PurgedKFold | SplitterName::CombinatorialPurged
        );
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
                format!("is for {takers}, and the splitter is `{name}`; remove it")
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
                    format!("expected a share above 0 and below {most:.3}, got {share}")
                })?;
            }
            Some(Size::Length(length)) => {
                ensure("test_size", splitter.is_window(), || {
                    format!("`{}` takes a share, such as 0.2", splitter.name())
                })?;
                ensure("test_size", length.is_positive(), || {
                    format!("expected a length above 0, got {length}")
                })?;
            }
        }
        if splitter == SplitterName::RollingWindow {
            let ok = self.train_size.is_some_and(Length::is_positive);
            ensure("train_size", ok, || {
                match self.train_size {
                Some(length) => format!("expected a length above 0, got {length}"),
                None => "`rolling-window` needs the length of its training window, such as rows = 500 or time = 365".to_owned(),
            }
            })?;
        }
        if let Some(gap) = self.gap {
            ensure("gap", gap.is_not_negative(), || {
                format!("expected a length of at least 0, got {gap}")
            })?;
        }
        if let Some(embargo) = self.embargo {
            ensure("embargo", embargo.is_finite() && embargo >= 0.0, || {
                format!("expected a time of at least 0, got {embargo}")
            })?;
        }
        match self.test_parts {
            Some(parts) if splitter == SplitterName::CombinatorialPurged => {
                ensure("test_parts", (1..folds).contains(&parts), || {
                    format!("expected 1 to {} of {folds} blocks, got {parts}", folds - 1)
                })
            }
            Some(parts) => at_least("test_parts", parts, 1),
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
                "the outer folds come from the split file (`splits`); remove one of the two"
                    .to_owned()
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
        format!(
            "`{name}` {why} (structure `{}`); use one of {}, or another structure",
            structure.name(),
            SplitterName::honest_for(structure)
        )
    })
}

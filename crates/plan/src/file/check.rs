//! Checks that need nothing but the study file.

use std::collections::BTreeSet;

use super::{Draw, Range, Scale, SearchSpace, StudyFile};
use midfuse_base::{Options, Problem, SettingError, Validate};

type Check = Result<(), SettingError>;

impl StudyFile {
    /// Every rule that needs neither cohort nor worker.
    ///
    /// # Errors
    /// [`SettingError`] that names the first key against one.
    pub fn check(&self) -> Check {
        check_name("name", &self.name)?;
        ensure("target", !self.target.is_empty(), || {
            Problem::needs("name the target column")
        })?;
        self.protocol.check()?;
        self.check_budget()?;
        self.check_modalities()?;
        self.check_strategies()?;
        self.check_baselines()?;
        self.conclude.check_options(Validate::new("conclude"))?;
        self.clinical.check()?;
        self.survival.check()?;
        check_space("search", &self.search, None)
    }

    fn check_budget(&self) -> Check {
        let b = &self.budget;
        b.check_options(Validate::new("budget"))?;
        ensure("budget.trials", b.trials <= 10_000, || {
            Problem::expected("at most 10000", b.trials)
        })?;
        ensure("budget.refits", b.refits <= 100, || {
            Problem::expected("at most 100", b.refits)
        })?;
        let written = self.training.keys().find_map(|key| of_budget(key));
        written.map_or(Ok(()), |(key, problem)| {
            Err(problem.of(format!("training.{key}")))
        })
    }

    fn check_modalities(&self) -> Check {
        ensure("modalities", !self.modalities.is_empty(), || {
            Problem::needs("add one [[modalities]] section per modality")
        })?;
        let mut seen = BTreeSet::new();
        for modality in &self.modalities {
            check_name("modalities.name", &modality.name)?;
            ensure("modalities", seen.insert(&modality.name), || {
                twice(&modality.name, "remove one")
            })?;
            let key = format!("modalities.{}.config.name", modality.name);
            ensure(key, !modality.config.contains_key("name"), || {
                Problem::conflict("the encoder's name goes into `encoder`", "move it there")
            })?;
        }
        Ok(())
    }

    fn check_strategies(&self) -> Check {
        ensure("strategies", !self.strategies.is_empty(), || {
            Problem::needs("add [[strategies]] sections")
        })?;
        let names: Vec<&str> = self.modalities.iter().map(|m| m.name.as_str()).collect();
        let mut seen = BTreeSet::new();
        for strategy in &self.strategies {
            check_name("strategies.fusion", &strategy.fusion)?;
            let name = strategy.name.as_deref().unwrap_or(&strategy.fusion);
            check_name("strategies.name", name)?;
            ensure("strategies", seen.insert(name), || {
                twice(name, "give one of them a `name` of its own")
            })?;
            let key = format!("strategies.{name}.config.name");
            ensure(key, !strategy.config.contains_key("name"), || {
                Problem::conflict("the fusion's name goes into `fusion`", "move it there")
            })?;
            if let Some(chosen) = &strategy.modalities {
                let key = format!("strategies.{name}.modalities");
                check_chosen(&key, chosen, &names)?;
            }
            check_space(
                &format!("strategies.{name}.search"),
                &strategy.search,
                Some(name),
            )?;
        }
        self.check_grid()
    }

    fn check_grid(&self) -> Check {
        match self.budget.draw {
            Draw::Random | Draw::Halving => return Ok(()),
            Draw::Grid => {}
        }
        let spaces = self
            .strategies
            .iter()
            .map(|s| &s.search)
            .chain([&self.search]);
        for (key, range) in spaces.flatten() {
            let lists = matches!(range, Range::Choices(_));
            ensure(format!("search.\"{key}\""), lists, || {
                Problem::conflict(
                    "a grid takes lists, no intervals",
                    "set budget.draw = \"random\" or list the values",
                )
            })?;
        }
        Ok(())
    }
}

pub(super) fn check_chosen(key: &str, chosen: &[String], known: &[&str]) -> Check {
    let mut seen = BTreeSet::new();
    for modality in chosen {
        ensure(key, known.contains(&modality.as_str()), || {
            Problem::unknown("unknown modality", modality, known.iter().copied())
        })?;
        ensure(key, seen.insert(modality), || twice(modality, "remove one"))?;
    }
    ensure(key, !chosen.is_empty(), || {
        Problem::needs("name at least one")
    })
}

/// What is wrong with a key of the training that stands in the budget, because it is the same for all
/// strategies.
fn of_budget(key: &str) -> Option<(&'static str, Problem)> {
    let (key, what, mend) = match key {
        "epochs" => (
            "epochs",
            "the epoch limit is the same for all strategies",
            "set budget.epochs",
        ),
        "refits" => (
            "refits",
            "the number of refits is the same for all strategies",
            "set budget.refits",
        ),
        _ => return None,
    };
    Some((key, Problem::conflict(what, mend)))
}

/// Keys start with `training.`, `head.`, `modalities.NAME.` or (a strategy's own) `fusion.`.
fn check_space(place: &str, space: &SearchSpace, strategy: Option<&str>) -> Check {
    for (key, range) in space {
        let place = format!("{place}.\"{key}\"");
        let parts: Vec<&str> = key.split('.').collect();
        let ok = match parts.as_slice() {
            ["training", key] => match of_budget(key) {
                Some((_, problem)) => return Err(problem.of(place)),
                None => true,
            },
            ["head", _] => true,
            ["training", "optimizer" | "schedule", field] | ["modalities", _, field] => {
                *field != "name"
            }
            ["fusion", field] => strategy.is_some() && *field != "name",
            _ => false,
        };
        ensure(&*place, ok, || {
            let expected = "\"training.FIELD\", \"training.optimizer.FIELD\", \"training.schedule.FIELD\", \"head.FIELD\", \"modalities.NAME.FIELD\" or, in a strategy's own search, \"fusion.FIELD\" (in quotes)";
            Problem::expected(expected, format_args!("{key:?}"))
        })?;
        check_range(&place, range)?;
    }
    Ok(())
}

/// A list has values; an interval has two ends that suit its scale.
pub(super) fn check_range(place: &str, range: &Range) -> Check {
    match range {
        Range::Choices(values) => ensure(place, !values.is_empty(), || {
            Problem::conflict("the list is empty", "list a value")
        }),
        Range::Interval(interval) => {
            let (min, max) = (interval.min, interval.max);
            let both = format!("{min} and {max}");
            let rises = min.is_finite() && max.is_finite() && min < max;
            ensure(place, rises, || Problem::expected("min < max", &both))?;
            let logs = interval.scale != Scale::Log || min > 0.0;
            ensure(place, logs, || {
                Problem::expected("min above 0 for a log scale", min)
            })?;
            let whole =
                interval.scale != Scale::Integer || (min.fract() == 0.0 && max.fract() == 0.0);
            ensure(place, whole, || {
                Problem::expected("whole numbers for an integer scale", &both)
            })
        }
    }
}

fn ensure(key: impl Into<String>, ok: bool, problem: impl FnOnce() -> Problem) -> Check {
    if ok {
        return Ok(());
    }
    Err(problem().of(key))
}

pub(super) fn twice(name: &str, mend: &'static str) -> Problem {
    Problem::Twice {
        name: name.to_owned(),
        mend,
    }
}

/// Names become file names: letters, digits, `-`, `_`, `.`; no leading dot.
pub(super) fn check_name(key: &str, name: &str) -> Check {
    let ok = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    ensure(key, ok, || {
        let expected = "up to 100 letters, digits, `-`, `_` or `.`";
        Problem::expected(expected, format_args!("{name:?}"))
    })
}

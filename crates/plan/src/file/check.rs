//! Checks that need nothing but the study file.

use std::collections::BTreeSet;

use super::{Draw, Range, Scale, SearchSpace, StudyFile};
use midfuse_base::nearest;

type Check = Result<(), String>;

/// Strategies with this fusion stand for one strategy per modality.
pub const SINGLE: &str = "single";

impl StudyFile {
    /// Every rule that needs neither cohort nor worker; the message names the key.
    pub fn check(&self) -> Check {
        check_name("name", &self.name)?;
        ensure(!self.target.is_empty(), || {
            "target: name the target column".to_owned()
        })?;
        self.protocol.check().map_err(|misfit| misfit.to_string())?;
        self.check_budget()?;
        self.check_modalities()?;
        self.check_strategies()?;
        ensure(
            self.conclude.margin >= 0.0 && self.conclude.margin.is_finite(),
            || {
                format!(
                    "conclude.margin: expected a finite number of at least 0, got {}",
                    self.conclude.margin
                )
            },
        )?;
        self.clinical.check()?;
        check_space("search", &self.search, None)
    }

    fn check_budget(&self) -> Check {
        let b = &self.budget;
        for (key, value) in [
            ("budget.trials", b.trials),
            ("budget.epochs", b.epochs),
            ("budget.threads", b.threads),
            ("budget.predict_batch", b.predict_batch),
        ] {
            at_least(key, value, 1)?;
        }
        ensure(b.trials <= 10_000, || {
            format!("budget.trials: at most 10000, got {}", b.trials)
        })?;
        ensure(!self.training.contains_key("epochs"), || {
            "training.epochs: the epoch limit is the same for all strategies; set budget.epochs"
                .to_owned()
        })
    }

    fn check_modalities(&self) -> Check {
        ensure(!self.modalities.is_empty(), || {
            "modalities: add one [[modalities]] section per modality".to_owned()
        })?;
        let mut seen = BTreeSet::new();
        for modality in &self.modalities {
            check_name("modalities.name", &modality.name)?;
            ensure(seen.insert(&modality.name), || {
                format!("modalities: `{}` is there twice; remove one", modality.name)
            })?;
            ensure(!modality.config.contains_key("name"), || {
                format!(
                    "modalities.{}.config.name: the encoder's name goes into `encoder`",
                    modality.name
                )
            })?;
        }
        Ok(())
    }

    fn check_strategies(&self) -> Check {
        ensure(!self.strategies.is_empty(), || {
            "strategies: add [[strategies]] sections".to_owned()
        })?;
        let names: Vec<&str> = self.modalities.iter().map(|m| m.name.as_str()).collect();
        let mut seen = BTreeSet::new();
        for strategy in &self.strategies {
            check_name("strategies.fusion", &strategy.fusion)?;
            let name = strategy.name.as_deref().unwrap_or(&strategy.fusion);
            check_name("strategies.name", name)?;
            ensure(seen.insert(name), || {
                format!("strategies: `{name}` is there twice; give one of them a `name` of its own")
            })?;
            if strategy.fusion == SINGLE {
                ensure(strategy.name.is_none(), || {
                    "strategies.name: `single` stands for one strategy per modality and takes no name".to_owned()
                })?;
            }
            ensure(!strategy.config.contains_key("name"), || {
                format!("strategies.{name}.config.name: the fusion's name goes into `fusion`")
            })?;
            if let Some(chosen) = &strategy.modalities {
                check_chosen(name, chosen, &names)?;
                ensure(strategy.fusion == SINGLE || chosen.len() >= 2, || {
                    format!("strategies.{name}.modalities: a fusion needs at least two")
                })?;
            } else {
                ensure(strategy.fusion == SINGLE || names.len() >= 2, || {
                    format!("strategies.{name}: a fusion needs at least two modalities")
                })?;
            }
            check_space(
                &format!("strategies.{name}.search"),
                &strategy.search,
                Some(name),
            )?;
        }
        let compared = self.strategies.iter().any(|s| s.fusion != SINGLE);
        let singles = self
            .strategies
            .iter()
            .any(|s| s.fusion == SINGLE && s.modalities.is_none());
        ensure(!compared || singles, || {
            "strategies: fusions are compared with the best single modality; add [[strategies]] fusion = \"single\" with all modalities"
                .to_owned()
        })?;
        self.check_grid()
    }

    fn check_grid(&self) -> Check {
        if self.budget.draw == Draw::Random {
            return Ok(());
        }
        let spaces = self
            .strategies
            .iter()
            .map(|s| &s.search)
            .chain([&self.search]);
        for (key, range) in spaces.flatten() {
            ensure(matches!(range, Range::Choices(_)), || {
                format!(
                    "search.\"{key}\": a grid takes lists, no intervals; set budget.draw = \"random\" or list the values"
                )
            })?;
        }
        Ok(())
    }
}

fn check_chosen(name: &str, chosen: &[String], known: &[&str]) -> Check {
    let mut seen = BTreeSet::new();
    for modality in chosen {
        ensure(known.contains(&modality.as_str()), || {
            let hint = nearest(modality, known)
                .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
            format!(
                "strategies.{name}.modalities: unknown modality `{modality}`{hint}; known: {}",
                known.join(", ")
            )
        })?;
        ensure(seen.insert(modality), || {
            format!("strategies.{name}.modalities: `{modality}` is there twice")
        })?;
    }
    ensure(!chosen.is_empty(), || {
        format!("strategies.{name}.modalities: name at least one")
    })
}

/// Keys start with `training.`, `modalities.NAME.` or (a strategy's own) `fusion.`.
fn check_space(place: &str, space: &SearchSpace, strategy: Option<&str>) -> Check {
    for (key, range) in space {
        let parts: Vec<&str> = key.split('.').collect();
        let ok = match parts.as_slice() {
            ["training", "epochs"] => {
                return Err(format!(
                    "{place}.\"{key}\": the epoch limit is the same for all; set budget.epochs"
                ));
            }
            ["training", _] => true,
            ["training", "optimizer" | "schedule", field] => *field != "name",
            ["modalities", _, field] => *field != "name",
            ["fusion", field] => strategy.is_some() && *field != "name",
            _ => false,
        };
        ensure(ok, || {
            format!(
                "{place}.\"{key}\": expected \"training.FIELD\", \"training.optimizer.FIELD\", \"training.schedule.FIELD\", \"modalities.NAME.FIELD\" or, in a strategy's own search, \"fusion.FIELD\" (in quotes)"
            )
        })?;
        match range {
            Range::Choices(values) => {
                ensure(!values.is_empty(), || {
                    format!("{place}.\"{key}\": the list is empty")
                })?;
            }
            Range::Interval(interval) => {
                let (min, max) = (interval.min, interval.max);
                ensure(min.is_finite() && max.is_finite() && min < max, || {
                    format!("{place}.\"{key}\": expected min < max, got {min} and {max}")
                })?;
                ensure(interval.scale != Scale::Log || min > 0.0, || {
                    format!("{place}.\"{key}\": a log scale needs min above 0, got {min}")
                })?;
                ensure(
                    interval.scale != Scale::Integer || (min.fract() == 0.0 && max.fract() == 0.0),
                    || {
                        format!(
                            "{place}.\"{key}\": an integer scale needs whole numbers, got {min} and {max}"
                        )
                    },
                )?;
            }
        }
    }
    Ok(())
}

fn ensure(ok: bool, message: impl FnOnce() -> String) -> Check {
    if ok { Ok(()) } else { Err(message()) }
}

fn at_least(key: &str, value: usize, least: usize) -> Check {
    ensure(value >= least, || {
        format!("{key}: expected at least {least}, got {value}")
    })
}

/// Names become file names: letters, digits, `-`, `_`, `.`; no leading dot.
fn check_name(key: &str, name: &str) -> Check {
    let ok = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    ensure(ok, || {
        format!("{key}: expected up to 100 letters, digits, `-`, `_` or `.`, got {name:?}")
    })
}

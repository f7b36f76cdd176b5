//! Targets that are times to an event, right-censored.

use midfuse_base::{SurvivalTask, Targets, Task, TaskKind};

use super::words::{Words, names_censoring};
use super::{FEW, Line, TargetColumn, TargetFormat, TargetReader, number, ranges_part};
use crate::error::{Defect, Result, quoted};
use crate::manifest::TargetSpec;
use crate::table::Cell;

/// A column of times, and one that says which of them ended with the event.
pub(super) struct TimesAndEvents;

const NAME_COLUMNS: &str = "write `time = \"..\"` and `event = \"..\"` with the columns of the \
                            follow-up time and of the event";

impl TargetFormat for TimesAndEvents {
    fn keys(&self) -> &'static [&'static str] {
        &["time", "event", "unit", "event_values", "censored_values"]
    }

    fn check(&self, spec: &TargetSpec) -> Result<(), (String, &'static str)> {
        let (Some(time), Some(event)) = (&spec.time, &spec.event) else {
            let reason = "a survival needs the columns `time` and `event`";
            return Err((reason.into(), NAME_COLUMNS));
        };
        if time == event {
            return Err(("`time` and `event` are one column".into(), NAME_COLUMNS));
        }
        Words::of(spec).map(|_| ())
    }

    fn columns<'a>(&self, spec: &'a TargetSpec) -> Vec<&'a str> {
        spec.time
            .iter()
            .chain(&spec.event)
            .map(String::as_str)
            .collect()
    }

    fn reader<'a>(&self, spec: &'a TargetSpec) -> Box<dyn TargetReader + 'a> {
        Box::new(Reader {
            spec,
            words: Words::of(spec).unwrap_or_default(),
            time: Vec::new(),
            event: Vec::new(),
        })
    }

    fn section(&self, target: &TargetColumn, column: &mut dyn FnMut(&str) -> String) -> TargetSpec {
        let unit = unit(target);
        TargetSpec {
            time: Some(column(&format!("{}.time", target.name))),
            event: Some(column(&format!("{}.event", target.name))),
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
            ..TargetSpec::new(&target.name, TaskKind::Survival)
        }
    }

    fn cells(&self, target: &TargetColumn, row: usize) -> Vec<String> {
        let (time, event) = values(target);
        let event = event.get(row).map(|&event| u8::from(event).to_string());
        vec![number(time.get(row)), event.unwrap_or_default()]
    }

    fn summarise(&self, target: &TargetColumn, warnings: &mut Vec<String>) -> String {
        let (time, event) = values(target);
        let name = &target.name;
        let events = event.iter().filter(|&&event| event).count();
        if events == 0 {
            warnings.push(format!(
                "target {name} has no event, so there is nothing to learn"
            ));
        } else if events == event.len() {
            warnings.push(format!(
                "target {name} has no censored row: is the event column the right way round?"
            ));
        }
        let at_start = time.iter().filter(|&&time| time <= 0.0).count();
        if at_start > 0 {
            warnings.push(format!(
                "target {name} has {at_start} rows of time 0: they are followed for no time, and \
                 tell nothing unless they end with the event"
            ));
        }
        let range = (f64::INFINITY, f64::NEG_INFINITY);
        let fold = |(low, high): (f64, f64), v: &f64| (low.min(*v), high.max(*v));
        let (min, max) = time.iter().fold(range, fold);
        let n = event.len();
        let unit = match unit(target) {
            "" => String::new(),
            unit => format!(" {unit}"),
        };
        format!("survival, {events} events in {n} rows, times {min} to {max}{unit}")
    }

    fn half_of_censored(&self) -> Option<&'static str> {
        None
    }

    fn is_told_by_numbers(&self, column: &[f32], target: &TargetColumn) -> bool {
        let (time, event) = values(target);
        if column.len() < FEW {
            return false;
        }
        let equal = |(a, b): (&f32, &f64)| a.to_bits() == (*b as f32).to_bits();
        let pairs = column.iter().zip(event);
        let present = pairs.filter(|(value, _)| !value.is_nan());
        column.iter().zip(time).all(equal)
            || ranges_part(present.map(|(value, event)| (u64::from(*event), f64::from(*value))))
    }

    fn is_told_by_categories(&self, column: &[Option<String>], target: &TargetColumn) -> bool {
        let (_, event) = values(target);
        if column.len() < FEW || event.iter().all(|&e| e) || !event.contains(&true) {
            return false;
        }
        let of = |wanted: bool| {
            let rows = column.iter().zip(event).filter(move |(_, e)| **e == wanted);
            rows.map(|(value, _)| value)
        };
        // One category of all events and another of all censored rows.
        let one = |wanted: bool| {
            let first = of(wanted).next().cloned().flatten()?;
            of(wanted)
                .all(|value| value.as_ref() == Some(&first))
                .then_some(first)
        };
        matches!((one(true), one(false)), (Some(event), Some(censored)) if event != censored)
    }
}

fn values(target: &TargetColumn) -> (&[f64], &[bool]) {
    target.targets.as_survival().unwrap_or_default()
}

fn unit(target: &TargetColumn) -> &str {
    target.task.as_survival().map_or("", |task| &task.unit)
}

struct Reader<'a> {
    spec: &'a TargetSpec,
    words: Words,
    time: Vec<f64>,
    event: Vec<bool>,
}

impl TargetReader for Reader<'_> {
    fn push(&mut self, at: &Line<'_>, cells: &[(usize, &Cell<'_>)]) -> Result<()> {
        let [(time_at, time), (event_at, event)] = *cells else {
            return Ok(());
        };
        let value = at.number(time_at, time)?;
        if value < 0.0 {
            return Err(at.error(
                Defect::TimeOrder,
                time_at,
                format!("the follow-up time {value} is negative: it ends before it starts"),
                "count times from the start of follow-up, or remove the row",
            ));
        }
        if event.is_missing() {
            return Err(at.missing(event_at));
        }
        let column = self.spec.event.as_deref().unwrap_or_default();
        if names_censoring(column) && !self.words.is_declared() {
            let reason = format!(
                "by its name {} says who was censored, so it is not clear what 1 means",
                quoted(column)
            );
            let mend = "if 1 means censored, write `event_values = [\"0\"]` and \
                        `censored_values = [\"1\"]` under the target (in an import \
                        --event-values 0 --censored-values 1), else the other way round";
            return Err(at.error(Defect::UnknownCategory, event_at, reason, mend));
        }
        let seen = self.words.read(event).ok_or_else(|| {
            let shown = event.text().unwrap_or_default();
            let reason = format!(
                "{} is not known to be an event or a censoring",
                quoted(&shown)
            );
            at.error(Defect::UnknownCategory, event_at, reason, self.words.mend())
        })?;
        self.time.push(value);
        self.event.push(seen);
        Ok(())
    }

    fn finish(self: Box<Self>) -> TargetColumn {
        let unit = self.spec.unit.clone().unwrap_or_default();
        TargetColumn {
            name: self.spec.name.clone(),
            task: Task::Survival(SurvivalTask::default().with_unit(unit)),
            targets: Targets::Survival {
                time: self.time,
                event: self.event,
            },
        }
    }
}

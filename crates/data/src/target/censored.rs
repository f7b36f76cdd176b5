//! Censored outcomes that are declared as a class or a number.
//!
//! A row that was followed for a month and lives is not a case of survival: as a class it counts as
//! one. Such targets are known by a pair of columns, by name (`OS` beside `OS.time`, `vital_status`
//! beside `days_to_death`) and by content (two values; times from 0 on); `uncensored = true` insists.

use std::collections::BTreeSet;

use super::words::{names_censoring, usual};
use crate::error::{DataError, Defect, Result, listed, quoted};
use crate::manifest::TargetSpec;
use crate::table::Table;

/// Words for a time since the start.
const TIME: &[&str] = &[
    "time", "times", "duration", "futime", "followup", "survtime", "tte", "t",
];
/// Words for a length of time; they count beside an endpoint, or follow-up as a whole.
const PERIOD: &[&str] = &["days", "weeks", "months", "years"];
/// Words that may be a length of time or a date; they count beside an endpoint.
const UNIT: &[&str] = &["day", "week", "month", "year", "mo", "yr", "yrs"];
/// Words that say whether an event was seen.
const MARKER: &[&str] = &[
    "event",
    "events",
    "status",
    "cens",
    "censor",
    "censored",
    "censoring",
    "censorship",
    "fustat",
    "e",
    "delta",
    "observed",
    "indicator",
];
/// Words for the event itself.
const DEATH: &[&str] = &["death", "dead", "died", "deceased", "vital"];
/// Outcomes of clinical studies; the bare word is the event.
const ENDPOINT: &[&str] = &[
    "os",
    "dss",
    "dfs",
    "dfi",
    "pfs",
    "pfi",
    "rfs",
    "efs",
    "mfs",
    "dmfs",
    "css",
    "ttp",
    "ttr",
    "survival",
    "relapse",
    "recurrence",
    "progression",
    "metastasis",
];
/// Words beside a length of time that speak of follow-up as a whole.
const FOLLOW_UP: &[&str] = &[
    "survival",
    "overall",
    "follow",
    "up",
    "followup",
    "last",
    "contact",
    "to",
    "until",
    "in",
    "of",
    "death",
    "dead",
    "event",
    "os",
    "obs",
    "observation",
    "patient",
];
/// Words beside a marker that name no endpoint.
const GENERAL: &[&str] = &["survival", "overall", "patient", "last", "is", "has", "was"];

/// Distinct times below which a column of numbers holds no times.
const FEW_TIMES: usize = 3;

/// Refuses a class or a number that is one half of a censored outcome in the row table.
pub(crate) fn check_uncensored(table: &Table, targets: &[TargetSpec]) -> Result<()> {
    for target in targets {
        if let (Some(declared), false) = (
            super::format(target.kind).half_of_censored(),
            target.uncensored,
        ) {
            check(table, target, declared)?;
        }
    }
    Ok(())
}

/// `declared`: what a row of the target is called, `class`.
fn check(table: &Table, target: &TargetSpec, declared: &str) -> Result<()> {
    let column = target.column();
    let others = || table.columns().iter().filter(|other| *other != column);
    let mut pairs = Vec::new();
    for other in others() {
        for (event, time) in [(column, other.as_str()), (other.as_str(), column)] {
            if is_pair(event, time)
                && let Some(words) = censored(table, event, time)?
            {
                pairs.push((event, time, words));
            }
        }
    }
    let Some((event, time, words)) = pairs.first() else {
        return Ok(());
    };
    let counterpart = if *event == column { "event" } else { "time" };
    let times: Vec<&str> = pairs.iter().map(|(_, time, _)| *time).collect();
    let of = match counterpart {
        "event" => format!(
            "says who had an event, beside the follow-up times {}",
            listed(times)
        ),
        _ => format!(
            "is a follow-up time, beside {}, who had an event",
            quoted(event)
        ),
    };
    let joined = match pairs.len() {
        1 => "",
        _ => " (join the times into one column if each row has only one of them)",
    };
    let (words, flags) = words.lines(event);
    let reason = format!(
        "{} {of}: a censored outcome, and as a {declared} every row that was not followed to its end \
         would count as known",
        quoted(column)
    );
    let mend = format!(
        "write `kind = \"survival\"`, `time = {time:?}`, `event = {event:?}`{words} under the \
         target (in an import --event {event:?} --event-time {time:?}{flags}){joined}, or \
         `uncensored = true` (--uncensored) if every row was followed to its end"
    );
    Err(DataError::new(Defect::Censored, table.path(), reason, mend).at_column(column))
}

/// Columns that follow rows up beside an event, by their names alone: known only after the start,
/// they are not inputs of a survival.
pub(crate) fn follow_up_columns<'a>(columns: &[&'a str]) -> BTreeSet<&'a str> {
    // Tables of genes have tens of thousands of columns, few of which can be half of a pair.
    let named: Vec<(&str, Vec<String>)> =
        columns.iter().map(|&name| (name, tokens(name))).collect();
    let may_be = |of: &[&[&str]]| -> Vec<&(&str, Vec<String>)> {
        let is = |(_, tokens): &&(&str, Vec<String>)| of.iter().any(|words| has(tokens, words));
        named.iter().filter(is).collect()
    };
    let events = may_be(&[MARKER, DEATH, ENDPOINT]);
    let times = may_be(&[TIME, PERIOD, UNIT]);
    let mut found = BTreeSet::new();
    for (event, of_event) in events {
        for (time, of_time) in &times {
            if event != time && is_pair_of(of_event, of_time) {
                found.extend([*event, *time]);
            }
        }
    }
    found
}

fn has(tokens: &[String], of: &[&str]) -> bool {
    tokens.iter().any(|token| of.contains(&token.as_str()))
}

/// Whether two names are those of an event and its time.
fn is_pair(event: &str, time: &str) -> bool {
    is_pair_of(&tokens(event), &tokens(time))
}

/// The same of the words of the names. The event has one of [`MARKER`], [`DEATH`] or [`ENDPOINT`], the
/// time one of [`TIME`], [`PERIOD`] or [`UNIT`].
fn is_pair_of(event: &[String], time: &[String]) -> bool {
    let without = |tokens: &[String], of: &[&[&str]]| -> Vec<String> {
        let kept = |t: &&String| !of.iter().any(|words| words.contains(&t.as_str()));
        tokens.iter().filter(kept).cloned().collect()
    };
    let lasts = has(time, TIME) || has(time, PERIOD);
    let stem = without(time, &[TIME, PERIOD, UNIT]);
    let of_event = without(event, &[MARKER]);
    let marked = has(event, MARKER) || has(event, DEATH);
    let is_endpoint = has(&of_event, ENDPOINT);
    // `OS_STATUS` beside `OS_MONTHS`, `OS` beside `OS.time`, `e.tdm` beside `t.tdm`.
    if !stem.is_empty() && stem == of_event && (marked || is_endpoint) {
        return has(time, TIME) || (is_endpoint && (lasts || has(time, UNIT)));
    }
    // `vital_status` beside `days_to_death`, `event` beside `time`, `censorship` beside
    // `survival_months`; a bare `t` beside a bare `e` only.
    let bare_t = time.iter().all(|t| t == "t");
    let bare_e = event.iter().all(|t| t == "e");
    let general = without(event, &[MARKER, DEATH, GENERAL]).is_empty();
    marked && general && lasts && without(&stem, &[FOLLOW_UP]).is_empty() && (bare_e == bare_t)
}

/// The words of a name: parted at what is not a letter or digit, and where a capital follows a small
/// letter.
fn tokens(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut small = false;
    for c in name.chars() {
        if small && c.is_uppercase() {
            spaced.push(' ');
        }
        small = c.is_lowercase();
        spaced.push(c);
    }
    let words = spaced.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The two values of an event column.
struct TwoWords([String; 2]);

impl TwoWords {
    /// What has to be declared of them: in `cohort.toml`, and as flags.
    fn lines(&self, column: &str) -> (String, String) {
        let [a, b] = &self.0;
        if names_censoring(column) {
            // 1 by the name means censored.
            let (event, censored) = if usual(a) == Some(true) {
                (b, a)
            } else {
                (a, b)
            };
            return declared(event, censored);
        }
        if usual(a).is_some() && usual(b).is_some() {
            return (String::new(), String::new());
        }
        let is_event = |word: &str| {
            let word = word.to_lowercase();
            let known = [
                "dead", "deceased", "died", "death", "yes", "event", "recurred",
            ];
            known.iter().any(|known| word.contains(known))
        };
        let (event, censored) = if is_event(a) { (a, b) } else { (b, a) };
        declared(event, censored)
    }
}

fn declared(event: &str, censored: &str) -> (String, String) {
    (
        format!(", `event_values = [{event:?}]`, `censored_values = [{censored:?}]`"),
        format!(" --event-values {event:?} --censored-values {censored:?}"),
    )
}

/// The values of `event`, if they are two and those of `time` are times from 0 on.
fn censored(table: &Table, event: &str, time: &str) -> Result<Option<TwoWords>> {
    let columns = [table.position(event)?, table.position(time)?];
    let mut words = BTreeSet::new();
    let mut times = BTreeSet::new();
    let mut fits = true;
    table.for_each(&columns, |_, cells| {
        let [event, time] = cells else {
            return Ok(());
        };
        if let (Some(word), false, true) = (event.text(), event.is_missing(), words.len() < 3) {
            words.insert(word.trim().to_owned());
        }
        match time.f64() {
            Ok(Some(time)) if time >= 0.0 => {
                if times.len() < FEW_TIMES {
                    times.insert(time.to_bits());
                }
            }
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => fits = false,
        }
        Ok(())
    })?;
    let mut words = words.into_iter();
    Ok(match (words.next(), words.next(), words.next()) {
        (Some(a), Some(b), None) if fits && times.len() >= FEW_TIMES => Some(TwoWords([a, b])),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_by_name() {
        for (event, time) in [
            ("OS", "OS.time"),
            ("OS_STATUS", "OS_MONTHS"),
            ("Overall Survival Status", "Overall Survival (Months)"),
            ("DFI", "DFI.time"),
            ("PFS_STATUS", "PFS_MONTHS"),
            ("event", "time"),
            ("Status", "Time"),
            ("vital_status", "days_to_death"),
            ("vital_status", "days_to_last_follow_up"),
            ("vital_status", "days_to_last_followup"),
            ("censorship", "survival_months"),
            ("fustat", "futime"),
            ("e.tdm", "t.tdm"),
            ("E", "T"),
            ("DEATH_EVENT", "time"),
            ("death", "time"),
            ("event", "duration"),
            ("status", "survtime"),
            ("death", "time_to_death"),
            ("rfsStatus", "rfsTime"),
            ("relapse", "relapse_time"),
            ("overall_survival", "overall_survival_months"),
            ("OS_EVENT", "OS_day"),
        ] {
            assert!(is_pair(event, time), "{event} beside {time}");
        }
    }

    #[test]
    fn names_that_are_no_pair() {
        for (event, time) in [
            ("diagnosis", "time"),
            ("sex", "time"),
            ("status", "age"),
            ("status", "age_years"),
            ("status", "year"),
            ("status", "year_of_birth"),
            ("smoking_status", "time"),
            ("marital_status", "years"),
            ("smoking_status", "smoking_years"),
            ("in_hospital_death", "length_of_stay"),
            ("In-hospital_death", "Survival"),
            ("er_status", "os_months"),
            ("status", "t"),
            ("hospitaldischargestatus", "hospitaldischargeoffset"),
            ("gait", "gait_time"),
            ("admission_status", "admission_day"),
            ("time", "event"),
        ] {
            assert!(!is_pair(event, time), "{event} beside {time}");
        }
    }

    #[test]
    fn columns_of_follow_up_by_name() {
        let columns = ["age", "DSS", "DSS.time", "BRCA1", "time_of_day"];
        let found = follow_up_columns(&columns);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["DSS", "DSS.time"]);
        // In a moment, whatever the number of columns: pairs of names would be 400 million.
        let genes: Vec<String> = (0..20_000)
            .map(|gene| format!("GENE{gene}_rnaseq"))
            .collect();
        let wide: Vec<&str> = genes.iter().map(String::as_str).chain(columns).collect();
        assert_eq!(follow_up_columns(&wide).len(), 2);
    }
}

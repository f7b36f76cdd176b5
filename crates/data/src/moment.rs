//! Moments: what a cell of a time column may hold.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime};

/// In what a moment is counted; the times of one cohort are all of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeKind {
    /// A number, in a unit that the cohort knows.
    Number,
    /// Days since 1970-01-01.
    Date,
    /// Seconds since 1970-01-01T00:00:00 by a clock on a wall: no zone is given.
    Local,
    /// Seconds since 1970-01-01T00:00:00Z.
    Zoned,
}

impl fmt::Display for TimeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Local => "a date-time without a zone",
            Self::Zoned => "a date-time with a zone",
        })
    }
}

/// The date (`YYYY-MM-DD`) or date-time that a text spells; `None` for any other text. The latter is
/// RFC 3339 (`2024-01-31T14:05:09.5+01:00`, `2024-01-31T13:05:09Z`), or the same without its zone;
/// a space may stand for the `T`, and seconds may be left out.
pub(crate) fn parse(text: &str) -> Option<(TimeKind, f64)> {
    let text = text.trim();
    if let Some(days) = days(text) {
        return Some((TimeKind::Date, days as f64));
    }
    // The crate is lenient with years, months and days of other lengths.
    let (day, rest) = text.split_at_checked(10)?;
    days(day)?;
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    if !clock.starts_with(|digit: char| digit.is_ascii_digit())
        || clock.contains(char::is_whitespace)
    {
        return None;
    }
    let text = format!("{day}T{clock}");
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|form| {
            let local = NaiveDateTime::parse_from_str(&text, form)
                .map(|at| (TimeKind::Local, at.and_utc()));
            let zoned = || DateTime::parse_from_str(&text, &format!("{form}%#z"));
            let (clock, at) = local
                .or_else(|_| zoned().map(|at| (TimeKind::Zoned, at.to_utc())))
                .ok()?;
            Some((
                clock,
                at.timestamp() as f64 + f64::from(at.timestamp_subsec_nanos()) / 1e9,
            ))
        })
}

/// Days since 1970-01-01 of a date `YYYY-MM-DD` in the Gregorian calendar.
fn days(text: &str) -> Option<i64> {
    let text = text.trim();
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    // The crate is lenient with signs and with parts of other lengths.
    (date.to_string() == text).then(|| i64::from(date.to_epoch_days()))
}

/// Whether a text has the form of a day in any order, as `31/01/2024` or `1.2.2024`, with a time or without.
pub(crate) fn looks_like_day(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    ['/', '.', '-'].into_iter().any(|sign| {
        let parts: Vec<&str> = day.split(sign).collect();
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        parts.iter().all(is_number) && matches!(lengths[..], [1..=2, 1..=2, 4] | [4, 1..=2, 1..=2])
    })
}

/// Whether a number spells a day of the years 1900 to 2100 as `YYYYMMDD`.
pub(crate) fn is_day_number(value: f64) -> bool {
    day_number(value).is_some()
}

/// Days since 1970-01-01 of a number that spells a day of the years 1900 to 2100 as `YYYYMMDD`.
pub(crate) fn day_number(value: f64) -> Option<f64> {
    if !(19_000_101.0..=21_001_231.0).contains(&value) || value.fract() != 0.0 {
        return None;
    }
    let number = value as u32;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(f64::from(date.to_epoch_days()))
}

/// The date `YYYY-MM-DD` of a number of days since 1970-01-01; `None` some 262,000 years from now.
pub(crate) fn date(days: i32) -> Option<String> {
    let date = NaiveDate::from_epoch_days(days)?;
    let (year, month, day) = (date.year(), date.month(), date.day());
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str, clock: TimeKind) -> f64 {
        let (got, seconds) = parse(text).unwrap();
        assert_eq!(got, clock, "{text}");
        seconds
    }

    #[test]
    fn days_in_any_order_are_known_by_their_form() {
        for text in [
            "31/01/2024",
            "1.2.2024",
            "2024/1/31",
            "1/31/2024 14:05",
            "2024-1-5",
        ] {
            assert!(looks_like_day(text), "{text}");
        }
        for text in [
            "1.2.3",
            "10-20",
            "1/2",
            "12.2024",
            "a/b/2024",
            "",
            "192.168.0.1",
        ] {
            assert!(!looks_like_day(text), "{text}");
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2000-02-29"), Some(11_016));
        assert_eq!(days("1969-12-31"), Some(-1));
        assert_eq!(days(" 0000-03-01 "), Some(-719_468));
        assert_eq!(date(19_723).unwrap(), "2024-01-01");
        assert_eq!(date(2_932_897).unwrap(), "10000-01-01");
        assert_eq!(date(i32::MAX), None);
    }

    #[test]
    fn impossible_dates() {
        for text in [
            "2001-02-29",
            "2000-13-01",
            "2000-00-10",
            "20-1-1",
            "2000-01-32",
            "x",
            "+200-01-01",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_taken_off() {
        let utc = seconds("2024-01-01T12:00:00Z", TimeKind::Zoned);
        for same in [
            "2024-01-01T14:00:00+02:00",
            "2024-01-01 14:00+02:00",
            "2024-01-01T06:30:00.000-05:30",
            "2024-01-01t12:00:00z",
            " 2024-01-01T14:00:00+0200 ",
        ] {
            assert!(
                (seconds(same, TimeKind::Zoned) - utc).abs() < 1e-9,
                "{same}"
            );
        }
        assert!((seconds("2024-01-01T12:00:00", TimeKind::Local) - utc).abs() < 1e-9);
        assert!((utc - 1_704_110_400.0).abs() < 1e-9);
    }

    #[test]
    fn parts_of_a_second_count() {
        assert!((seconds("1970-01-01T00:00:01.25Z", TimeKind::Zoned) - 1.25).abs() < 1e-9);
        assert!((seconds("1969-12-31 23:59:59.5", TimeKind::Local) + 0.5).abs() < 1e-9);
    }

    #[test]
    fn other_texts_are_no_moments() {
        for text in [
            "",
            "12",
            "2024-01-01T",
            "2024-01-01T25:00:00Z",
            "2024-02-30T00:00:00Z",
            "2024-1-1T00:00:00",
            "2024-01-01T00:00:00 CET",
            "2024-01-01T00:00:00+",
            "01.02.2024 10:00",
            "2024-01-01T00",
            "2024-01-01T-1:00",
            "ééééé",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

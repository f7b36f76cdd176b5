//! Calendar dates as days since 1970-01-01.

/// Days since 1970-01-01 of a date `YYYY-MM-DD` in the Gregorian calendar.
pub(crate) fn to_days(text: &str) -> Option<i64> {
    let mut parts = text.trim().splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let days = civil_to_days(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    // A day that the month does not have comes back as another date.
    (from_days(days) == text.trim()).then_some(days)
}

/// The date `YYYY-MM-DD` of a number of days since 1970-01-01.
pub(crate) fn from_days(days: i64) -> String {
    // Hinnant, "chrono-Compatible Low-Level Date Algorithms": years start in March, so that the
    // leap day is the last one; an era is 400 years.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn civil_to_days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_index = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_index + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        assert_eq!(to_days("1970-01-01"), Some(0));
        assert_eq!(to_days("2000-02-29"), Some(11_016));
        assert_eq!(to_days("1969-12-31"), Some(-1));
        assert_eq!(from_days(19_723), "2024-01-01");
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
            assert_eq!(to_days(text), None, "{text}");
        }
    }
}

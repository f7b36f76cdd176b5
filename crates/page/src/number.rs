//! Numbers for people.

/// Four significant digits, plain where that is short: `0.9714`, `12.35`, `1.2e-5`.
pub fn score(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "-".to_owned()
        } else if value > 0.0 {
            "∞".to_owned()
        } else {
            "-∞".to_owned()
        };
    }
    let size = value.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e6).contains(&size) {
        format!("{value:.3e}")
    } else if size < 1.0 {
        format!("{value:.4}")
    } else {
        let digits = 3_usize.saturating_sub(size.log10().floor() as usize);
        format!("{value:.digits$}")
    }
}

/// The same with a sign.
pub fn signed(value: f64) -> String {
    if value > 0.0 {
        format!("+{}", score(value))
    } else {
        score(value)
    }
}

/// `[lower, upper]`, or a dash.
pub fn interval(lower: Option<f64>, upper: Option<f64>, show: fn(f64) -> String) -> String {
    match (lower, upper) {
        (Some(lower), Some(upper)) => format!("[{}, {}]", show(lower), show(upper)),
        _ => "-".to_owned(),
    }
}

/// `0.9714 [0.9502, 0.9880]`; without an interval the value alone.
pub fn estimate(value: f64, lower: Option<f64>, upper: Option<f64>) -> String {
    match (lower, upper) {
        (Some(_), Some(_)) => format!("{} {}", score(value), interval(lower, upper, score)),
        _ => score(value),
    }
}

/// A p value below this is given as less than it, and never as 0.
const SMALLEST_P: f64 = 0.001;

/// A p value as a cell: `0.013`, `< 0.001`, or a dash.
pub fn p_value(p: Option<f64>) -> String {
    match p.filter(|p| !p.is_nan()) {
        None => "-".to_owned(),
        Some(p) if p < SMALLEST_P => format!("< {SMALLEST_P}"),
        Some(p) => format!("{p:.3}"),
    }
}

/// A p value in a sentence: `p = 0.013`, `p < 0.001`.
pub fn p_equals(p: f64) -> String {
    let value = p_value(Some(p));
    if value.starts_with('<') {
        format!("p {value}")
    } else {
        format!("p = {value}")
    }
}

/// `950`, `12.3 k`, `4.56 M`, `7.89 G`.
pub fn count(value: u64) -> String {
    for (unit, size) in [("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)] {
        if value as f64 >= size {
            return format!("{:.3} {unit}", value as f64 / size).replacen(".000 ", " ", 1);
        }
    }
    value.to_string()
}

/// `0.35 s`, and from 10 s on as [`rounded_seconds`].
pub fn seconds(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2} s")
    } else {
        rounded_seconds(value)
    }
}

/// `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn rounded_seconds(value: f64) -> String {
    let rounded = value.round() as u64;
    match rounded {
        0..=119 => format!("{rounded} s"),
        120..=7199 => format!("{} min {} s", rounded / 60, rounded % 60),
        _ => format!("{} h {} min", rounded / 3600, rounded % 3600 / 60),
    }
}

/// `217 MB` (10^6 bytes).
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", (bytes as f64 / 1e6).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_p_value_is_never_nothing() {
        assert_eq!(p_value(Some(0.0)), "< 0.001");
        assert_eq!(p_value(Some(0.000_999)), "< 0.001");
        assert_eq!(p_value(Some(0.001)), "0.001");
        assert_eq!(p_value(None), "-");
        assert_eq!(p_equals(0.0), "p < 0.001");
        assert_eq!(p_equals(0.0125), "p = 0.013");
    }

    #[test]
    fn numbers_are_short_and_honest() {
        assert_eq!(score(0.971_43), "0.9714");
        assert_eq!(score(12.345_6), "12.35");
        assert_eq!(score(1234.5), "1234");
        assert_eq!(score(0.000_012), "1.200e-5");
        assert_eq!(score(f64::NAN), "-");
        assert_eq!(signed(0.5), "+0.5000");
        assert_eq!(
            estimate(0.5, Some(0.25), Some(0.75)),
            "0.5000 [0.2500, 0.7500]"
        );
        assert_eq!(estimate(0.5, None, Some(0.75)), "0.5000");
        assert_eq!(count(1_234_567), "1.235 M");
        assert_eq!(count(999), "999");
        assert_eq!(seconds(200.0), "3 min 20 s");
        assert_eq!(megabytes(217_300_000), "217 MB");
    }
}

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

/// A p-value: `0.013`, `< 0.001`.
pub fn p_value(p: Option<f64>) -> String {
    match p {
        None => "-".to_owned(),
        Some(p) if p < 0.001 => "&lt; 0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
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

/// `0.35 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn seconds(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2} s");
    }
    let whole = value.round() as u64;
    match whole {
        0..=119 => format!("{whole} s"),
        120..=7199 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
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
    fn numbers_are_short_and_honest() {
        assert_eq!(score(0.971_43), "0.9714");
        assert_eq!(score(12.345_6), "12.35");
        assert_eq!(score(1234.5), "1234");
        assert_eq!(score(0.000_012), "1.200e-5");
        assert_eq!(score(f64::NAN), "-");
        assert_eq!(signed(0.5), "+0.5000");
        assert_eq!(p_value(Some(0.0004)), "&lt; 0.001");
        assert_eq!(count(1_234_567), "1.235 M");
        assert_eq!(count(999), "999");
        assert_eq!(seconds(200.0), "3 min 20 s");
        assert_eq!(megabytes(217_300_000), "217 MB");
    }
}

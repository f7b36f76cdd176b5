//! Numbers of bytes as people read them.

/// Bytes in the largest unit of which there is at least one, `"1.5 GiB"`.
///
/// ```
/// use midfuse_base::size;
/// assert_eq!(size(1023), "1023 B");
/// assert_eq!(size(3 << 19), "1.5 MiB");
/// assert_eq!(size(82 << 30), "82 GiB");
/// ```
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut unit = None;
    let mut value = bytes as f64;
    for next in UNITS {
        if value < 1023.95 {
            break;
        }
        value /= 1024.0;
        unit = Some(next);
    }
    match unit {
        None => format!("{bytes} B"),
        Some(unit) if value < 9.95 => format!("{value:.1} {unit}"),
        Some(unit) => format!("{value:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_left_when_it_is_full() {
        let cases = [
            (0, "0 B"),
            (1024, "1.0 KiB"),
            ((1 << 20) - 1, "1.0 MiB"),
            (u64::MAX, "16384 PiB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
    }
}

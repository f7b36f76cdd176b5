//! What a job cost.

/// The highest resident set of this process so far, in bytes: `VmHWM` of `/proc/self/status`; 0
/// where there is no such file (not Linux).
pub(crate) fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    parse(&status).unwrap_or(0)
}

fn parse(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found() {
        assert_eq!(parse("VmPeak:\t 9 kB\nVmHWM:\t   1024 kB\n"), Some(1 << 20));
        assert_eq!(parse("VmPeak:\t 9 kB\n"), None);
    }
}

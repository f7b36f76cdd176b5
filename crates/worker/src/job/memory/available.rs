//! What this machine can still give.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the limits of control groups lie.
const GROUPS: &str = "/sys/fs/cgroup";

/// Bytes that programs can still take without pushing others out: what the kernel says, or what is left
/// of the limit of a container where that is less. None where neither can be read (not Linux).
pub(crate) fn available_bytes() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo");
    let machine = machine.ok().and_then(|text| available(&text));
    let group = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let container = folders(&group)
        .iter()
        .filter_map(|folder| left(folder))
        .min();
    [machine, container].into_iter().flatten().min()
}

fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The control group of this process (version 2) and all above it: each may set a limit.
fn folders(group: &str) -> Vec<PathBuf> {
    let own = group.lines().find_map(|line| line.strip_prefix("0::/"));
    let own = match own {
        None | Some("") => PathBuf::from(GROUPS),
        Some(path) => Path::new(GROUPS).join(path),
    };
    let within = |folder: &&Path| folder.starts_with(GROUPS);
    own.ancestors()
        .take_while(within)
        .map(Path::to_path_buf)
        .collect()
}

/// What a group may still take; files that it has read count for nothing, they go when need be.
fn left(folder: &Path) -> Option<u64> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let number = |name: &str| read(name)?.trim().parse::<u64>().ok();
    let (most, taken) = (number("memory.max")?, number("memory.current")?);
    let files = read("memory.stat").and_then(|stat| {
        let line = stat
            .lines()
            .find_map(|line| line.strip_prefix("inactive_file "))?;
        line.trim().parse::<u64>().ok()
    });
    Some(most.saturating_sub(taken.saturating_sub(files.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_says_it_in_kib() {
        let text = "MemTotal:       24 kB\nMemAvailable:   16 kB\n";
        assert_eq!(available(text), Some(16 << 10));
        assert_eq!(available("MemTotal: 24 kB\n"), None);
    }

    #[test]
    fn every_group_above_counts() {
        let of = |group| -> Vec<String> {
            let all = folders(group);
            all.iter().map(|path| path.display().to_string()).collect()
        };
        assert_eq!(
            of("1:name=x:/y\n0::/a/b\n"),
            ["/sys/fs/cgroup/a/b", "/sys/fs/cgroup/a", "/sys/fs/cgroup"]
        );
        assert_eq!(of(""), ["/sys/fs/cgroup"]);
    }

    #[test]
    fn a_limit_leaves_what_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("memory.max", "1000\n");
        write("memory.current", "600\n");
        assert_eq!(left(folder.path()), Some(400));
        write("memory.stat", "anon 5\ninactive_file 500\n");
        assert_eq!(left(folder.path()), Some(900));
        write("memory.max", "max\n");
        assert_eq!(left(folder.path()), None);
    }
}

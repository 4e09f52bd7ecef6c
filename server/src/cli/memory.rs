//! How much memory there is.

use std::fs;

/// Assumed when the system does not tell.
const UNKNOWN: u64 = 4 << 30;

/// The machine's memory in bytes, or that of the control group this process is in, if that is less.
pub(super) fn available_to_us() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo").ok();
    let machine = machine.and_then(|text| total(&text)).unwrap_or(UNKNOWN);
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    // Without a limit it says `max`.
    let group = group.and_then(|text| text.trim().parse().ok());
    group.map_or(machine, |group: u64| group.min(machine))
}

/// What `/proc/meminfo` says that there is.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kilobytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_memory_is_read() {
        let text = "MemTotal:        2048 kB\nMemFree:           10 kB\n";
        assert_eq!(total(text), Some(2 << 20));
        assert_eq!(total("MemTotal: much"), None);
        assert!(available_to_us() > 0);
    }
}

//! The state of a file at which its bytes were found to be intact: takes what the system reports
//! about an open file; tells whether anything may have changed since. Never reads the file.
//!
//! Every write, truncation and rename changes the time of the last change, which no program can
//! set. So bytes that were intact once still are while device, inode, size and times are the same,
//! and they need not be hashed again. This is a promise of the kernel, and has limits:
//!
//! - Times have a resolution, so a file counts as settled only [`SETTLED`] after its last change.
//! - A process that keeps the file mapped for writing may change it unnoticed. The engine never
//!   does so.
//! - After a power cut a file may have its old times and lose its last bytes, so a stamp includes
//!   the boot.
//! - A network file system may answer from what it remembers, and another machine may remove a file
//!   that is mapped here.
//! - The superuser, who can write to the device and set the clock, and a failing disk are not
//!   covered. Nor is a server whose clock differs from ours.

use rustix::fs::Stat;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// For how many seconds a file must not have changed: more than the resolution of the times of any
/// file system.
pub(crate) const SETTLED: i64 = 2;

/// What identifies the bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    size: i64,
    modified: (i64, i64),
    changed: (i64, i64),
    boot: String,
}

impl Stamp {
    /// The stamp of a file in this state, if no later change can leave it as it is; taken before the
    /// bytes are read.
    pub fn of(stat: &Stat) -> Option<Stamp> {
        let now = clock_gettime(ClockId::Realtime).tv_sec;
        let settled = now.checked_sub(stat.st_ctime).is_some_and(|age| age > SETTLED);
        let boot = boot().filter(|_| settled)?;
        Some(Stamp {
            device: stat.st_dev,
            inode: stat.st_ino,
            size: stat.st_size,
            modified: (stat.st_mtime, stat.st_mtime_nsec as i64),
            changed: (stat.st_ctime, stat.st_ctime_nsec as i64),
            boot: boot.to_string(),
        })
    }
}

/// What distinguishes this boot of the machine from all others.
fn boot() -> Option<&'static str> {
    static BOOT: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_string()).filter(|id| !id.is_empty())
    };
    BOOT.get_or_init(read).as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{Timespec, Timestamps, fstat, futimens};

    /// The state of a file that was last changed so many seconds ago.
    fn stat(age: i64) -> Stat {
        let mut stat = fstat(tempfile::tempfile().unwrap()).unwrap();
        stat.st_ctime = clock_gettime(ClockId::Realtime).tv_sec - age;
        stat
    }

    #[test]
    fn only_a_file_that_has_settled_has_a_stamp() {
        for age in [0, SETTLED, -100, i64::MIN / 2] {
            assert_eq!(Stamp::of(&stat(age)), None, "{age}");
        }
        assert!(Stamp::of(&stat(SETTLED + 100)).is_some());
    }

    #[test]
    fn every_part_of_the_state_is_part_of_the_stamp() {
        let old = stat(100);
        let changes: [fn(&mut Stat); 7] = [
            |stat| stat.st_dev += 1,
            |stat| stat.st_ino += 1,
            |stat| stat.st_size += 1,
            |stat| stat.st_mtime += 1,
            |stat| stat.st_mtime_nsec += 1,
            |stat| stat.st_ctime += 1,
            |stat| stat.st_ctime_nsec += 1,
        ];
        assert_eq!(Stamp::of(&old), Stamp::of(&old));
        for (at, change) in changes.iter().enumerate() {
            let mut changed = old;
            change(&mut changed);
            assert_ne!(Stamp::of(&old), Stamp::of(&changed), "change {at}");
        }
    }

    #[test]
    fn setting_the_times_back_does_not_hide_a_change() {
        let file = tempfile::tempfile().unwrap();
        let before = fstat(&file).unwrap();
        let time = Timespec { tv_sec: before.st_mtime, tv_nsec: before.st_mtime_nsec as _ };
        std::thread::sleep(std::time::Duration::from_millis(50));
        futimens(&file, &Timestamps { last_access: time, last_modification: time }).unwrap();
        let after = fstat(&file).unwrap();
        let changed = |stat: &Stat| (stat.st_ctime, stat.st_ctime_nsec);
        assert_ne!(changed(&before), changed(&after));
    }
}

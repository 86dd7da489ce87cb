//! The memory of a worker: takes its process; gives its peak, with that of the adapters that it has
//! started, which are what runs the engine then; limits it. Ends nothing.

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use std::process::Child;
use std::{fs, io};

/// The peak resident memory of a process and of those that it has started, in bytes; of each its own
/// peak, which need not be of the same moment. `None` if the system does not tell.
pub(super) fn peak(process: u32) -> Option<u64> {
    Some(own_peak(process)? + children(process).into_iter().filter_map(own_peak).sum::<u64>())
}

fn own_peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

/// The processes that the threads of a process have started.
fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.flat_map(|thread| fs::read_to_string(thread.path().join("children")));
    lists.flat_map(|list| list.split(' ').flat_map(str::parse).collect::<Vec<_>>()).collect()
}

/// Limits the data size of a process. The parent does this, because an emulator hides such limits
/// from its guest.
pub(super) fn limit(child: &Child, bytes: u64) -> io::Result<()> {
    // The child inherits this process's hard limit and cannot exceed it.
    let most = getrlimit(Resource::Data).maximum;
    let bytes = Some(most.map_or(bytes, |most| most.min(bytes)));
    prlimit(
        Some(Pid::from_child(child)),
        Resource::Data,
        Rlimit { current: bytes, maximum: bytes },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_child_counts() {
        let alone = own_peak(std::process::id()).unwrap();
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        assert!(children(std::process::id()).contains(&child.id()));
        let both = peak(std::process::id()).unwrap();
        assert!(both > alone, "{both} {alone}");
        drop(child.stdin.take());
        child.wait().unwrap();
    }
}

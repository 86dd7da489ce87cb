//! Takes an operation that must leave this process as it was; repeats it, and returns how the process
//! changed in between. Knows no engine.
//!
//! What an operation does once, such as filling a cache or a pool of an allocator, is no leak. So the
//! process is measured after a fifth of the rounds and at the end, and what it has by then must be
//! the same: a leak of one page in a round would show as thousands.

use serde::{Deserialize, Serialize};
use std::fs;
use std::io;

/// By how many bytes the resident memory of a process may differ that does the same again and again:
/// 16 pages. An allocator returns what is freed late and in parts, a vector of one of its lists may
/// double, and reading these figures takes a few pages itself. It does not depend on the rounds.
const TOLERANCE: u64 = 16 * 4096;

/// A process after the warm-up and at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// Resident bytes.
    pub bytes: (u64, u64),
    /// Mappings.
    pub mappings: (usize, usize),
    /// Open files.
    pub open: (usize, usize),
}

impl Growth {
    /// Whether the process stayed as it was.
    pub fn is_none(&self) -> bool {
        let Growth { bytes, mappings, open } = self;
        bytes.1 <= bytes.0 + TOLERANCE && mappings.1 <= mappings.0 && open.1 <= open.0
    }
}

/// Runs rounds, and `settle` before each measurement.
///
/// # Errors
/// Those of a round, and if the process cannot be measured.
pub fn repeat<E: From<io::Error>>(
    rounds: u32,
    mut round: impl FnMut(u32) -> Result<(), E>,
    mut settle: impl FnMut(),
) -> Result<Growth, E> {
    // The first measurement takes memory itself.
    let mut before = measure()?;
    for at in 0..rounds {
        round(at)?;
        if at == rounds / 5 {
            settle();
            before = measure()?;
        }
    }
    settle();
    let after = measure()?;
    Ok(Growth {
        bytes: (before.0, after.0),
        mappings: (before.1, after.1),
        open: (before.2, after.2),
    })
}

/// The number of mappings of this process.
///
/// # Errors
/// If the system does not list them.
pub fn mappings() -> io::Result<usize> {
    Ok(fs::read_to_string("/proc/self/maps")?.lines().count())
}

/// The resident bytes of this process, its mappings, and its open files.
fn measure() -> io::Result<(u64, usize, usize)> {
    // This counts pages. The figure in `statm` is a sum that each CPU updates late.
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let resident = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
    let resident = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let resident = resident.ok_or_else(|| io::Error::other("no resident bytes in smaps_rollup"))?;
    Ok((resident << 10, mappings()?, fs::read_dir("/proc/self/fd")?.count()))
}

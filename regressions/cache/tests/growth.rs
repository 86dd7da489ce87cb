//! Takes rounds that leak nothing, memory and files; asserts which of them `process::repeat` sees.
//!
//! A program of its own with one test, because it measures the whole process.

use std::{fs, io};
use wassay_cache_faults::process::{self, Growth};

/// Leaks in each round of many.
fn leaks(mut leak: impl FnMut()) -> Growth {
    let round = |_| -> io::Result<()> {
        leak();
        Ok(())
    };
    process::repeat(1000, round, || {}).unwrap()
}

#[test]
fn a_leak_of_a_few_bytes_in_a_round_is_seen() {
    let mut kept = Vec::new();
    let growth = leaks(|| drop(vec![1u8; 1 << 16]));
    assert!(growth.is_none(), "{growth:?}");
    let growth = leaks(|| kept.push(vec![1u8; 128]));
    assert!(!growth.is_none(), "{growth:?}");
    let mut files = Vec::new();
    let growth = leaks(|| {
        if files.len() < 500 {
            files.push(fs::File::open("/dev/null").unwrap());
        }
    });
    assert!(!growth.is_none(), "{growth:?}");
}

//! Directories with a size limit: what is removed to make room, and what is not.

use super::*;
use crate::cache::removal::{Removal, remove_whole};
use std::process::Command;
use std::time::SystemTime;
use wassay_engine::CacheKeeper;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn limited(directory: &Path, most: u64) -> ArtifactCache {
    open(directory).limited(Some(most))
}

fn key(number: u8) -> Key {
    let mut bytes = [number; 32];
    bytes[31] = EntryKind::Module as u8;
    Key(bytes)
}

/// A key of shims.
fn shims(number: u8) -> Key {
    let mut bytes = [number; 32];
    bytes[31] = EntryKind::Shims as u8;
    Key(bytes)
}

/// The length of the sample's entry.
fn length() -> u64 {
    sample().1.bytes().len() as u64 + 32
}

/// Which of these keys have an entry.
fn found(directory: &Path, numbers: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let is_there = |number: &u8| entries(directory).join(key(*number).file_name()).is_file();
    numbers.into_iter().filter(is_there).collect()
}

/// Makes an entry look as if it had been stored or, with `used`, used so long ago.
fn age(directory: &Path, number: u8, hours: u32, used: bool) {
    let names = [key(number).used_name(), key(number).file_name()];
    for name in &names[..if used { 1 } else { 2 }] {
        let file = File::options().append(true).open(entries(directory).join(name)).unwrap();
        file.set_modified(SystemTime::now() - hours * HOUR).unwrap();
    }
}

#[test]
fn what_was_not_used_for_longest_is_removed_first() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    let cache = limited(directory, 5 * length());
    for number in 0..5 {
        cache.put(&key(number), &artifact);
        age(directory, number, 100 - u32::from(number), false);
    }
    // The oldest entry was used since, the next one even a moment ago.
    age(directory, 0, 50, true);
    assert!(cache.find(&key(1)).is_some());
    assert_eq!(cache.stats().evictions, 0);
    cache.put(&key(5), &artifact);
    assert_eq!(found(directory, 0..6), [0, 1, 4, 5]);
    assert_eq!((cache.stats().stores, cache.stats().evictions), (6, 2));
    age(directory, 5, 60, false);
    cache.put(&key(6), &artifact);
    assert_eq!(found(directory, 0..7), [0, 1, 4, 5, 6], "there was room");
    cache.put(&key(7), &artifact);
    assert_eq!(found(directory, 0..8), [0, 1, 6, 7]);
    let names = fs::read_dir(entries(directory)).unwrap().map(|it| it.unwrap().file_name());
    let used = names.filter(|name| name.to_string_lossy().ends_with(".used")).count();
    assert_eq!(used, 4, "the time of use goes with its entry");
}

/// A run takes less time than any clock by which a file server or a person would notice it.
#[test]
fn a_use_counts_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    let cache = limited(directory, 3 * length());
    for number in 0..3 {
        cache.put(&key(number), &artifact);
    }
    for number in [0, 1, 0] {
        assert!(cache.find(&key(number)).is_some());
    }
    cache.put(&key(3), &artifact);
    assert_eq!(found(directory, 0..4), [0, 3], "0 was used last");
}

#[test]
fn shims_are_removed_after_all_modules() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    let cache = limited(directory, 3 * length());
    let is_there = |number| entries(directory).join(shims(number).file_name()).is_file();
    cache.put_shims(&shims(0), &artifact);
    for number in 0..4 {
        cache.put(&key(number), &artifact);
    }
    assert!(is_there(0), "every module needs them");
    assert_eq!(found(directory, 0..4), [2, 3]);
    for number in 1..4 {
        cache.put_shims(&shims(number), &artifact);
    }
    assert_eq!(found(directory, 0..4), [0; 0], "the limit holds for shims, too");
    assert_eq!([0, 1, 2, 3].map(is_there), [false, false, true, true]);
}

/// A clock may be set back, and a copy may keep times that were wrong.
#[test]
fn a_time_in_the_future_keeps_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    let cache = limited(directory, 3 * length());
    let later = SystemTime::now() + 1000 * HOUR;
    for number in 0..3 {
        cache.put(&key(number), &artifact);
        assert!(cache.find(&key(number)).is_some());
        for name in [key(number).file_name(), key(number).used_name()] {
            let path = entries(directory).join(name);
            File::options().append(true).open(path).unwrap().set_modified(later).unwrap();
        }
    }
    assert!(cache.find(&key(0)).is_some(), "it is used now");
    for number in 3..6 {
        cache.put(&key(number), &artifact);
        assert!(found(directory, 0..6).contains(&number), "{number}");
        assert!(cache.find(&key(0)).is_some(), "with {number}");
    }
    assert_eq!(found(directory, 1..3), [0; 0]);
}

#[test]
fn a_file_that_is_too_long_for_an_entry_counts_for_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    let cache = limited(directory, 3 * length());
    cache.put(&key(0), &artifact);
    for number in 10..13 {
        let file = File::create(entries(directory).join(key(number).file_name())).unwrap();
        // Not every file system has files of this length.
        let lengths = [i64::MAX as u64, 1 << 40];
        assert!(lengths.into_iter().any(|length| file.set_len(length).is_ok()));
    }
    cache.put(&key(1), &artifact);
    assert_eq!(found(directory, 0..2), [0, 1]);
    let keeper = crate::cache::keeper::Keeper::open(directory, &target().build).unwrap();
    assert_eq!(keeper.builds().unwrap()[0].size.bytes, 2 * length());
    let removed = keeper.clear(false).unwrap().removed;
    assert_eq!((removed.entries, removed.bytes), (5, 2 * length()));
}

/// Set in the process that may open few files.
const FEW: &str = "WASSAY_TEST_FEW_FILES";

#[test]
fn the_number_of_builds_does_not_matter() {
    if std::env::var_os(FEW).is_none() {
        let mut child = Command::new("sh");
        child.args(["-c", "ulimit -n 24 && exec \"$0\" --exact \"$1\""]);
        child.arg(std::env::current_exe().unwrap());
        child.arg("cache::tests::limit::the_number_of_builds_does_not_matter");
        let child = child.env(FEW, "1").output().unwrap();
        let printed = String::from_utf8_lossy(&child.stdout);
        return assert!(child.status.success() && printed.contains("1 passed"), "{child:?}");
    }
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    for number in 0..40 {
        let build = format!("{number:016x}");
        let other = Target { build, ..target() };
        let theirs = ArtifactCache::open(&Cache::Directory(directory.into()), other).unwrap();
        theirs.put(&key(number), &artifact);
    }
    let cache = limited(directory, 3 * length());
    cache.put(&key(50), &artifact);
    assert_eq!(cache.stats().evictions, 39);
}

#[test]
fn an_entry_that_was_replaced_since_it_was_seen_stays() {
    let fixture = Fixture::new();
    let part = File::open(entries(fixture.directory.path())).unwrap();
    let seen = || Seen::of(&rustix::fs::stat(&fixture.path).unwrap());
    let before = seen();
    fixture.cache.put(&fixture.key, &fixture.artifact);
    let remove = |seen: &Seen| remove_whole(part.as_fd(), &fixture.key, seen);
    assert_eq!(remove(&before), Removal::Gone);
    assert!(fixture.find().is_some(), "another process has healed it");
    assert_eq!(remove(&seen()), Removal::Removed);
    assert_eq!(remove(&before), Removal::Gone);
    assert!(fixture.find().is_none());
}

#[test]
fn an_entry_that_exceeds_the_limit_alone_is_not_stored() {
    let artifact = sample().1;
    for (most, stored) in [(0, false), (length() - 1, false), (length(), true)] {
        let directory = tempfile::tempdir().unwrap();
        let cache = limited(directory.path(), most);
        for number in 0..3 {
            cache.put(&key(number), &artifact);
            assert_eq!(cache.find(&key(number)).is_some(), stored, "{most}");
        }
        let last = if stored { vec![2] } else { vec![] };
        assert_eq!(found(directory.path(), 0..3), last, "{most}");
        let stats = cache.stats();
        let expected = if stored { (3, 2) } else { (0, 0) };
        assert_eq!((stats.stores, stats.evictions), expected, "{most}");
        assert_eq!(fs::read_dir(directory.path().join("tmp")).map_or(0, Iterator::count), 0);
    }
}

#[test]
fn entries_of_all_builds_count_and_foreign_files_stay() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let artifact = sample().1;
    let other = Target { build: "another".to_string(), ..target() };
    let theirs = ArtifactCache::open(&Cache::Directory(directory.into()), other.clone()).unwrap();
    theirs.put(&key(0), &artifact);
    let entry = directory.join(super::super::builds::directory_name("another"));
    let entry = entry.join(key(0).file_name());
    File::options()
        .append(true)
        .open(&entry)
        .unwrap()
        .set_modified(SystemTime::UNIX_EPOCH)
        .unwrap();
    let foreign = entries(directory);
    let cache = limited(directory, 2 * length());
    fs::write(foreign.join("notes"), vec![0; 1 << 20]).unwrap();
    cache.put(&key(1), &artifact);
    assert!(entry.exists());
    cache.put(&key(2), &artifact);
    assert!(!entry.exists() && foreign.join("notes").exists());
    assert_eq!(cache.stats().evictions, 2);
    assert_eq!(found(directory, 1..3), [2]);
}

#[test]
fn without_a_limit_nothing_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    let cache = open(directory.path()).limited(None);
    let artifact = sample().1;
    for number in 0..100 {
        cache.put(&key(number), &artifact);
    }
    assert_eq!(found(directory.path(), 0..100).len(), 100);
    assert_eq!(cache.stats().evictions, 0);
}

/// Caches share nothing but the directory, so threads are as good as processes.
#[test]
fn several_writers_stay_near_the_limit() {
    const WRITERS: u8 = 4;
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let most = 32 * length();
    let artifact = sample().1;
    let evicted: u64 = std::thread::scope(|scope| {
        let artifact = &artifact;
        let writer = |writer: u8| {
            scope.spawn(move || {
                let cache = limited(directory, most);
                for number in 0..50 {
                    let key = key(writer * 50 + number);
                    cache.put(&key, artifact);
                    // Others may have removed it.
                    cache.find(&key);
                }
                let [_, _, stale, corrupt] = lookups(&cache);
                assert_eq!((cache.stats().stores, stale, corrupt), (50, 0, 0));
                cache.stats().evictions
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(writer).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    let left = found(directory, 0..WRITERS * 50).len() as u64;
    assert_eq!(left + evicted, u64::from(WRITERS) * 50);
    // Each writer may have stored a sixteenth, and one entry more, since it looked last.
    let excess = u64::from(WRITERS) * (32 / 16 + 1);
    assert!((1..=32 + excess).contains(&left), "{left}");
}

#[test]
fn every_use_is_recorded_and_leaves_the_entry_alone() {
    let fixture = Fixture::new();
    let used = fixture.path.with_file_name(fixture.key.used_name());
    let before = rustix::fs::stat(&fixture.path).unwrap();
    let mut last = fs::metadata(&used).unwrap().modified().unwrap();
    for _ in 0..3 {
        assert!(fixture.find().is_some());
        let time = fs::metadata(&used).unwrap().modified().unwrap();
        assert!(time > last);
        last = time;
    }
    let after = rustix::fs::stat(&fixture.path).unwrap();
    let times = |stat: &rustix::fs::Stat| {
        [(stat.st_ctime, stat.st_ctime_nsec), (stat.st_mtime, stat.st_mtime_nsec)]
    };
    assert_eq!(times(&before), times(&after));
    assert_eq!(fs::metadata(&used).unwrap().permissions().mode() & 0o777, 0o600);
}

/// Puts something in the place of a time of use.
type Replacement = fn(&Path);

#[test]
fn what_is_no_time_of_use_is_left_alone() {
    let replacements: &[(&str, Replacement)] = &[
        ("directory", |path| fs::create_dir(path).unwrap()),
        ("link", |path| symlink("elsewhere", path).unwrap()),
        ("FIFO", |path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap()),
    ];
    for (name, replace) in replacements {
        let fixture = Fixture::new();
        let used = fixture.path.with_file_name(fixture.key.used_name());
        fs::remove_file(&used).unwrap();
        replace(&used);
        assert!(fixture.find().is_some(), "{name}");
        assert!(!fixture.path.with_file_name("elsewhere").exists(), "{name}");
    }
}

//! The parts of a cache directory that belong to builds: where they are, and when they are removed.

use super::*;
use crate::cache::builds::KEPT;
use std::time::SystemTime;

#[test]
fn a_directory_that_cannot_be_written_and_has_nothing_serves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o500)).unwrap();
    let (key, artifact) = sample();
    as_a_common_user(|| {
        let cache = open(directory.path());
        cache.put(&key, &artifact);
        assert!(cache.find(&key).is_none());
        assert_eq!((lookups(&cache), cache.stats().stores), ([0, 1, 0, 0], 0));
    });
    fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_place_for_entries_that_is_not_ours_is_refused() {
    let elsewhere = tempfile::tempdir().unwrap();
    let link = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), entries(link.path())).unwrap();
    refusal(link.path());
    let writable = Fixture::new();
    fs::set_permissions(entries(writable.directory.path()), Permissions::from_mode(0o777)).unwrap();
    let why = refusal(writable.directory.path());
    assert!(why.contains("other users may write to it"), "{why}");
}

/// The name of an entry.
fn name(number: u64) -> String {
    format!("{number:064x}.wassay")
}

const HOUR: Duration = Duration::from_secs(3600);

/// Creates something in place of another build's part; returns the paths that must then stay or go.
type Part = fn(&Path) -> Vec<PathBuf>;

#[test]
fn only_entries_of_builds_that_are_not_used_are_removed() {
    fn entry(directory: &Path) -> PathBuf {
        fs::create_dir(directory).unwrap();
        for suffix in ["stamp", "used"] {
            fs::write(directory.join(name(1)).with_extension(suffix), "").unwrap();
        }
        let entry = directory.join(name(1));
        fs::write(&entry, "").unwrap();
        entry
    }
    fn used(directory: &Path, time: SystemTime) {
        File::open(directory).unwrap().set_modified(time).unwrap();
    }
    fn long_ago() -> SystemTime {
        SystemTime::now() - KEPT - HOUR
    }
    let cases: &[(&str, bool, Part)] = &[
        ("unused for too long", false, |place| {
            let entry = entry(place);
            used(place, long_ago());
            vec![place.into(), entry]
        }),
        ("used lately", true, |place| {
            let entry = entry(place);
            used(place, SystemTime::now() - KEPT + HOUR);
            vec![entry]
        }),
        ("from the future", true, |place| {
            let entry = entry(place);
            used(place, SystemTime::now() + HOUR);
            vec![entry]
        }),
        ("of the user, and empty", true, |place| {
            fs::create_dir(place).unwrap();
            used(place, long_ago());
            vec![place.into()]
        }),
        ("with files that are no entries", true, |place| {
            entry(place);
            fs::write(place.join("theirs"), "").unwrap();
            used(place, long_ago());
            vec![place.join("theirs")]
        }),
        ("with an empty directory among its entries", false, |place| {
            let entry = entry(place);
            fs::create_dir(place.join(name(0))).unwrap();
            used(place, long_ago());
            vec![place.into(), entry]
        }),
        ("a link", true, |place| {
            let aside = place.with_file_name("aside");
            let entry = entry(&aside);
            used(&aside, long_ago());
            symlink(&aside, place).unwrap();
            vec![place.into(), entry]
        }),
        ("writable to others", true, |place| {
            let entry = entry(place);
            fs::set_permissions(place, Permissions::from_mode(0o777)).unwrap();
            used(place, long_ago());
            vec![entry]
        }),
        ("a file", true, |place| {
            fs::write(place, "").unwrap();
            vec![place.into()]
        }),
    ];
    for (name, stays, make) in cases {
        let directory = tempfile::tempdir().unwrap();
        let paths = make(&directory.path().join("build-0123456789abcdef"));
        open(directory.path());
        for path in paths {
            assert_eq!(path.exists(), *stays, "{name}: {}", path.display());
        }
    }
}

#[test]
fn entries_that_cannot_be_removed_do_not_keep_others() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("build-0123456789abcdef");
    for number in 0..10 {
        fs::create_dir_all(place.join(name(number)).join("theirs")).unwrap();
        fs::write(place.join(name(number + 10)), "").unwrap();
    }
    let used = SystemTime::now() - KEPT - HOUR;
    File::open(&place).unwrap().set_modified(used).unwrap();
    open(directory.path());
    let left: Vec<_> = fs::read_dir(&place).unwrap().map(|left| left.unwrap().path()).collect();
    assert_eq!(left.len(), 10, "{left:?}");
    assert!(left.iter().all(|left| left.join("theirs").is_dir()), "{left:?}");
}

#[test]
fn a_directory_with_other_files_loses_none() {
    let directory = tempfile::tempdir().unwrap();
    let names = [
        "notes.txt",
        "notes.wassay",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.wassay",
        "build-0123456789ABCDEF/notes.stamp",
        "tmp/notes.txt",
        "tmp/0123456789abcdef",
        "tmp/notes.partial",
        "tmp/0123456789abcdef.partial/notes",
        "build/notes.wassay",
        "build-mine/notes.wassay",
        "build-0123456789abcdef0/notes.stamp",
        "build-0123456789abcdef/notes.stamp",
        "build-0123456789abcdef/notes.wassay",
    ];
    let long_ago = SystemTime::now() - KEPT - HOUR;
    let set_time = |path: &Path| File::open(path).unwrap().set_modified(long_ago).unwrap();
    for name in names {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        set_time(&path);
        set_time(path.parent().unwrap());
    }
    let (key, artifact) = sample();
    for _ in 0..2 {
        open(directory.path()).put(&key, &artifact);
    }
    assert!(open(directory.path()).find(&key).is_some());
    for name in names {
        assert!(directory.path().join(name).exists(), "{name}");
    }
}

#[test]
fn a_build_is_called_by_its_own_name() {
    for (build, is_own) in [
        ("0123456789abcdef", true),
        ("0123456789ABCDEF", false),
        ("0123456789abcdef with a fault", false),
        ("48.0.1", false),
    ] {
        let name = crate::cache::builds::directory_name(build);
        assert_eq!(name == format!("build-{build}"), is_own, "{name}");
        assert_eq!(name.len(), "build-".len() + 16);
    }
}

/// A process may run for longer than unused entries stay, and only look entries up.
#[test]
fn looking_an_entry_up_marks_the_build_as_used() {
    let fixture = Fixture::new();
    let part = entries(fixture.directory.path());
    File::open(&part).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert!(fixture.find().is_some());
    let other = Target { build: "another".to_string(), ..target() };
    ArtifactCache::open(&Cache::Directory(fixture.directory.path().into()), other).unwrap();
    assert!(fixture.find().is_some(), "another build leaves it alone");
}

#[test]
fn opening_a_directory_marks_the_build_as_used() {
    let fixture = Fixture::new();
    let part = entries(fixture.directory.path());
    File::open(&part).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert!(open(fixture.directory.path()).find(&fixture.key).is_some());
    let other = Target { build: "another".to_string(), ..target() };
    ArtifactCache::open(&Cache::Directory(fixture.directory.path().into()), other).unwrap();
    assert!(fixture.find().is_some(), "another build leaves it alone");
}

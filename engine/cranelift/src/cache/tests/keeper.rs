//! Looking after a cache directory that engines use.

use super::*;
use crate::cache::keeper::Keeper;
use wassay_engine::{BadEntry, CacheKeeper, CacheSize, ClearedCache};

fn keeper(directory: &Path) -> Keeper {
    Keeper::open(directory, &target().build).unwrap()
}

/// The number of intact and of bad entries.
fn verified(directory: &Path, repair: bool) -> [u64; 2] {
    let verified = keeper(directory).verify(repair).unwrap();
    assert!(verified.bad.iter().all(|bad| !bad.why.is_empty() && bad.is_removed == repair));
    [verified.intact.entries, verified.bad.len() as u64]
}

/// A second key for the same artifact.
const OTHER: Key = Key([7; 32]);

#[test]
fn builds_are_listed_with_their_entries() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    let other = Target { build: "another".to_string(), ..target() };
    let cache = ArtifactCache::open(&Cache::Directory(directory.into()), other).unwrap();
    cache.put(&fixture.key, &fixture.artifact);
    cache.put(&OTHER, &fixture.artifact);
    for foreign in ["notes", "build-x.wassay", "00.wassay"] {
        fs::write(directory.join(foreign), "theirs").unwrap();
        fs::write(entries(directory).join(foreign), "theirs").unwrap();
    }
    let builds = keeper(directory).builds().unwrap();
    let rows: Vec<_> = builds.iter().map(|it| (it.is_ours, it.size.entries)).collect();
    assert_eq!(rows, [(true, 1), (false, 2)]);
    assert_eq!(builds[0].modules, 1);
    let length = fs::metadata(&fixture.path).unwrap().len();
    assert_eq!(builds[0].size.bytes, length);
    assert_eq!(builds[1].size.bytes, 2 * length);
    assert_eq!(builds[1].modules, 1, "the other key is that of shims");
    assert!(builds.iter().all(|build| build.used.is_some_and(|(oldest, newest)| oldest <= newest)));
}

#[test]
fn a_directory_that_is_not_ours_or_does_not_exist_is_refused() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    let refused = |path: &Path| Keeper::open(path, &target().build).err().unwrap();
    let missing = directory.join("missing");
    assert!(refused(&missing).contains("No such file"));
    assert!(!missing.exists(), "nothing is created");
    fs::set_permissions(directory, Permissions::from_mode(0o777)).unwrap();
    assert!(refused(directory).contains("other users may write to it"));
    assert!(refused(&entries(directory)).contains("use the directory above it"));
}

#[test]
fn a_build_whose_place_cannot_be_used_is_named() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    let ours = entries(directory);
    fs::set_permissions(&ours, Permissions::from_mode(0o777)).unwrap();
    let builds = keeper(directory).builds().unwrap();
    let why = builds[0].refused.as_deref().unwrap();
    assert!(builds[0].is_ours && why.contains("other users may write to it"), "{why}");
    let Err(Fault::Misuse(why)) = keeper(directory).verify(false) else { panic!("not verified") };
    assert!(why.contains("other users may write to it"), "{why}");
    assert!(matches!(keeper(directory).clear(true), Err(Fault::Misuse(_))));
    fs::set_permissions(&ours, Permissions::from_mode(0o700)).unwrap();
    let theirs = directory.join("build-0123456789abcdef");
    fs::write(&theirs, "a file").unwrap();
    let cleared = keeper(directory).clear(true).unwrap();
    assert_eq!((cleared.removed.entries, cleared.stuck.len()), (1, 1));
    assert_eq!(cleared.stuck[0].path, "build-0123456789abcdef");
    assert!(keeper(directory).trim(0).unwrap().stuck[0].why.contains("Not a directory"));
}

#[test]
fn what_cannot_be_removed_is_named() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    let bad = fixture.path.with_file_name(OTHER.file_name());
    fs::create_dir_all(bad.join("theirs")).unwrap();
    let stuck = |removed: [u64; 2], stuck: &[BadEntry]| {
        assert_eq!((removed[1], stuck.len() as u64), (0, removed[0]), "{stuck:?}");
        assert!(stuck.iter().all(|it| it.path.ends_with(".wassay") && !it.why.is_empty()));
    };
    fs::set_permissions(entries(directory), Permissions::from_mode(0o500)).unwrap();
    as_a_common_user(|| {
        for cleared in [keeper(directory).clear(false), keeper(directory).trim(0)] {
            let cleared = cleared.unwrap();
            stuck([2, cleared.removed.entries], &cleared.stuck);
        }
        let verified = keeper(directory).verify(true).unwrap();
        assert_eq!(verified.bad.len(), 1);
        assert!(!verified.bad[0].is_removed);
    });
    fs::set_permissions(entries(directory), Permissions::from_mode(0o700)).unwrap();
    let cleared = keeper(directory).clear(false).unwrap();
    assert_eq!(cleared.removed.entries, 1);
    stuck([1, 0], &cleared.stuck);
}

#[test]
fn a_directory_is_trimmed_to_a_size_by_the_times_of_use() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    let key = |number: u8| Key([2 * number; 32]);
    for number in 1..4 {
        fixture.cache.put(&key(number), &fixture.artifact);
    }
    let entry = File::options().append(true).open(&fixture.path).unwrap();
    entry.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let length = entry.metadata().unwrap().len();
    assert!(fixture.cache.find(&key(1)).is_some());
    assert_eq!(keeper(directory).trim(4 * length).unwrap(), ClearedCache::default());
    let trimmed = keeper(directory).trim(2 * length).unwrap();
    assert_eq!(trimmed.removed, CacheSize { entries: 2, bytes: 2 * length });
    let is_there = |number: u8| fixture.cache.find(&key(number)).is_some();
    assert_eq!([1, 2, 3].map(is_there), [true, false, true]);
}

/// Changes an entry.
type Damage = fn(&Path);

#[test]
fn every_damage_is_found_and_repaired() {
    let damages: &[(&str, Damage)] = &[
        ("flipped", |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[100] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        ("cut", |path| File::options().write(true).open(path).unwrap().set_len(70).unwrap()),
        ("empty", |path| fs::write(path, "").unwrap()),
        ("of another key", |path| {
            fs::rename(path, path.with_file_name(OTHER.file_name())).unwrap();
        }),
        ("writable to all", |path| {
            fs::set_permissions(path, Permissions::from_mode(0o666)).unwrap();
        }),
        ("directory", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
        ("link", |path| {
            fs::rename(path, path.with_extension("aside")).unwrap();
            symlink(path.with_extension("aside"), path).unwrap();
        }),
    ];
    for (name, damage) in damages {
        let fixture = Fixture::new();
        let directory = fixture.directory.path();
        fixture.cache.put(&Key([9; 32]), &fixture.artifact);
        assert_eq!(verified(directory, true), [2, 0], "{name}");
        damage(&fixture.path);
        assert_eq!(verified(directory, false), [1, 1], "{name}");
        assert_eq!(verified(directory, true), [1, 1], "{name}");
        assert_eq!(verified(directory, false), [1, 0], "{name}");
        // An engine that had the directory open goes on.
        assert!(fixture.find().is_none(), "{name}");
        fixture.cache.put(&fixture.key, &fixture.artifact);
        assert!(fixture.find().is_some(), "{name}");
    }
}

#[test]
fn verifying_relies_on_no_stamp() {
    let fixture = super::stamps::stamped();
    let mut bytes = fs::read(&fixture.path).unwrap();
    *bytes.iter_mut().rev().nth(100).unwrap() ^= 1;
    fs::write(&fixture.path, &bytes).unwrap();
    std::thread::sleep(Duration::from_secs(crate::stamp::SETTLED as u64 + 2));
    // The stamp of the damaged file.
    let stat = rustix::fs::stat(&fixture.path).unwrap();
    let stamp = crate::stamp::Stamp::of(&stat).unwrap();
    let place = fixture.path.with_file_name(fixture.key.stamp_name());
    fs::write(&place, postcard::to_stdvec(&stamp).unwrap()).unwrap();
    assert!(fixture.find().is_some(), "the damage is not seen");
    assert_eq!(verified(fixture.directory.path(), false), [0, 1]);
    assert!(!place.exists(), "it is now known to be wrong");
    assert!(fixture.find().is_none(), "so the next process reads the entry, and replaces it");
}

/// Looks after a directory.
type Keep = fn(&Keeper);

/// What a killed process leaves beside an entry, or in its place.
#[test]
fn files_without_an_entry_are_removed_and_others_stay() {
    let long_ago = std::time::SystemTime::now() - 2 * crate::cache::orphan::SETTLED;
    let keeping: &[(&str, bool, Keep)] = &[
        ("verified", false, |keeper| drop(keeper.verify(false).unwrap())),
        ("repaired", true, |keeper| drop(keeper.verify(true).unwrap())),
        ("trimmed", true, |keeper| drop(keeper.trim(u64::MAX).unwrap())),
        ("cleared", true, |keeper| drop(keeper.clear(false).unwrap())),
    ];
    for (name, removes, keep) in keeping {
        let fixture = Fixture::new();
        let directory = fixture.directory.path();
        let make = |file: &str, age: bool| {
            let path = entries(directory).join(file);
            let file = File::create(&path).unwrap();
            if age {
                file.set_modified(long_ago).unwrap();
            }
            path
        };
        let [stamp, used] = [OTHER.stamp_name(), OTHER.used_name()].map(|name| make(&name, true));
        let young = make(&Key([9; 32]).used_name(), false);
        let theirs = ["notes.stamp", "00.used", "notes.used"].map(|name| make(name, true));
        let [beside, its_stamp] =
            [fixture.key.used_name(), fixture.key.stamp_name()].map(|name| make(&name, true));
        keep(&keeper(directory));
        assert_eq!([stamp.exists(), used.exists()], [!removes; 2], "{name}");
        let is_cleared = *name == "cleared";
        assert_eq!(young.exists(), !is_cleared, "{name}: somebody may be storing its entry");
        assert_eq!([beside.exists(), its_stamp.exists()], [!is_cleared; 2], "{name}");
        assert!(theirs.iter().all(|path| path.exists()), "{name}");
    }
}

#[test]
fn clearing_removes_the_temporary_files_of_dead_writers() {
    let fixture = Fixture::new();
    let root = File::open(fixture.directory.path()).unwrap();
    let dead = crate::cache::temporary::Temporary::create(root.as_fd()).unwrap();
    flock(&dead, FlockOperation::Unlock).unwrap();
    std::mem::forget(dead);
    assert_eq!(fixture.temporaries(), 1);
    keeper(fixture.directory.path()).clear(false).unwrap();
    assert_eq!(fixture.temporaries(), 0);
}

#[test]
fn clearing_removes_entries_and_nothing_else() {
    for all_builds in [false, true] {
        let fixture = Fixture::new();
        let directory = fixture.directory.path();
        let other = Target { build: "another".to_string(), ..target() };
        let cache = ArtifactCache::open(&Cache::Directory(directory.into()), other).unwrap();
        cache.put(&fixture.key, &fixture.artifact);
        let foreign = entries(directory).join("notes.txt");
        fs::write(&foreign, "theirs").unwrap();
        let stamp = fixture.path.with_file_name(fixture.key.stamp_name());
        fs::write(&stamp, "").unwrap();
        let bytes = fs::metadata(&fixture.path).unwrap().len();
        let removed = keeper(directory).clear(all_builds).unwrap().removed;
        let count = 1 + u64::from(all_builds);
        assert_eq!(removed, CacheSize { entries: count, bytes: count * bytes });
        assert!(!fixture.path.exists() && !stamp.exists() && foreign.exists());
        assert_eq!(cache.stats().stores, 1);
        let kept = ArtifactCache::get(&cache, &fixture.key, |_, _| Err::<(), _>(stale()));
        assert!(matches!(kept, Ok(Err(_))));
        let [_, misses, stale, _] = lookups(&cache);
        assert_eq!([misses, stale], [u64::from(all_builds), u64::from(!all_builds)]);
        fixture.cache.put(&fixture.key, &fixture.artifact);
        assert!(fixture.find().is_some(), "an engine that had it open goes on");
    }
}

fn stale() -> rt::LoadError {
    rt::LoadError::Artifact(LoadError::Incompatible("of another build".to_string()))
}

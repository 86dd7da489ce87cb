//! Looking after a cache directory that engines use.

use super::*;
use crate::cache::keeper::Keeper;
use wassay_engine::{CacheKeeper, CacheSize};

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
    fs::copy(&fixture.path, directory.join(fixture.key.file_name())).unwrap();
    for foreign in ["notes", "build-x.wassay", "00.wassay"] {
        fs::write(directory.join(foreign), "theirs").unwrap();
        fs::write(entries(directory).join(foreign), "theirs").unwrap();
    }
    let builds = keeper(directory).builds().unwrap();
    let rows: Vec<_> = builds.iter().map(|it| (it.is_ours, it.size.entries)).collect();
    assert_eq!(rows, [(true, 1), (false, 2), (false, 1)]);
    let length = fs::metadata(&fixture.path).unwrap().len();
    assert_eq!(builds[0].size.bytes, length);
    assert_eq!(builds[1].size.bytes, 2 * length);
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
    assert_eq!(verified(fixture.directory.path(), true), [0, 1]);
    assert!(!place.exists(), "the stamp goes with its entry");
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
        let removed = keeper(directory).clear(all_builds).unwrap();
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

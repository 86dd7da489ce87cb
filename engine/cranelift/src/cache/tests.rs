//! The cache in one process: the results and counts of lookups, for any content of the directory.

mod builds;
mod keeper;
mod limit;
mod stamps;
mod temporary;

use super::*;
use rustix::fs::{CWD, FileType, FlockOperation, Mode, flock, mknodat};
use rustix::process::geteuid;
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::fd::AsFd;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use wassay_artifact::ArtifactBuilder;
use wassay_artifact::module::Module;
use wassay_engine::{Config, Features};

/// A user other than the one who runs the tests.
const OTHER_USER: u32 = 12_345;

fn target() -> Target {
    crate::target::target(&Config::new(Features::WASM1)).unwrap()
}

fn sample() -> (Key, Artifact) {
    let key = Key::of(EntryKind::Module, b"source", &target());
    (key, ArtifactBuilder::module(target(), &Module::default()).finish())
}

fn open(directory: &Path) -> ArtifactCache {
    ArtifactCache::open(&Cache::Directory(directory.into()), target()).unwrap()
}

/// The directory of the running build's entries.
fn entries(directory: &Path) -> PathBuf {
    directory.join(super::builds::directory_name(&target().build))
}

/// The reason why a directory is refused.
fn refusal(directory: &Path) -> String {
    match ArtifactCache::open(&Cache::Directory(directory.into()), target()) {
        Err(Fault::Misuse(why)) => why,
        _ => panic!("{} is not refused", directory.display()),
    }
}

impl ArtifactCache {
    /// The artifact of a key, with a load that always succeeds.
    fn find(&self, key: &Key) -> Option<(Artifact, Provenance)> {
        self.get(key, |artifact, provenance| Ok((artifact, provenance))).unwrap().ok()
    }
}

struct Fixture {
    directory: tempfile::TempDir,
    cache: ArtifactCache,
    key: Key,
    artifact: Artifact,
    /// The path of the entry.
    path: PathBuf,
}

impl Fixture {
    /// A cache directory with one entry.
    fn new() -> Fixture {
        let directory = tempfile::tempdir().unwrap();
        let (key, artifact) = sample();
        open(directory.path()).put(&key, &artifact);
        let path = entries(directory.path()).join(key.file_name());
        assert!(path.is_file());
        Fixture { cache: open(directory.path()), directory, key, artifact, path }
    }

    fn find(&self) -> Option<(Artifact, Provenance)> {
        self.cache.find(&self.key)
    }

    fn temporaries(&self) -> usize {
        fs::read_dir(self.directory.path().join("tmp")).unwrap().count()
    }
}

/// Hits, misses, stale and corrupt entries.
fn lookups(cache: &ArtifactCache) -> [u64; 4] {
    let CacheStats { memory_hits, disk_hits, misses, stale, corrupt, .. } = cache.stats();
    [memory_hits + disk_hits, misses, stale, corrupt]
}

/// Runs without the rights of the superuser, who can ignore modes.
fn as_a_common_user<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    let thread = || {
        set_capabilities(None, none).unwrap();
        run()
    };
    std::thread::scope(|scope| scope.spawn(thread).join().unwrap())
}

#[test]
fn a_stored_entry_is_found_by_another_engine() {
    let Fixture { directory, key, artifact, .. } = Fixture::new();
    let second = open(directory.path());
    let (found, provenance) = second.find(&key).unwrap();
    assert_eq!((found.bytes(), provenance), (artifact.bytes(), Provenance::Disk));
    assert_eq!(lookups(&second), [1, 0, 0, 0]);
}

#[test]
fn a_damaged_entry_is_counted_once_and_replaced() {
    let fixture = Fixture::new();
    let good = fs::read(&fixture.path).unwrap();
    let mut damages: Vec<Vec<u8>> = (0..good.len()).map(|len| good[..len].to_vec()).collect();
    damages.push([&good[..], b"more"].concat());
    for at in 0..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        damages.push(flipped);
    }
    for (at, damage) in damages.iter().enumerate() {
        fs::write(&fixture.path, damage).unwrap();
        assert!(fixture.find().is_none(), "damage {at}");
        assert!(!fixture.path.exists(), "damage {at} is still there");
        fixture.cache.put(&fixture.key, &fixture.artifact);
        assert!(fixture.find().is_some(), "replaced after damage {at}");
    }
    let count = damages.len() as u64;
    assert_eq!(lookups(&fixture.cache), [count, 0, 0, count]);
}

#[test]
fn an_entry_that_does_not_load_is_no_hit() {
    let corrupt = || rt::LoadError::Artifact(LoadError::Corrupt("no".to_string()));
    let stale = || rt::LoadError::Artifact(LoadError::Incompatible("no".to_string()));
    let resources = || rt::LoadError::Resources("no".to_string());
    let refuse = |cache: &ArtifactCache, key, failure: fn() -> rt::LoadError| {
        cache.get(key, |_, _| Err::<(), _>(failure()))
    };
    let (key, artifact) = sample();
    let directory = tempfile::tempdir().unwrap();
    let in_memory = ArtifactCache::open(&Cache::Memory, target()).unwrap();
    for cache in [in_memory, open(directory.path())] {
        for failure in [corrupt, stale] {
            cache.put(&key, &artifact);
            assert!(matches!(refuse(&cache, &key, failure), Ok(Err(Miss::Refused(_)))));
            assert!(cache.find(&key).is_none(), "it was removed");
        }
        assert_eq!(lookups(&cache), [0, 2, 1, 1]);
        cache.put(&key, &artifact);
        assert!(refuse(&cache, &key, resources).is_err());
        assert!(cache.find(&key).is_some(), "it is sound");
        assert_eq!(lookups(&cache), [1, 2, 1, 1]);
    }
}

#[test]
fn an_entry_of_another_key_or_target_is_refused() {
    let fixture = Fixture::new();
    let other = Key([7; 32]);
    fs::copy(&fixture.path, fixture.path.with_file_name(other.file_name())).unwrap();
    assert!(fixture.cache.find(&other).is_none());
    assert_eq!(lookups(&fixture.cache), [0, 0, 0, 1]);

    let target = Target { native_relaxed: true, ..target() };
    let artifact = ArtifactBuilder::module(target, &Module::default()).finish();
    fixture.cache.put(&fixture.key, &artifact);
    assert!(fixture.find().is_none());
    assert_eq!(lookups(&fixture.cache), [0, 0, 1, 1]);
}

/// Replaces an entry with something else; fails if this user may not do so.
type Replace = fn(&Path) -> std::io::Result<()>;

#[test]
fn only_a_file_of_this_user_alone_is_an_entry() {
    fn aside(path: &Path) -> PathBuf {
        path.with_extension("aside")
    }
    fn device(path: &Path) -> std::io::Result<()> {
        fs::remove_file(path)?;
        // The device /dev/zero: reading it to its end takes for ever.
        let zero = rustix::fs::makedev(1, 5);
        Ok(mknodat(CWD, path, FileType::CharacterDevice, Mode::RUSR, zero)?)
    }
    let cases: &[(&str, Replace)] = &[
        ("symbolic link", |path| {
            fs::rename(path, aside(path))?;
            symlink(aside(path), path)
        }),
        ("FIFO", |path| {
            fs::remove_file(path)?;
            Ok(mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?)
        }),
        ("socket", |path| {
            // Socket addresses must be short.
            let short = path.parent().unwrap().with_file_name("socket");
            UnixListener::bind(&short)?;
            fs::rename(short, path)
        }),
        ("device", device),
        ("empty directory", |path| {
            fs::remove_file(path)?;
            fs::create_dir(path)
        }),
        ("writable to all", |path| fs::set_permissions(path, Permissions::from_mode(0o666))),
        ("writable to the group", |path| fs::set_permissions(path, Permissions::from_mode(0o620))),
        ("of another user", |path| chown(path, Some(OTHER_USER), None)),
        ("huge", |path| File::options().write(true).open(path)?.set_len(1 << 40)),
        ("larger than it says", |path| File::options().write(true).open(path)?.set_len(1 << 31)),
    ];
    for (name, replace) in cases {
        let fixture = Fixture::new();
        match replace(&fixture.path) {
            Err(error) if !geteuid().is_root() => {
                assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied, "{name}");
                continue;
            }
            replaced => replaced.unwrap(),
        }
        // A lookup that blocks for ever must fail, too.
        let (done, ended) = mpsc::channel();
        let (found, fixture) = std::thread::scope(|scope| {
            let lookup = scope.spawn(move || {
                let found = fixture.find().is_some();
                // The receiver is gone if this comes too late.
                let _ = done.send(());
                (found, fixture)
            });
            if ended.recv_timeout(Duration::from_secs(60)).is_err() {
                eprintln!("{name}: the lookup hangs");
                std::process::abort();
            }
            lookup.join().unwrap()
        });
        assert!(!found, "{name}");
        assert_eq!(lookups(&fixture.cache), [0, 0, 0, 1], "{name}");
        fixture.cache.put(&fixture.key, &fixture.artifact);
        assert!(fixture.find().is_some(), "{name}: replaced");
        assert_eq!(lookups(&fixture.cache), [1, 0, 0, 1], "{name}");
    }
}

#[test]
fn a_full_directory_in_the_place_of_an_entry_stays() {
    let fixture = Fixture::new();
    fs::remove_file(&fixture.path).unwrap();
    fs::create_dir(&fixture.path).unwrap();
    fs::write(fixture.path.join("theirs"), "").unwrap();
    assert!(fixture.find().is_none());
    fixture.cache.put(&fixture.key, &fixture.artifact);
    assert!(fixture.find().is_none());
    assert!(fixture.path.join("theirs").exists());
    assert_eq!((lookups(&fixture.cache), fixture.cache.stats().stores), ([0, 0, 0, 2], 0));
    assert_eq!(fixture.temporaries(), 0);
}

#[test]
fn a_directory_that_others_write_to_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("cache");
    fs::create_dir(&path).unwrap();
    for mode in [0o777, 0o1777, 0o775, 0o722, 0o702] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert_eq!(
            refusal(&path),
            format!(
                "cache directory {0}: with mode {mode:04o}, other users may write to it, and \
                 compiled code from it is run: if nobody did, run `chmod go-w {0}`; otherwise \
                 choose another directory",
                path.display()
            )
        );
    }
    for mode in [0o755, 0o700, 0o750] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        open(&path);
    }
}

#[test]
fn a_directory_of_another_user_is_refused() {
    let own = tempfile::tempdir().unwrap();
    // The superuser can give a directory away, and no other user owns this one.
    let path = if geteuid().is_root() { own.path() } else { Path::new("/usr") };
    if geteuid().is_root() {
        chown(path, Some(OTHER_USER), None).unwrap();
    }
    let why = refusal(path);
    let words = format!("not to user {}, and compiled code from it is run", geteuid().as_raw());
    assert!(why.contains(&words), "{why}");
}

#[test]
fn a_path_that_cannot_be_a_directory_is_rejected() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    for (path, words) in [
        (file.clone(), "Not a directory"),
        (file.join("below"), "Not a directory"),
        (PathBuf::new(), "No such file or directory"),
    ] {
        let why = refusal(&path);
        assert!(why.contains(words), "{why}");
    }
    open(&place.path().join("made/with/all/above"));
}

#[test]
fn a_directory_that_cannot_be_written_stores_nothing_and_serves_what_it_has() {
    let fixture = Fixture::new();
    let other = Key([7; 32]);
    let root = fixture.directory.path();
    for path in [root.join("tmp"), entries(root), root.into()] {
        fs::set_permissions(path, Permissions::from_mode(0o500)).unwrap();
    }
    as_a_common_user(|| {
        let cache = open(root);
        cache.put(&other, &fixture.artifact);
        assert!(cache.find(&other).is_none());
        assert!(cache.find(&fixture.key).is_some());
        assert_eq!((lookups(&cache), cache.stats().stores), ([1, 1, 0, 0], 0));
    });
    for path in [root.into(), entries(root)] {
        fs::set_permissions(path, Permissions::from_mode(0o700)).unwrap();
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_missing_and_replaced() {
    let fixture = Fixture::new();
    fs::set_permissions(&fixture.path, Permissions::from_mode(0o000)).unwrap();
    as_a_common_user(|| {
        assert!(fixture.find().is_none());
        fixture.cache.put(&fixture.key, &fixture.artifact);
        assert!(fixture.find().is_some());
        assert_eq!(lookups(&fixture.cache), [1, 1, 0, 0]);
    });
}

#[test]
fn a_directory_that_is_removed_or_replaced_while_in_use_stores_nothing() {
    let fixture = Fixture::new();
    fs::remove_dir_all(fixture.directory.path()).unwrap();
    for _ in 0..2 {
        assert!(fixture.find().is_none());
        fixture.cache.put(&fixture.key, &fixture.artifact);
        // A new directory at the same path is not the one that was checked.
        fs::create_dir_all(fixture.directory.path()).unwrap();
    }
    assert_eq!((lookups(&fixture.cache), fixture.cache.stats().stores), ([0, 2, 0, 0], 0));
    assert_eq!(fs::read_dir(fixture.directory.path()).unwrap().count(), 0);
}

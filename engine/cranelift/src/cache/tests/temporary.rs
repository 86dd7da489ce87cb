//! Temporary files: which are removed, and where none are created.

use super::*;
use crate::cache::temporary::Temporary;

#[test]
fn only_temporary_files_of_dead_writers_are_removed() {
    let fixture = Fixture::new();
    let directory = File::open(fixture.directory.path()).unwrap();
    let mut alive = Temporary::create(directory.as_fd()).unwrap();
    let dead = Temporary::create(directory.as_fd()).unwrap();
    alive.write_all(b"half of ").unwrap();
    // A killed writer leaves this behind: a file without a lock.
    flock(&dead, FlockOperation::Unlock).unwrap();
    std::mem::forget(dead);
    symlink(&fixture.path, fixture.directory.path().join("tmp/link")).unwrap();
    assert_eq!(fixture.temporaries(), 3);

    open(fixture.directory.path());
    assert_eq!(fixture.temporaries(), 2, "the link and the file of the living");
    alive.write_all(b"an entry").unwrap();
    alive.rename(directory.as_fd(), "whole").unwrap();
    let whole = fs::read(fixture.directory.path().join("whole")).unwrap();
    assert_eq!(whole, b"half of an entry");
    drop(Temporary::create(directory.as_fd()).unwrap());
    assert_eq!(fixture.temporaries(), 1, "a writer removes what it gives up");
    assert!(fixture.path.exists());
}

/// Creates something in place of the directory for temporary files.
type Replace = fn(&Path) -> std::io::Result<()>;

#[test]
fn a_place_for_temporary_files_that_is_not_ours_is_refused() {
    fn directory(path: &Path, mode: u32) -> std::io::Result<()> {
        fs::create_dir(path)?;
        fs::set_permissions(path, Permissions::from_mode(mode))
    }
    let cases: &[(&str, &str, Replace)] = &[
        ("a link to a directory of ours", "Not a directory", |path| {
            fs::create_dir(path.with_file_name("elsewhere"))?;
            symlink("elsewhere", path)
        }),
        ("a link to nowhere", "Not a directory", |path| symlink("nowhere", path)),
        ("a FIFO", "Not a directory", |path| {
            Ok(mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?)
        }),
        ("a file", "Not a directory", |path| fs::write(path, "")),
        ("writable to all", "other users may write to it", |path| directory(path, 0o777)),
        ("writable to the group", "other users may write to it", |path| directory(path, 0o770)),
    ];
    for (name, words, replace) in cases {
        let fixture = Fixture::new();
        let tmp = fixture.directory.path().join("tmp");
        fs::remove_dir(&tmp).unwrap();
        replace(&tmp).unwrap();
        let why = refusal(fixture.directory.path());
        assert!(why.contains("tmp: ") && why.contains(words), "{name}: {why}");
        // A cache that was opened before stores nothing from now on.
        let stores = fixture.cache.stats().stores;
        fixture.cache.put(&Key([7; 32]), &fixture.artifact);
        assert_eq!(fixture.cache.stats().stores, stores, "{name}");
    }
}

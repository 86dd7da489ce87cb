//! Large entries, which are mapped and have stamps.

use super::*;
use crate::stamp::SETTLED;

/// A cache directory with one large entry that has settled and has a stamp.
pub fn stamped() -> Fixture {
    let fixture = Fixture::new();
    let mut builder = ArtifactBuilder::module(target(), &Module::default());
    builder.text(vec![0x90; 1 << 20]);
    let fixture = Fixture { artifact: builder.finish(), ..fixture };
    fixture.cache.put(&fixture.key, &fixture.artifact);
    assert!(fixture.find().is_some());
    assert!(!stamp(&fixture).exists(), "the entry may still change unnoticed");
    std::thread::sleep(Duration::from_secs(SETTLED as u64 + 2));
    assert!(fixture.find().is_some());
    assert!(stamp(&fixture).is_file());
    fixture
}

fn stamp(fixture: &Fixture) -> PathBuf {
    fixture.path.with_file_name(fixture.key.stamp_name())
}

#[test]
fn a_damaged_entry_with_a_stamp_is_found_and_replaced() {
    let fixture = stamped();
    let good = fs::read(&fixture.path).unwrap();
    let old_stamp = fs::read(stamp(&fixture)).unwrap();
    let places = (0..64).chain((64..good.len()).step_by(good.len() / 100)).chain([good.len() - 1]);
    let mut count = 0;
    for at in places {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        // In place, so the entry keeps its inode and its size.
        File::options().write(true).open(&fixture.path).unwrap().write_all(&flipped).unwrap();
        assert!(fixture.find().is_none(), "byte {at}");
        assert!(!fixture.path.exists() && !stamp(&fixture).exists(), "byte {at}");
        fixture.cache.put(&fixture.key, &fixture.artifact);
        fs::write(stamp(&fixture), &old_stamp).unwrap();
        count += 1;
    }
    for len in [good.len() - 1, good.len() / 2, 100, 40, 0] {
        File::options().write(true).open(&fixture.path).unwrap().set_len(len as u64).unwrap();
        assert!(fixture.find().is_none(), "cut to {len}");
        fixture.cache.put(&fixture.key, &fixture.artifact);
        count += 1;
    }
    assert_eq!(lookups(&fixture.cache), [2, 0, 0, count]);
    assert!(fixture.find().is_some());
}

/// Replaces a stamp with something else.
type Replacement = fn(&Path);

#[test]
fn a_stamp_that_is_not_ours_or_not_a_stamp_is_ignored() {
    let replacements: &[(&str, Replacement)] = &[
        ("empty", |path| fs::write(path, "").unwrap()),
        ("long", |path| fs::write(path, vec![0; 1 << 16]).unwrap()),
        ("writable to all", |path| {
            fs::set_permissions(path, Permissions::from_mode(0o666)).unwrap();
        }),
        ("directory", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
    ];
    let fixture = stamped();
    let good = fs::read(stamp(&fixture)).unwrap();
    let known = |fixture: &Fixture| {
        let Place::Directory(directory) = &fixture.cache.place else { panic!("no directory") };
        directory.is_stamped(&fixture.key)
    };
    assert!(known(&fixture));
    for (name, replace) in replacements {
        replace(&stamp(&fixture));
        assert!(!known(&fixture), "{name}");
        assert!(fixture.find().is_some(), "{name}");
        if stamp(&fixture).is_dir() {
            fs::remove_dir(stamp(&fixture)).unwrap();
        }
        // The last lookup has written it again, with the right rights.
        fs::write(stamp(&fixture), &good).unwrap();
        fs::set_permissions(stamp(&fixture), Permissions::from_mode(0o600)).unwrap();
        assert!(known(&fixture), "{name}: restored");
    }
}

#[test]
fn lookups_do_not_touch_an_entry() {
    let fixture = stamped();
    let Place::Directory(directory) = &fixture.cache.place else { panic!("no directory") };
    for _ in 0..3 {
        assert!(fixture.find().is_some());
        assert!(open(fixture.directory.path()).find(&fixture.key).is_some());
        assert!(directory.is_stamped(&fixture.key), "its change time is part of its stamp");
    }
}

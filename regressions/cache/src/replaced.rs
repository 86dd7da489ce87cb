//! Entries in whose place there is something else: before they are looked up, and while their code
//! is loaded.

use crate::bench::{Bench, Fixture, Verdict, used};
use crate::message::{Answer, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::geteuid;
use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A user other than the one who runs the checks.
pub(crate) const OTHER_USER: u32 = 12_345;

/// Something in the place of an entry.
pub(crate) struct Replacement {
    pub name: &'static str,
    verdict: Verdict,
    put: fn(&Path) -> io::Result<()>,
}

pub(crate) const REPLACEMENTS: &[Replacement] = &[
    Replacement { name: "nothing", verdict: Verdict::Missed, put: |path| fs::remove_file(path) },
    Replacement {
        name: "an empty file",
        verdict: Verdict::Refused,
        put: |path| fs::write(path, ""),
    },
    Replacement {
        name: "a longer file",
        verdict: Verdict::Refused,
        put: |path| File::options().append(true).open(path)?.write_all(b"more"),
    },
    Replacement {
        name: "zeros of the same length",
        verdict: Verdict::Refused,
        put: |path| {
            let len = fs::metadata(path)?.len();
            fs::write(path, vec![0; len as usize])
        },
    },
    Replacement {
        name: "a huge file with holes",
        verdict: Verdict::Refused,
        put: |path| File::options().write(true).open(path)?.set_len(1 << 40),
    },
    Replacement {
        name: "a wasm module",
        verdict: Verdict::Refused,
        put: |path| fs::write(path, b"\0asm\x01\0\0\0"),
    },
    Replacement {
        name: "a program",
        verdict: Verdict::Refused,
        put: |path| fs::write(path, b"\x7fELF\x02\x01\x01\0"),
    },
    Replacement {
        name: "an empty directory",
        verdict: Verdict::Refused,
        put: |path| {
            fs::remove_file(path)?;
            fs::create_dir(path)
        },
    },
    Replacement {
        name: "a link to its copy",
        verdict: Verdict::Any,
        put: |path| {
            let copy = path.with_extension("copy");
            fs::rename(path, &copy)?;
            symlink(copy, path)
        },
    },
    Replacement {
        name: "a link to itself",
        verdict: Verdict::Refused,
        put: |path| {
            fs::remove_file(path)?;
            symlink(path, path)
        },
    },
    Replacement {
        name: "a link to nowhere",
        verdict: Verdict::Any,
        put: |path| {
            fs::remove_file(path)?;
            symlink("nowhere", path)
        },
    },
    Replacement {
        name: "a link to an endless device",
        verdict: Verdict::Refused,
        put: |path| {
            fs::remove_file(path)?;
            symlink("/dev/zero", path)
        },
    },
    Replacement {
        name: "a pipe that nobody writes to",
        verdict: Verdict::Refused,
        put: |path| {
            fs::remove_file(path)?;
            Ok(mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?)
        },
    },
    Replacement {
        name: "a file that cannot be read",
        verdict: Verdict::Missed,
        put: |path| fs::set_permissions(path, Permissions::from_mode(0o000)),
    },
    Replacement {
        name: "a file that all may write to",
        verdict: Verdict::Refused,
        put: |path| fs::set_permissions(path, Permissions::from_mode(0o666)),
    },
    Replacement {
        name: "a file of another user",
        verdict: Verdict::Refused,
        put: |path| {
            match geteuid().is_root() {
                true => chown(path, Some(OTHER_USER), None),
                // Nobody else can give a file away; one that all may write to is no better.
                false => fs::set_permissions(path, Permissions::from_mode(0o602)),
            }
        },
    },
];

impl Replacement {
    /// Replaces each entry of a scene.
    pub fn check(&self, bench: &Bench<'_>) -> Result<(), Stop> {
        bench.claims("disk-cache")?;
        let child = bench.common_user()?;
        let mut fixture = Fixture::filled_by(bench, child, Which::named("linked"))?;
        for (module, entry) in fixture.entries.clone().iter().enumerate() {
            (self.put)(entry)?;
            fixture.heals(&[module], self.verdict)?;
        }
        Ok(())
    }
}

/// A directory with files is somebody's: it stays, and the engine compiles.
pub(crate) fn full_directory(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("plain"))?;
    let entry = fixture.entries[0].clone();
    fs::remove_file(&entry)?;
    fs::create_dir(&entry)?;
    fs::write(entry.join("theirs"), "")?;
    fixture.survives(&[0], Verdict::Refused)?;
    fixture.survives(&[0], Verdict::Refused)?;
    if !entry.join("theirs").exists() {
        return fail("a file in a directory was removed");
    }
    fs::remove_dir_all(&entry)?;
    fixture.right()?;
    fixture.hits()
}

/// Each of two modules has the other's entry.
pub(crate) fn swapped(bench: &Bench<'_>) -> Result<(), Stop> {
    for which in [Which::Numbered(1, 3), Which::Alike] {
        let mut fixture = Fixture::filled(bench, which)?;
        let (one, other) = (fixture.entries[0].clone(), fixture.entries[1].clone());
        let aside = fixture.directory.path().join("aside");
        fs::rename(&one, &aside)?;
        fs::rename(&other, &one)?;
        fs::rename(&aside, &other)?;
        fixture.heals(&[0, 1], Verdict::Refused)?;
    }
    Ok(())
}

/// How long an entry stays as it is before an engine may trust the times of its file.
const SETTLED: Duration = Duration::from_millis(2500);

/// A byte is changed, and the times of the file are set back, as tools that copy files do: the times
/// prove nothing.
pub(crate) fn changed_behind_its_times(bench: &Bench<'_>) -> Result<(), Stop> {
    for which in [Which::named("linked"), Which::Large] {
        let mut fixture = Fixture::filled(bench, which.clone())?;
        std::thread::sleep(SETTLED);
        fixture.child = bench.child()?;
        fixture.hits()?;
        for (module, entry) in fixture.entries.clone().iter().enumerate() {
            let before = fs::metadata(entry)?;
            let mut bytes = fs::read(entry)?;
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(entry, bytes)?;
            let times = FileTimes::new();
            let times = times.set_accessed(before.accessed()?).set_modified(before.modified()?);
            File::options().write(true).open(entry)?.set_times(times)?;
            fixture.child = bench.child()?;
            fixture
                .heals(&[module], Verdict::Refused)
                .map_err(|stop| stop.after(format!("{which:?}, entry {module}")))?;
        }
    }
    Ok(())
}

/// An entry is a link to a file of the user, which stays as it is.
pub(crate) fn link_outside(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    let good = fs::read(&fixture.entries[0])?;
    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    for (what, bytes, verdict) in [
        ("a damaged copy", damaged, Verdict::Refused),
        ("another file", b"of the user".to_vec(), Verdict::Refused),
        ("a good copy", good, Verdict::Any),
    ] {
        let outside = fixture.directory.path().join("outside");
        fs::write(&outside, &bytes)?;
        fs::remove_file(&fixture.entries[0])?;
        symlink(&outside, &fixture.entries[0])?;
        fixture.survives(&[0], verdict).map_err(|stop| stop.after(what))?;
        if fs::read(&outside)? != bytes {
            return fail(format!("{what}: the engine wrote through a link"));
        }
        fixture.hits().map_err(|stop| stop.after(format!("{what}: not healed")))?;
    }
    Ok(())
}

/// Files and directories of the user, new and old, beside the entries and above them, stay.
pub(crate) fn files_of_the_user(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    let above = fixture.entries.iter().flat_map(|entry| entry.ancestors().skip(1));
    let within: BTreeSet<PathBuf> =
        above.filter(|it| it.starts_with(fixture.path())).map(Path::to_path_buf).collect();
    let long_ago = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH);
    let mut theirs = Vec::new();
    for directory in within {
        fs::create_dir(directory.join("theirs"))?;
        for name in ["README", "old.bak", ".hidden", "theirs/file", "theirs/old.tmp"] {
            let path = directory.join(name);
            fs::write(&path, name)?;
            if name.contains("old") {
                File::options().write(true).open(&path)?.set_times(long_ago)?;
            }
            theirs.push((path, name));
        }
    }
    fixture.child = bench.child()?;
    fixture.hits()?;
    for (module, entry) in fixture.entries.clone().iter().enumerate() {
        fs::write(entry, "nonsense")?;
        fixture.heals(&[module], Verdict::Refused)?;
    }
    let stays = |path: &Path, name: &str| fs::read(path).is_ok_and(|it| it == name.as_bytes());
    match theirs.iter().find(|(path, name)| !stays(path, name)) {
        Some((path, _)) => fail(format!("{} was removed or changed", path.display())),
        None => Ok(()),
    }
}

/// Replaces an entry while its code is loaded, as a cleaner or another process may do; the file
/// that was loaded stays as it is.
type Meanwhile = fn(&Fixture) -> io::Result<()>;

const MEANWHILE: &[(&str, Meanwhile)] = &[
    ("removed", |fixture| fs::remove_file(&fixture.entries[0])),
    ("replaced by nonsense", |fixture| {
        let aside = fixture.directory.path().join("aside");
        fs::write(&aside, "nonsense")?;
        fs::rename(aside, &fixture.entries[0])
    }),
    ("replaced by zeros of the same length", |fixture| {
        let aside = fixture.directory.path().join("aside");
        let len = fs::metadata(&fixture.entries[0])?.len();
        fs::write(&aside, vec![0; len as usize])?;
        fs::rename(aside, &fixture.entries[0])
    }),
    ("replaced by a directory", |fixture| {
        fs::remove_file(&fixture.entries[0])?;
        fs::create_dir(&fixture.entries[0])
    }),
    ("removed with the whole directory", |fixture| fs::remove_dir_all(fixture.path())),
    ("renamed with the whole directory", |fixture| {
        fs::rename(fixture.path(), fixture.directory.path().join("elsewhere"))
    }),
];

/// Live instances survive whatever replaces their entries, and so does their engine.
pub(crate) fn under_a_live_instance(bench: &Bench<'_>) -> Result<(), Stop> {
    for which in [Which::named("plain"), Which::Large] {
        for (what, replace) in MEANWHILE {
            let mut fixture = Fixture::filled(bench, which.clone())?;
            live(bench, &mut fixture, *replace)
                .map_err(|stop| stop.after(format!("{which:?}, {what}")))?;
        }
    }
    Ok(())
}

fn live(bench: &Bench<'_>, fixture: &mut Fixture, replace: Meanwhile) -> Result<(), Stop> {
    let open = Request::Open(fixture.place.clone(), fixture.which.clone());
    let opened = used(fixture.child.ask(&open)?)?;
    fixture.right_results(&opened.results)?;
    replace(fixture)?;
    match fixture.child.ask(&Request::Call)? {
        Answer::Results(results) => fixture.right_results(&results)?,
        other => return fail(format!("{other:?}")),
    }
    // The same engine still compiles, stores or not.
    let other = Which::named("linked");
    let more = used(fixture.child.ask(&Request::More(other.clone()))?)?;
    if more.results != bench.results(&mut fixture.child, &other)? {
        return fail(format!("wrong results of another scene: {:?}", more.results));
    }
    let again = used(fixture.child.ask(&Request::More(fixture.which.clone()))?)?;
    fixture.right_results(&again.results)?;
    fixture.child.ask(&Request::Close)?;
    fixture.right()?;
    fixture.hits()
}

//! Directories that the engine cannot use, or must not: read-only, without room, of others.

use crate::bench::{Bench, Fixture, all, files, used};
use crate::child::Child;
use crate::message::{Answer, Request};
use crate::replaced::OTHER_USER;
use crate::report::{Stop, fail};
use crate::scene::Which;
use rustix::process::geteuid;
use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

/// Sets the mode of a directory and of all directories in it.
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            set_mode(&entry.path(), mode)?;
        }
    }
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// A full directory that cannot be written serves its entries.
pub(crate) fn read_only(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    set_mode(&fixture.path(), 0o500)?;
    fixture.child = bench.common_user()?;
    let found = fixture.hits();
    set_mode(&fixture.path(), 0o700)?;
    found
}

/// An empty one serves nothing, and the engine compiles or refuses it.
pub(crate) fn read_only_and_empty(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    fs::remove_dir_all(fixture.path())?;
    fs::create_dir(fixture.path())?;
    set_mode(&fixture.path(), 0o500)?;
    fixture.child = bench.common_user()?;
    let request = Request::Use(fixture.place.clone(), fixture.which.clone());
    match fixture.child.ask(&request)? {
        Answer::Refused(_) => {}
        answer => stored_nothing(&fixture, answer)?,
    }
    set_mode(&fixture.path(), 0o700)?;
    fixture.right()?;
    fixture.hits()
}

/// A file system without room: the engine compiles, leaves nothing behind, and stores as soon as it
/// can. The limit of a file's size stands for the end of the disk.
pub(crate) fn no_room(bench: &Bench<'_>) -> Result<(), Stop> {
    // An emulator needs small files of its own.
    let limits = [("ulimit -f 1", true), ("ulimit -f 0", false)];
    for (limit, partly) in limits.into_iter().take(if bench.is_slow() { 1 } else { 2 }) {
        let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
        let complete = files(&fixture.path())?;
        fs::remove_dir_all(fixture.path())?;
        let mut narrow = Child::start(bench.launch, limit)?;
        let request = Request::Use(fixture.place.clone(), fixture.which.clone());
        let answer = narrow.ask(&request)?;
        drop(narrow);
        if partly {
            fixture.right_results(&used(answer)?.results)?;
            // Small files fit.
            if let Some(strange) = files(&fixture.path())?.difference(&complete).next() {
                return fail(format!("{limit}: {} is left", strange.display()));
            }
        } else {
            stored_nothing(&fixture, answer)?;
            if let Some(left) = files(&fixture.path())?.first() {
                return fail(format!("{limit}: {} is left", left.display()));
            }
        }
        // Nothing that was stored in part is refused now.
        let healed = fixture.right()?;
        if healed.counts.is_some_and(|counts| counts.refused > 0) {
            return fail(format!("{limit} left entries that are refused: {:?}", healed.counts));
        }
        fixture.hits()?;
    }
    Ok(())
}

/// Whatever the user's mask is, what the engine writes is its own, and it finds that again.
pub(crate) fn user_mask(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims("disk-cache")?;
    for mask in ["0000", "0002", "0022", "0077"] {
        let child = Child::start(bench.launch, &format!("umask {mask}"))?;
        let filled = Fixture::filled_by(bench, child, Which::named("linked"));
        let mut fixture = filled.map_err(|stop| stop.after(format!("umask {mask}")))?;
        for entry in &fixture.entries {
            if fs::metadata(entry)?.mode() & 0o022 != 0 {
                return fail(format!("umask {mask}: others may write to {}", entry.display()));
            }
        }
        fixture.child = bench.child()?;
        fixture.hits().map_err(|stop| stop.after(format!("umask {mask}, another process")))?;
    }
    Ok(())
}

/// Others may write to a directory below: no code in it is run.
pub(crate) fn inner_of_others(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    let above = fixture.entries.iter().flat_map(|entry| entry.ancestors().skip(1));
    let is_inner = |it: &&Path| it.starts_with(fixture.path()) && *it != fixture.path();
    let inner: BTreeSet<PathBuf> = above.filter(is_inner).map(Path::to_path_buf).collect();
    for directory in inner {
        fs::set_permissions(&directory, Permissions::from_mode(0o777))?;
        let request = Request::Use(fixture.place.clone(), fixture.which.clone());
        match fixture.child.ask(&request).map_err(Stop::once_supported)? {
            Answer::Refused(_) => {}
            answer => {
                let used = used(answer)?;
                fixture.right_results(&used.results)?;
                let what = || format!("others may write to {}", directory.display());
                all(&used, false).map_err(|stop| stop.after(what()))?;
            }
        }
        if directory.is_dir() {
            fs::set_permissions(&directory, Permissions::from_mode(0o700))?;
        }
        fixture.right()?;
        fixture.hits()?;
    }
    Ok(())
}

fn stored_nothing(fixture: &Fixture, answer: Answer) -> Result<(), Stop> {
    let used = used(answer)?;
    fixture.right_results(&used.results)?;
    match used.counts {
        Some(counts) if counts.stores > 0 => fail(format!("claims to have stored: {counts:?}")),
        _ => Ok(()),
    }
}

/// Changes a directory so that somebody else may write to it.
type Opening = fn(&Path) -> std::io::Result<()>;

const OF_OTHERS: &[(&str, Opening)] = &[
    ("writable to all", |path| fs::set_permissions(path, Permissions::from_mode(0o777))),
    ("sticky", |path| fs::set_permissions(path, Permissions::from_mode(0o1777))),
    ("writable to the group", |path| fs::set_permissions(path, Permissions::from_mode(0o770))),
    ("of another user", |path| match geteuid().is_root() {
        true => chown(path, Some(OTHER_USER), None),
        // Nobody else can give a directory away; this one is of the superuser.
        false => {
            fs::remove_dir_all(path)?;
            std::os::unix::fs::symlink("/usr", path)
        }
    }),
    ("a file", |path| {
        fs::remove_dir_all(path)?;
        fs::write(path, "")
    }),
];

/// The engine runs code from the directory, so it must refuse one that others write to; full or
/// empty.
pub(crate) fn of_others(bench: &Bench<'_>) -> Result<(), Stop> {
    for (name, open) in OF_OTHERS {
        for is_full in [true, false] {
            let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
            if !is_full {
                fs::remove_dir_all(fixture.path())?;
                fs::create_dir(fixture.path())?;
            }
            open(&fixture.path())?;
            let request = Request::Use(fixture.place.clone(), fixture.which.clone());
            match fixture.child.ask(&request)? {
                Answer::Refused(why) if !why.is_empty() => {}
                other => return fail(format!("{name}: the engine uses the directory: {other:?}")),
            }
        }
    }
    Ok(())
}

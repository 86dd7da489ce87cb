//! Writes a report or another result to a file completely, or leaves the file unchanged. Does not
//! interpret it.

use crate::beside::Beside;
use crate::destination::{directory, followed, is_open_here};
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes to a temporary file beside the target and gives it the target's name, so that no reader ever
/// sees half of it, and a killed process leaves none. A link stays, and its target is written. Anything but a regular file (a pipe, a device),
/// and an open file of this process, is written directly.
///
/// # Errors
/// The error of the file system; the old file, if there is one, is then untouched.
pub fn write_file(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<()> {
    let (path, contents) = (&followed(path)?, contents.as_ref());
    let is_special = fs::metadata(path).is_ok_and(|target| !target.is_file());
    if is_special || is_open_here(path) {
        return append(path, contents);
    }
    let mut beside = Beside::create(path)?;
    let file = beside.file();
    file.write_all(contents)?;
    file.sync_all()?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    beside.persist(path)
}

/// Appends to a pipe, a device or an open file. A pipe without a reader is an error: waiting for
/// one might never end.
fn append(path: &Path, contents: &[u8]) -> io::Result<()> {
    let flags = OFlags::NONBLOCK.bits() as i32;
    let opened = OpenOptions::new().append(true).custom_flags(flags).open(path);
    let mut target = opened.map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::NXIO) => io::Error::new(error.kind(), "nobody reads this pipe"),
        _ => error,
    })?;
    // A reader may take its time.
    rustix::fs::fcntl_setfl(&target, OFlags::APPEND)?;
    target.write_all(contents)?;
    target.flush()
}

/// Whether [`write_file`] could write here now. Pipes, devices and open files are not tried.
///
/// # Errors
/// What is in the way.
pub fn check_writable(path: &Path) -> io::Result<()> {
    let path = &followed(path)?;
    let target = fs::metadata(path);
    if target.as_ref().is_ok_and(|target| target.is_dir()) {
        return Err(io::Error::other("it is a directory"));
    }
    if target.is_ok_and(|target| !target.is_file()) || is_open_here(path) {
        return Ok(());
    }
    let directory = directory(path);
    if !directory.is_dir() {
        let message = format!("there is no directory {}", directory.display());
        return Err(io::Error::other(message));
    }
    Beside::create(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_written_completely_or_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        write_file(&path, "one").unwrap();
        write_file(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_obstacle_is_reported_without_a_temporary_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        check_writable(&path("report.json")).unwrap();
        check_writable(Path::new("/dev/full")).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        let told = |path: &Path| check_writable(path).unwrap_err().to_string();
        assert_eq!(told(directory.path()), "it is a directory");
        let missing = format!("there is no directory {}", path("no/such").display());
        assert_eq!(told(&path("no/such/place")), missing);
        let error = write_file(&path("no/such/place"), "x").unwrap_err();
        assert_eq!(error.to_string(), "No such file or directory (os error 2)");
    }

    #[test]
    fn a_link_is_kept_and_its_target_is_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("far")).unwrap();
        std::os::unix::fs::symlink("far/report.json", path("near.json")).unwrap();
        for text in ["one", "two"] {
            write_file(&path("near.json"), text).unwrap();
            assert_eq!(fs::read_to_string(path("far/report.json")).unwrap(), text);
            assert!(path("near.json").is_symlink());
        }
        std::os::unix::fs::symlink("round", path("round")).unwrap();
        assert!(write_file(&path("round"), "x").is_err());
    }

    #[test]
    fn a_report_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        write_file(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write_file(&path, "two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_full_disk_is_reported() {
        let error = write_file(Path::new("/dev/full"), "x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}

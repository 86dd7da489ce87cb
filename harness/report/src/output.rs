//! Writes a report to a file, whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes to a temporary file beside the target and renames it, so that nobody ever reads half a
/// report. What is no regular file (a pipe, a device) is written directly.
///
/// # Errors
/// What the file system says; the old file, if there was one, is untouched then.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    let is_special = fs::metadata(path).is_ok_and(|target| !target.is_file());
    if is_special {
        let mut target = OpenOptions::new().write(true).open(path)?;
        target.write_all(text.as_bytes())?;
        return target.flush();
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".wassay-report-").tempfile_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    // A temporary file is its owner's alone; a report is as readable as any new file.
    file.as_file().set_permissions(permissions(path))?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

fn permissions(path: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(path) {
        Ok(old) => old.permissions(),
        Err(_) => fs::Permissions::from_mode(0o644),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_there_or_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        write_file(&path, "one").unwrap();
        write_file(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        assert!(write_file(&directory.path().join("no/such/place"), "x").is_err());
    }

    #[test]
    fn a_full_disk_is_told() {
        let error = write_file(Path::new("/dev/full"), "x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}

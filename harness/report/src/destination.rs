//! Takes paths, in any spelling; gives the files to which they lead, which can be compared, and the
//! directories of these files. Reads and writes no file.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where a path leads. Paths with equal places lead to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(Identity);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Identity {
    /// A file that exists: behind links, and under any of its names.
    File { device: u64, inode: u64 },
    /// The path of a file that does not exist yet, with its directory's links followed.
    New(PathBuf),
}

impl Destination {
    /// The place of a path, behind all links.
    pub fn of(path: &Path) -> Destination {
        Destination(match fs::metadata(path) {
            Ok(file) => Identity::File { device: file.dev(), inode: file.ino() },
            Err(_) => {
                let target = followed(path).unwrap_or_else(|_| path.to_path_buf());
                let parent = directory(&target);
                let parent = parent.canonicalize().unwrap_or_else(|_| parent.to_path_buf());
                Identity::New(parent.join(target.file_name().unwrap_or_default()))
            }
        })
    }
}

/// The directory in which a file lies: `.` if its path names none.
pub fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The final target of a path, which may not exist yet. Names of this process's open files are kept
/// as they are.
///
/// # Errors
/// If the links lead in a circle.
pub(crate) fn followed(path: &Path) -> io::Result<PathBuf> {
    // More links than any kernel follows.
    const LINKS: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(target) if !is_open_here(&path) => path = directory(&path).join(target),
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("too many links"))
}

/// Whether the path is a name of a file that this process has open, such as `/dev/stdout`.
pub(crate) fn is_open_here(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr"].iter().any(|name| path == Path::new(name))
        || ["/dev/fd/", "/proc/"].iter().any(|place| path.starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_has_one_place_under_all_its_names() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("d")).unwrap();
        fs::write(at("d/there"), "").unwrap();
        fs::write(at("d/other"), "").unwrap();
        fs::hard_link(at("d/there"), at("hard")).unwrap();
        for (link, target) in [("e", "d"), ("soft", "d/there"), ("dangling", "d/new")] {
            symlink(target, at(link)).unwrap();
        }
        let place = |name: &str| Destination::of(&at(name));
        for name in ["d/../d/there", "e/there", "hard", "soft"] {
            assert_eq!(place(name), place("d/there"), "{name}");
        }
        for name in ["d/./new", "e/new", "dangling"] {
            assert_eq!(place(name), place("d/new"), "{name}");
        }
        for name in ["d/other", "d/new", "there", "none/there"] {
            assert_ne!(place(name), place("d/there"), "{name}");
        }
        assert_ne!(place("new"), place("d/new"));
    }

    #[test]
    fn a_bare_name_is_in_the_current_directory() {
        for (path, expected) in [("a", "."), ("d/a", "d"), ("/a", "/"), ("./a", "."), ("", ".")] {
            assert_eq!(directory(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}

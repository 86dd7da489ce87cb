//! Takes a path as a user spells it; returns one spelling for all that lead to the same file. Follows
//! links, but reads no file.

use crate::input::is_stream;
use crate::list_name::relative;
use std::path::{Component, Path, PathBuf};

/// The shorter of the file's path from the current directory and its absolute path, with links
/// followed. A pipe or device keeps its path, and so does a file that does not exist, without `.`
/// and doubled slashes.
pub(crate) fn one_spelling(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    match (here, path.canonicalize()) {
        (Ok(here), Ok(file)) if !is_stream(path) => shorter(&here, file),
        _ => path.components().filter(|part| *part != Component::CurDir).collect(),
    }
}

/// The path of a file from a directory, or its absolute path if that has fewer parts.
fn shorter(here: &Path, file: PathBuf) -> PathBuf {
    let near = relative(here, &file);
    // The root is no part of a name.
    let parts = file.components().count() - 1;
    if near.components().count() > parts { file } else { near }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_has_one_spelling() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().canonicalize().unwrap().join(path);
        for directory in ["d/e", "f"] {
            std::fs::create_dir_all(at(directory)).unwrap();
        }
        for file in ["a.wast", "d/a.wast"] {
            std::fs::write(at(file), "").unwrap();
        }
        for (target, link) in [("d/e", "link"), ("d/a.wast", "soft.wast"), ("none", "broken")] {
            symlink(target, at(link)).unwrap();
        }
        for (spelled, expected) in [
            ("./a.wast", "a.wast"),
            ("d//./a.wast", "d/a.wast"),
            ("d/../a.wast", "a.wast"),
            ("d/e/../../f/../a.wast", "a.wast"),
            ("soft.wast", "d/a.wast"),
            // The parent of a link's target is not that of the link.
            ("link/../a.wast", "d/a.wast"),
            ("link/../../a.wast", "a.wast"),
            // These do not exist.
            ("broken", "broken"),
            ("none/.././/a.wast", "none/../a.wast"),
        ] {
            assert_eq!(one_spelling(&at(spelled)), at(expected), "{spelled}");
        }
        assert_eq!(one_spelling(Path::new("/dev/null")), Path::new("/dev/null"));
    }

    #[test]
    fn a_file_near_the_current_directory_has_a_relative_path() {
        for (here, file, expected) in [
            ("/u/w", "/u/w/d/a.wast", "d/a.wast"),
            ("/u/w", "/u/a.wast", "../a.wast"),
            ("/u/w/x", "/u/v/a.wast", "/u/v/a.wast"),
            ("/u/w", "/v/a.wast", "/v/a.wast"),
            ("/", "/v/a.wast", "v/a.wast"),
        ] {
            let found = shorter(Path::new(here), PathBuf::from(file));
            assert_eq!(found, Path::new(expected), "{file} from {here}");
        }
        let own = std::env::current_dir().unwrap().join("Cargo.toml");
        assert_eq!(one_spelling(&own), Path::new("Cargo.toml"));
    }
}

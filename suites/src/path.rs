//! Takes a path as a user spells it; returns one spelling for all equivalent ones. Looks at
//! directories only to distinguish them from links.

use std::path::{Component, Path, PathBuf};

/// The path without `.`, doubled slashes and `DIR/..`. If `DIR` is a link or does not exist, the
/// path keeps both words, because the parent of a link's target is elsewhere.
pub(crate) fn tidied(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        let last = tidy.components().next_back();
        match (component, last) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) if is_directory(&tidy) => {
                tidy.pop();
            }
            (Component::ParentDir, Some(Component::RootDir)) => {}
            _ => tidy.push(component),
        }
    }
    if tidy.as_os_str().is_empty() { PathBuf::from(".") } else { tidy }
}

fn is_directory(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|target| target.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn redundant_parts_of_a_path_are_left_out() {
        let root = tempfile::tempdir().unwrap();
        for directory in ["d/e", "f"] {
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        symlink("d/e", root.path().join("link")).unwrap();
        for (spelled, expected) in [
            ("./a.wast", "a.wast"),
            ("d//./a.wast", "d/a.wast"),
            ("d/../a.wast", "a.wast"),
            ("d/e/../../f/../a.wast", "a.wast"),
            ("link/a.wast", "link/a.wast"),
            // This is not `a.wast`, but `d/a.wast`.
            ("link/../a.wast", "link/../a.wast"),
            ("link/../../a.wast", "link/../../a.wast"),
            ("none/../a.wast", "none/../a.wast"),
        ] {
            let found = tidied(&root.path().join(spelled));
            assert_eq!(found, root.path().join(expected), "{spelled}");
        }
        for (spelled, expected) in
            [("./a", "a"), (".", "."), ("../a", "../a"), ("../../a", "../../a"), ("/../a", "/a")]
        {
            assert_eq!(tidied(Path::new(spelled)), Path::new(expected), "{spelled}");
        }
    }
}

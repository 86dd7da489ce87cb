//! The files that rows of `ci/engines.toml` name and that are built into this program: the scripts of
//! adapters and the lists of known failures. Takes a path from the root of the tree; gives a text.

/// The path of each file, and its text.
const FILES: &[(&str, &str)] = &[];

/// The text of a file that is built in.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    #[test]
    fn each_file_is_one_that_a_row_names() {
        let table = Table::builtin().unwrap();
        for (path, _) in FILES {
            let names = |row: &crate::External| row.files().any(|file| file == *path);
            assert!(table.iter().any(names), "no row names {path}");
        }
    }
}

//! Takes the path or glob of an entry; decides whether it matches a script's name. Sees no files.

use globset::{GlobBuilder, GlobMatcher};
use wassay_suites::ListName;

/// A path, or a glob over paths.
#[derive(Clone, Debug)]
pub struct PathPattern {
    /// As written, in one spelling.
    written: String,
    /// The length of the mark in front of the path.
    mark: usize,
    glob: Option<GlobMatcher>,
}

/// Marks a path as that of a file, although a suite's script has this name.
const MARK: &str = "./";

impl PathPattern {
    /// A path or glob. With `./` in front, it is that of a file next to the list. Without, it may
    /// also be the name of a suite's script, which then hides a file of this name.
    ///
    /// # Errors
    /// A sentence that explains why it is not a valid glob.
    pub(super) fn new(text: &str) -> Result<PathPattern, String> {
        let path = tidied(text);
        let is_marked = text.starts_with(MARK) && !path.starts_with("../");
        let glob = match path.contains(['*', '?', '[', '{']) {
            false => None,
            true => {
                let glob = GlobBuilder::new(&path).literal_separator(true).build();
                let glob =
                    glob.map_err(|why| format!("`{path}` is not a valid glob: {}", why.kind()))?;
                Some(glob.compile_matcher())
            }
        };
        let mark = if is_marked { MARK } else { "" };
        Ok(PathPattern { written: format!("{mark}{path}"), mark: mark.len(), glob })
    }

    /// The path or glob as written, without repeated `.` and doubled slashes.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The same without its mark `./`.
    pub fn text(&self) -> &str {
        &self.written[self.mark..]
    }

    /// Whether `./` restricts it to files outside every suite.
    pub fn is_marked(&self) -> bool {
        self.mark > 0
    }

    /// Whether it may match several scripts.
    pub fn is_glob(&self) -> bool {
        self.glob.is_some()
    }

    /// Whether it matches the script with this name.
    pub fn matches(&self, name: &ListName) -> bool {
        let is_hidden = !self.is_marked() && name.is_marked();
        let is_foreign = self.is_marked() && !name.is_file();
        !is_hidden && !is_foreign && self.matches_text(name.text())
    }

    /// Whether it matches the suite's script with this stable name.
    pub fn matches_in_suite(&self, name: &str) -> bool {
        !self.is_marked() && self.matches_text(name)
    }

    /// Whether only the missing mark keeps it from matching the file.
    pub(super) fn misses_for_its_mark(&self, name: &ListName) -> bool {
        name.is_marked() && !self.is_marked() && self.matches_text(name.text())
    }

    fn matches_text(&self, text: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(text),
            None => self.text() == text,
        }
    }
}

/// The path without the words that stay where they are. `DIR/..` stays: `DIR` may be a link.
fn tidied(text: &str) -> String {
    let stays = |(at, part): &(usize, &str)| *part == "." || (part.is_empty() && *at > 0);
    let parts: Vec<&str> =
        text.split('/').enumerate().filter(|part| !stays(part)).map(|(_, part)| part).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redundant_parts_of_a_path_are_removed() {
        for (text, expected) in [
            ("./a.wast", "./a.wast"),
            ("././b//./*.wast", "./b/*.wast"),
            ("../a.wast", "../a.wast"),
            ("./../a.wast", "../a.wast"),
            ("b/../a.wast", "b/../a.wast"),
            ("/b/./a.wast", "/b/a.wast"),
            (".a/b.wast", ".a/b.wast"),
        ] {
            assert_eq!(PathPattern::new(text).unwrap().as_str(), expected, "{text}");
        }
    }

    #[test]
    fn a_mark_distinguishes_a_file_from_a_suites_script() {
        let official = ListName::of_suite("v/a.wast");
        let [beside, alone] = [true, false].map(|beside| ListName::of_file("v/a.wast", beside));
        for (pattern, expected) in [
            // Lists without marks mean the suite's script, or the file if there is only that.
            ("v/a.wast", [true, false, true]),
            ("v/*.wast", [true, false, true]),
            ("**/a.wast", [true, false, true]),
            ("./v/a.wast", [false, true, true]),
            (".//v/*.wast", [false, true, true]),
            ("./**/a.wast", [false, true, true]),
            ("./v/b.wast", [false, false, false]),
        ] {
            let pattern = PathPattern::new(pattern).unwrap();
            let found = [&official, &beside, &alone].map(|name| pattern.matches(name));
            assert_eq!(found, expected, "{}", pattern.as_str());
            assert_eq!(pattern.matches_in_suite("v/a.wast"), expected[0]);
        }
    }
}

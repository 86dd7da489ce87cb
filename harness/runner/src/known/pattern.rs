//! Takes the path or glob of an entry; decides whether it matches a script's name. Sees no files.

use globset::{GlobBuilder, GlobMatcher};

/// A path, or a glob over paths.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    /// `./a.wast` and `a.wast` are one path.
    ///
    /// # Errors
    /// A sentence that explains why it is not a valid glob.
    pub(super) fn new(text: &str) -> Result<Pattern, String> {
        let text = &*tidied(text);
        let glob = match text.contains(['*', '?', '[', '{']) {
            false => None,
            true => {
                let glob = GlobBuilder::new(text).literal_separator(true).build();
                let glob =
                    glob.map_err(|why| format!("`{text}` is not a valid glob: {}", why.kind()))?;
                Some(glob.compile_matcher())
            }
        };
        Ok(Pattern { text: text.to_string(), glob })
    }

    /// The path or glob as written, without `.` and doubled slashes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it may match several scripts.
    pub fn is_glob(&self) -> bool {
        self.glob.is_some()
    }

    /// Whether it matches the script with this name.
    pub fn matches(&self, name: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(name),
            None => self.text == name,
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
            ("./a.wast", "a.wast"),
            ("././b//./*.wast", "b/*.wast"),
            ("../a.wast", "../a.wast"),
            ("b/../a.wast", "b/../a.wast"),
            ("/b/./a.wast", "/b/a.wast"),
            (".a/b.wast", ".a/b.wast"),
        ] {
            assert_eq!(Pattern::new(text).unwrap().as_str(), expected, "{text}");
        }
        assert!(Pattern::new("./v/*.wast").unwrap().matches("v/a.wast"));
    }
}

//! Takes the path or glob of an entry; decides whether it matches a script's name. Sees no files.

use globset::{GlobBuilder, GlobMatcher};

/// A path, or a glob over paths.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    /// # Errors
    /// A sentence that explains why it is not a valid glob.
    pub(super) fn new(text: &str) -> Result<Pattern, String> {
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

    /// The path or glob as written.
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

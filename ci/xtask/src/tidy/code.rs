//! Takes Rust source text; returns each line split into code, with strings and comments blanked
//! out, and comment. So a rule about a word never matches inside a string. Knows no rules.

/// One line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The code; a string is left as its two quotes.
    pub code: String,
    /// The text of comments, with their slashes.
    pub comment: String,
}

impl Line {
    /// Whether there is neither code nor comment.
    pub fn is_blank(&self) -> bool {
        self.code.trim().is_empty() && self.comment.trim().is_empty()
    }

    /// Whether the code has this word, as a whole word.
    pub fn has_word(&self, word: &str) -> bool {
        self.words().any(|found| found == word)
    }

    /// The words and numbers of the code.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let inside = |c: char| c.is_alphanumeric() || c == '_';
        self.code.split(move |c| !inside(c)).filter(|word| !word.is_empty())
    }
}

/// The state of the reader between two characters.
#[derive(Clone, Copy, PartialEq)]
enum At {
    Code,
    LineComment,
    /// This many comments deep.
    BlockComment(u32),
    String,
    /// A raw string that ends with this many hashes.
    Raw(usize),
}

/// The lines of a source text.
pub fn lines(text: &str) -> Vec<Line> {
    let characters: Vec<char> = text.chars().collect();
    let mut lines = vec![Line::default()];
    let (mut at, mut i) = (At::Code, 0);
    while i < characters.len() {
        let (taken, next) = step(at, &characters[i..], i.checked_sub(1).map(|p| characters[p]));
        for &c in &characters[i..i + taken] {
            let Some(line) = lines.last_mut() else { continue };
            match (c, at, next) {
                ('\n', ..) => lines.push(Line::default()),
                (_, At::Code, At::LineComment | At::BlockComment(_)) => line.comment.push(c),
                (_, At::Code, _) => line.code.push(c),
                (_, At::LineComment | At::BlockComment(_), _) => line.comment.push(c),
                (_, At::String | At::Raw(_), At::Code) => line.code.push(c),
                (_, At::String | At::Raw(_), _) => {}
            }
        }
        (at, i) = (next, i + taken);
    }
    if text.ends_with('\n') {
        lines.pop();
    }
    lines
}

/// The number of characters of the next relevant token, and the reader's state after it.
fn step(at: At, rest: &[char], before: Option<char>) -> (usize, At) {
    let begins = |text: &str| text.chars().enumerate().all(|(i, c)| rest.get(i) == Some(&c));
    match at {
        At::Code if begins("//") => (2, At::LineComment),
        At::Code if begins("/*") => (2, At::BlockComment(1)),
        At::Code if rest[0] == '"' => (1, At::String),
        At::Code if rest[0] == '\'' => (character(rest), At::Code),
        At::Code => match raw_string(rest, before) {
            Some((taken, hashes)) => (taken, At::Raw(hashes)),
            None => (1, At::Code),
        },
        At::LineComment if rest[0] == '\n' => (1, At::Code),
        At::LineComment => (1, At::LineComment),
        At::BlockComment(depth) if begins("/*") => (2, At::BlockComment(depth + 1)),
        At::BlockComment(1) if begins("*/") => (2, At::Code),
        At::BlockComment(depth) if begins("*/") => (2, At::BlockComment(depth - 1)),
        At::BlockComment(depth) => (1, At::BlockComment(depth)),
        At::String if rest[0] == '\\' => (2.min(rest.len()), At::String),
        At::String if rest[0] == '"' => (1, At::Code),
        At::String => (1, At::String),
        At::Raw(hashes) => {
            let closes = rest[0] == '"' && rest[1..].iter().take(hashes).all(|c| *c == '#');
            let closes = closes && rest.len() > hashes;
            if closes { (1 + hashes, At::Code) } else { (1, At::Raw(hashes)) }
        }
    }
}

/// The length of a character literal, or 1 for the quote of a lifetime.
fn character(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', _, ..] => {
            let end = rest[3..].iter().position(|c| *c == '\'');
            end.map_or(1, |end| end + 4)
        }
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

/// The length of the start of a raw string, and its number of hashes.
fn raw_string(rest: &[char], before: Option<char>) -> Option<(usize, usize)> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let prefix = match rest {
        ['r', ..] => 1,
        ['b' | 'c', 'r', ..] => 2,
        _ => return None,
    };
    let hashes = rest[prefix..].iter().take_while(|c| **c == '#').count();
    (rest.get(prefix + hashes) == Some(&'"')).then_some((prefix + hashes + 1, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        lines(text).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn strings_and_comments_are_blanked_out() {
        assert_eq!(codes("a(\"unsafe \\\" x\"); // b"), ["a(\"\"); "]);
        assert_eq!(codes("a /* b /* c */ d */ e"), ["a  e"]);
        assert_eq!(codes("r#\"unsafe \" x\"# + br\"y\""), ["r#\"\"# + br\"\""]);
        assert_eq!(codes("for r in bar\"\""), ["for r in bar\"\""]);
    }

    #[test]
    fn character_literals_and_lifetimes_open_no_string() {
        assert_eq!(codes("'\"' x \"y\""), ["'\"' x \"\""]);
        assert_eq!(codes("'\\'' x \"y\""), ["'\\'' x \"\""]);
        assert_eq!(codes("fn f<'a>(x: &'a str) -> \"y\""), ["fn f<'a>(x: &'a str) -> \"\""]);
    }

    #[test]
    fn line_numbers_are_kept() {
        let found = lines("//! top\n\nlet a = \"b\nc\"; // d\n");
        assert_eq!(found.len(), 4);
        assert_eq!((found[0].code.as_str(), found[0].comment.as_str()), ("", "//! top"));
        assert!(found[1].is_blank());
        assert_eq!((found[3].code.as_str(), found[3].comment.as_str()), ("\"; ", "// d"));
    }

    #[test]
    fn only_whole_words_match() {
        let found = lines("#![forbid(unsafe_code)] unsafe { f() }");
        assert!(found[0].has_word("unsafe") && found[0].has_word("unsafe_code"));
        assert!(!lines("unsafe_code")[0].has_word("unsafe"));
    }
}

//! Takes text with folded legacy exception handling, `(try (do ...) (catch ...))`, which `wast`
//! does not parse; gives the same text with flat `try ... catch ... end`, which it does. Used only
//! after `wast` has rejected the text. Leaves a malformed `try` unchanged.

use super::lexer::{Lexer, Token};
use std::ops::Range;

/// Text without folded `try`s, and a map back to the original.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flat {
    pub(super) text: String,
    /// The end of each replacement: its offset in the new text and in the original.
    ends: Vec<(usize, usize)>,
}

impl Flat {
    /// The offset in the original text.
    pub(super) fn original(&self, offset: usize) -> usize {
        match self.ends.iter().take_while(|(end, _)| *end <= offset).last() {
            Some((end, original)) => original + (offset - end),
            None => offset,
        }
    }
}

/// A list that is still open.
struct Open<'t> {
    head: Head<'t>,
    start: usize,
    /// The lists in it; kept only for `try`.
    lists: Vec<List<'t>>,
}

/// A closed list.
struct List<'t> {
    head: Head<'t>,
    range: Range<usize>,
}

/// The keyword of a list, and its end.
#[derive(Clone, Copy)]
struct Head<'t> {
    keyword: &'t str,
    end: usize,
}

/// Flattens every folded `try`; `None` if there is none, or one is malformed.
pub(super) fn flatten(text: &str) -> Option<Flat> {
    if !text.contains("try") {
        return None;
    }
    let mut lexer = Lexer::new(text.as_bytes());
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut edits = Vec::new();
    while let Some((token, start)) = lexer.next() {
        match token {
            Token::Open | Token::OpenAnnotation => {
                let head = head(text, lexer.clone());
                open.push(Open { head, start, lists: Vec::new() });
            }
            Token::Close => {
                let Open { head, start, lists } = open.pop()?;
                let list = List { head, range: start..lexer.at };
                if head.keyword == "try" {
                    unfold(&list, &lists, &mut edits)?;
                }
                if let Some(outer) = open.last_mut().filter(|outer| outer.head.keyword == "try") {
                    outer.lists.push(list);
                }
            }
            _ => {}
        }
    }
    (!edits.is_empty()).then(|| apply(text, edits))
}

fn head<'t>(text: &'t str, mut lexer: Lexer<'_>) -> Head<'t> {
    match lexer.next_solid() {
        Some((Token::Atom, start)) => Head { keyword: &text[start..lexer.at], end: lexer.at },
        _ => Head { keyword: "", end: lexer.at },
    }
}

/// The edits that flatten one `try` with these lists.
fn unfold(
    whole: &List<'_>,
    lists: &[List<'_>],
    edits: &mut Vec<(Range<usize>, &'static str)>,
) -> Option<()> {
    let keywords: Vec<&str> = lists.iter().map(|list| list.head.keyword).collect();
    let body = keywords.iter().position(|&keyword| keyword == "do")?;
    let typed = keywords[..body].iter().all(|word| matches!(*word, "type" | "param" | "result"));
    let caught = match &keywords[body + 1..] {
        [] | ["delegate"] => true,
        [catches @ .., "catch" | "catch_all"] => catches.iter().all(|&word| word == "catch"),
        _ => false,
    };
    if !(typed && caught) {
        return None;
    }
    let last = |list: &List<'_>| list.range.end - 1..list.range.end;
    let first = |list: &List<'_>| list.range.start..list.range.start + 1;
    let (body, arms) = (&lists[body], &lists[body + 1..]);
    edits.push((first(whole), " "));
    edits.push((body.range.start..body.head.end, " "));
    edits.push((last(body), " "));
    for arm in arms {
        edits.push((first(arm), " "));
        edits.push((last(arm), " "));
    }
    let ends_itself = keywords.last() == Some(&"delegate");
    edits.push((last(whole), if ends_itself { " " } else { " end " }));
    Some(())
}

fn apply(text: &str, mut edits: Vec<(Range<usize>, &str)>) -> Flat {
    edits.sort_by_key(|(range, _)| range.start);
    let mut flat = Flat { text: String::with_capacity(text.len()), ends: Vec::new() };
    let mut copied = 0;
    for (range, with) in edits {
        flat.text.push_str(&text[copied..range.start]);
        flat.text.push_str(with);
        flat.ends.push((flat.text.len(), range.end));
        copied = range.end;
    }
    flat.text.push_str(&text[copied..]);
    flat
}

#[cfg(test)]
mod tests {
    use super::flatten;

    #[test]
    fn folded_tries_become_flat_ones() {
        let text = "(func (try $l (result i32) (do (try (do) (delegate $l)) (f)) (catch $e)) g)";
        let flat = flatten(text).unwrap();
        let words: Vec<&str> = flat.text.split_whitespace().collect();
        let wanted = "(func try $l (result i32) try delegate $l (f) catch $e end g)";
        assert_eq!(words.join(" "), wanted);
        let (new, old) = (flat.text.rfind('g').unwrap(), text.rfind('g').unwrap());
        assert_eq!(flat.original(new), old);
        assert_eq!(flat.original(3), 3);
    }

    #[test]
    fn a_malformed_try_is_not_changed() {
        for text in [
            "(func (try_table (nop)))",
            "(func (try (do) (catch_all) (catch_all)))",
            "(func (try (do) (catch 0) (delegate 0)))",
            "(func (try (nop) (do)))",
            "(func (try (catch 0)))",
            "(func try end)",
        ] {
            assert_eq!(flatten(text), None, "{text}");
        }
    }
}

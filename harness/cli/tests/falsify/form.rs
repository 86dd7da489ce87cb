//! Takes the text of a well-formed directive; returns the pieces in its parentheses. It shares no
//! code with the runner's reader, so that a mistake there cannot hide itself.

/// The words, strings and lists directly in the parentheses of a form. Text that is not a form,
/// such as the fields of a module without its parentheses, has none.
pub fn children(form: &str) -> Vec<&str> {
    let bytes = form.as_bytes();
    let mut children = Vec::new();
    if bytes.first() != Some(&b'(') || piece(bytes, 0) != bytes.len() {
        return children;
    }
    let mut at = 1;
    while at < bytes.len() - 1 {
        let end = piece(bytes, at);
        if !is_space(&bytes[at..end]) {
            children.push(&form[at..end]);
        }
        at = end;
    }
    children
}

/// The first word of a form.
pub fn keyword(form: &str) -> &str {
    children(form).first().copied().unwrap_or_default()
}

fn is_space(piece: &[u8]) -> bool {
    piece[0].is_ascii_whitespace() || piece.starts_with(b";;") || piece.starts_with(b"(;")
}

/// The end of the piece that begins at `at`.
fn piece(text: &[u8], at: usize) -> usize {
    let ends = |at: usize, end: fn(u8) -> bool| {
        text[at..].iter().position(|&byte| end(byte)).map_or(text.len(), |found| at + found)
    };
    match text[at] {
        byte if byte.is_ascii_whitespace() => ends(at, |byte| !byte.is_ascii_whitespace()),
        b';' if text.get(at + 1) == Some(&b';') => ends(at, |byte| matches!(byte, b'\n' | b'\r')),
        b'"' => string(text, at),
        b'(' if text.get(at + 1) == Some(&b';') => comment(text, at),
        b'(' => {
            let mut at = at + 1;
            while text[at] != b')' {
                at = piece(text, at);
            }
            at + 1
        }
        _ => ends(at + 1, |byte| {
            byte.is_ascii_whitespace() || matches!(byte, b'(' | b')' | b'"' | b';')
        }),
    }
}

fn string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn comment(text: &[u8], start: usize) -> usize {
    let mut at = start + 2;
    while !text[at..].starts_with(b";)") {
        at = if text[at..].starts_with(b"(;") { comment(text, at) } else { at + 1 };
    }
    at + 2
}

#[test]
fn pieces_of_a_form_are_separated() {
    let form = "(a (; ( (; ;) ;) $b;; )\n \"c)\\\"\" (d (e \")\"))f)";
    assert_eq!(children(form), ["a", "$b", "\"c)\\\"\"", "(d (e \")\"))", "f"]);
    assert_eq!((keyword(form), keyword("( ;; c\n b)"), keyword("func")), ("a", "b", ""));
    assert!(children("(a) (b)").is_empty());
}

//! Takes the bytes of a script; gives its lines `;;!` as TOML. Follows the lexical rules of the text
//! format for white space, comments and annotations, and reads nothing else.

/// The lines `;;!` at the top of a script, each on its own line of the result, so that positions
/// are those of the script. Only white space and comments may precede them.
///
/// # Errors
/// The line, from 1, of a line `;;!` before the first directive that is not read: it stands inside
/// a block comment, or inside or after an annotation.
pub(crate) fn entries(script: &[u8]) -> Result<String, usize> {
    let mut toml = String::new();
    let (mut at, mut line, mut written) = (0, 1, 1);
    let mut is_top = true;
    while let Some(rest) = script.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match rest {
            [b';', b';', ..] => {
                let length = ends(rest, |byte| matches!(byte, b'\n' | b'\r'));
                if let Some(entry) = rest[..length].strip_prefix(b";;!") {
                    if !is_top {
                        return Err(line);
                    }
                    toml.push_str(&"\n".repeat(line.saturating_sub(written)));
                    toml.push_str(&String::from_utf8_lossy(entry));
                    toml.push('\n');
                    written = line + 1;
                }
                length
            }
            [b'(', b';', ..] => comment(rest),
            [b'(', b'@', ..] => {
                is_top = false;
                annotation(rest)
            }
            [byte, ..] if byte.is_ascii_whitespace() => 1,
            _ => break,
        };
        let piece = &rest[..length];
        let mut lines = piece.split(|&byte| byte == b'\n').skip(1);
        if let Some(hidden) = lines.position(|line| line.trim_ascii().starts_with(b";;!")) {
            return Err(line + 1 + hidden);
        }
        line += piece.iter().filter(|&&byte| byte == b'\n').count();
        at += length;
    }
    Ok(toml)
}

/// The offset of the first such byte, or the end.
fn ends(text: &[u8], end: fn(u8) -> bool) -> usize {
    text.iter().position(|&byte| end(byte)).unwrap_or(text.len())
}

/// The length of the block comment at the start of `text`. Comments nest.
fn comment(text: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match rest {
            [b'(', b';', ..] => (at, depth) = (at + 2, depth + 1),
            [b';', b')', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of the annotation at the start of `text`.
fn annotation(text: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            [b'(', b';', ..] => comment(rest),
            [b';', b';', ..] => ends(rest, |byte| matches!(byte, b'\n' | b'\r')),
            [b'"', ..] => string(rest),
            [b'(', ..] => {
                depth += 1;
                1
            }
            [b')', ..] => {
                depth -= 1;
                1
            }
            _ => 1,
        };
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of the string at the start of `text`; it ends with its line at the latest.
fn string(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' if !matches!(text.get(at + 1), None | Some(b'\n' | b'\r')) => at += 2,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn only_white_space_and_comments_precede_the_lines() {
        for (text, read) in [
            ("", ""),
            (";; c\n;;! a\n;;! b\n(module)\n;;! c", "\n a\n b\n"),
            ("(; (; ( ;)\n \" ;)\n\n;;! a", "\n\n\n a\n"),
            ("(; c ;) ;;! a\r\n(; d ;)(module)", " a\n"),
            (";;! a\r(module)", " a\n"),
            (";;! a\n(@note \")\" (b) ;; )\n)\n(module)\n;;! b", " a\n"),
            (";;! a\n(; never", " a\n"),
            (";;; a\n;; ;;! b\n(func)", ""),
        ] {
            assert_eq!(entries(text.as_bytes()).as_deref(), Ok(read), "{text:?}");
        }
    }

    #[test]
    fn a_line_that_is_not_read_is_found() {
        for (text, line) in [
            ("(; c\n;;! a\n;)", 2),
            ("(; c\n\n (; ;;! a\n ;;! b ;) ;)", 4),
            (";;! a\n(@note)\n;;! b\n(module)", 3),
            ("(@note \"\n;;! b\n)", 2),
            ("(@note \";;\") ;;! b", 1),
            ("(;\n;;! never", 2),
        ] {
            assert_eq!(entries(text.as_bytes()), Err(line), "{text:?}");
        }
    }
}

//! Takes a word of the command line; returns what it names, and the lines in it, if it ends in some.
//! Opens no file.

use crate::exit::Failure;
use std::path::Path;

/// The first and the last line, if not all of them.
pub type Lines = Option<(u32, u32)>;

/// Splits `PATH:LINE`, `PATH:LINE:COLUMN` as in messages, and `PATH:LINE-LINE`, unless a file has
/// that very name. The column is ignored.
///
/// # Errors
/// If what stands for lines is none.
pub fn split(word: &str) -> Result<(&str, Lines), Failure> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let without_column = word.rsplit_once(':').filter(|(place, column)| {
        let line = place.rsplit_once(':').map(|(_, line)| line);
        is_number(column) && line.is_some_and(is_number) && !Path::new(place).exists()
    });
    let place = without_column.map_or(word, |(place, _)| place);
    let Some((what, lines)) = place.rsplit_once(':') else { return Ok((word, None)) };
    let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
    if Path::new(word).exists() {
        return Ok((word, None));
    }
    if what.is_empty() || !is_number(first) || !is_number(last) {
        let is_place = what.ends_with(".wast") && !lines.contains(['/', '.', '*']);
        return match is_place {
            false => Ok((word, None)),
            true => Err(Failure::usage(format_args!(
                "`{lines}` in `{word}` is not a line: write FILE:LINE, FILE:LINE:COLUMN or \
                 FILE:LINE-LINE"
            ))),
        };
    }
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok((what, Some((first, last)))),
        _ => Err(Failure::usage(format_args!(
            "`{lines}` in `{word}` is not a range of lines: lines count from 1, and the first \
             comes first"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit;

    #[test]
    fn lines_follow_a_colon() {
        assert_eq!(split("a.wast:3").unwrap(), ("a.wast", Some((3, 3))));
        assert_eq!(split("a.wast:3-7").unwrap(), ("a.wast", Some((3, 7))));
        assert_eq!(split("a.wast:3:14").unwrap(), ("a.wast", Some((3, 3))));
        assert_eq!(split("a:b:3").unwrap(), ("a:b", Some((3, 3))));
        for word in ["a.wast", "a:b", "a:", ":3", "a:3-", "a:-3", "a.wast:b.wast", "a.wast:/b"] {
            assert_eq!(split(word).unwrap(), (word, None));
        }
        for word in ["a:0", "a:7-3", "a:99999999999", "a.wast:x", "a.wast:", "a.wast:3-"] {
            assert_eq!(split(word).unwrap_err().code, exit::USAGE, "{word}");
        }
    }
}

//! Takes the bytes of a file with one module, in the binary or the text format; gives the module in
//! the binary format. Validates nothing.

use super::module::{Broken, encode_text};
use super::position::Walker;
use std::borrow::Cow;

/// Why the text of a module has no binary form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadText {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; columns count characters.
    pub column: u32,
    /// What is wrong there.
    pub message: String,
}

/// The module in the binary format. Bytes that begin like a binary module are left as they are.
///
/// # Errors
/// If the text breaks the grammar or uses an undefined name, or if the file is no text.
pub fn binary(file: &[u8]) -> Result<Cow<'_, [u8]>, BadText> {
    if file.starts_with(b"\0") {
        return Ok(Cow::Borrowed(file));
    }
    let at = |offset: usize, message: String| {
        let position = Walker::new(file).advance(offset);
        BadText { line: position.line, column: position.column, message }
    };
    let text = std::str::from_utf8(file).map_err(|error| {
        at(error.valid_up_to(), "neither a binary module nor text in UTF-8".to_string())
    })?;
    if text.trim().is_empty() {
        return Err(at(0, "there is no module".to_string()));
    }
    let bytes = encode_text(text, &mut |_| {}).map_err(|broken| {
        let (Broken::Grammar(error) | Broken::Names(error)) = broken;
        at(error.span().offset(), error.message())
    })?;
    Ok(Cow::Owned(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn text_is_encoded_and_a_binary_module_is_left_alone() {
        for file in [
            &b"(module)"[..],
            b"(module) ;; empty\n",
            b"(module binary \"\\00asm\\01\\00\\00\\00\")",
            EMPTY,
        ] {
            assert_eq!(binary(file).as_deref(), Ok(EMPTY), "{file:?}");
        }
        let damaged = b"\0asn";
        assert_eq!(binary(damaged).as_deref(), Ok(&damaged[..]), "the engine says what is wrong");
    }

    #[test]
    fn errors_have_a_position_in_the_file() {
        for (file, line, column, message) in [
            (&b"(module\n  (func (frobnicate)))"[..], 2, 10, "unknown operator"),
            (b"(module\n  (func (call $f)))", 2, 15, "unknown func"),
            (b"(module)\n(module)", 2, 1, "extra tokens"),
            (b"(component)", 1, 2, "component"),
            (b"(module) ;; \xff", 1, 13, "neither a binary module nor text"),
            (b" \n", 1, 1, "there is no module"),
        ] {
            let bad = binary(file).unwrap_err();
            assert!(bad.message.contains(message), "{bad:?}");
            assert_eq!((bad.line, bad.column), (line, column), "{bad:?}");
        }
    }
}

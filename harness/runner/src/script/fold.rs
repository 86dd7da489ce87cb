//! Takes the text of a directive; gives a hash that ignores white space and comments. The hash is
//! stable, because lists of known failures contain it. Never parses a directive.

use super::lexer::{Lexer, Token};

/// 16 hex digits: the start of the BLAKE3 hash of the tokens, with one space between two tokens
/// that would otherwise merge.
pub(super) fn hash(text: &[u8]) -> String {
    let mut folded = Vec::with_capacity(text.len());
    let mut lexer = Lexer::new(text);
    let mut glues = false;
    while let Some((token, start)) = lexer.next_solid() {
        let joins = matches!(token, Token::Atom | Token::String { .. });
        if joins && glues {
            folded.push(b' ');
        }
        glues = joins;
        folded.extend_from_slice(&text[start..lexer.at]);
    }
    let mut hex = blake3::hash(&folded).to_hex().to_string();
    hex.truncate(16);
    hex
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn white_space_and_comments_do_not_change_the_hash() {
        let plain = hash(b"(invoke \"a b\" (i32.const 1))");
        assert_eq!(plain.len(), 16);
        assert_eq!(plain, hash(b"( invoke (; why ;)\n \"a b\"(i32.const 1) ;; yes\n)"));
        assert_ne!(plain, hash(b"(invoke \"ab\" (i32.const 1))"));
        assert_ne!(plain, hash(b"(invoke \"a b\" (i32.const1))"));
    }
}

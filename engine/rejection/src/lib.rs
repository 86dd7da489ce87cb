//! Takes a message of the crate wasmparser about a module that it does not accept; decides whether the
//! module is malformed, invalid, or beyond a limit of that crate, which the specification does not
//! have. Several engines use some version of it, so it goes by their texts. Never sees an engine.

#![forbid(unsafe_code)]

mod decode;

use decode::read_everything;
pub use wasmparser::WasmFeatures;

/// What is wrong with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It breaks a rule of the binary format.
    Malformed,
    /// It breaks a rule of validation.
    Invalid,
    /// It has more of something than wasmparser accepts (those of the JavaScript API: specification,
    /// *Implementation Limits*). Whether it is valid is not known.
    Limit,
}

/// Words about rules of the binary format that the validator checks, not the parser.
const MALFORMED: &[&str] = &[
    "section out of order",
    "duplicate section",
    "inconsistent lengths",
    "data count",
    "unknown binary version",
    "magic header",
    "unexpected content after last section",
    "bad magic number",
    "unknown section",
    "malformed section id",
    // Flags of disabled proposals are malformed: a mutability of 2, limits of 2 to 15.
    "shared globals require",
    "shared tables require",
    "threads must be enabled for shared memories",
    "memory64 must be enabled",
    "custom page sizes proposal must be enabled",
];

/// Words about counts that the parser limits. The message is about the number at its offset.
const COUNTS: &[&str] = &["size is out of bounds", "string size out of bounds"];

/// The same about lists of which the specification permits one element.
const SINGLE: &[&str] = &["select types size", "supertype idxs size"];

/// Words about everything else that the validator limits.
const LIMITS: &[&str] = &[
    "number of elements is out of bounds",
    "locals exceed maximum",
    "count exceeds limit of",
    "exceeds the limit of",
    "cannot exceed depth",
    "implementation limit",
];

/// An error of wasmparser: its message, and where in the module it is.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The message, without the offset.
    pub text: &'a str,
    /// Bytes from the start of the module.
    pub offset: usize,
}

/// Decides what is wrong with this module, of which a validator with these features says this.
pub fn verdict(wasm: &[u8], features: WasmFeatures, says: Message<'_>) -> Verdict {
    with_decoder(wasm, says, || {
        let error = read_everything(wasm, features).err()?;
        Some((error.message().to_string(), error.offset() as usize))
    })
}

/// Whether the message is about a limit, for an engine that does not distinguish malformed modules
/// from invalid ones.
pub fn is_limit(wasm: &[u8], says: Message<'_>) -> bool {
    verdict(wasm, WasmFeatures::all(), says) == Verdict::Limit
}

/// The same, where `decode` returns what the parser says of the module, if anything.
fn with_decoder(
    wasm: &[u8],
    says: Message<'_>,
    decode: impl FnOnce() -> Option<(String, usize)>,
) -> Verdict {
    if let Some(verdict @ (Verdict::Malformed | Verdict::Invalid)) = by_words(wasm, says) {
        return verdict;
    }
    let broken = decode();
    let broken = broken.as_ref().map(|(text, offset)| Message { text, offset: *offset });
    match broken.map(|parser| by_words(wasm, parser)) {
        // What the validator has found comes first.
        Some(Some(Verdict::Limit)) | None => by_words(wasm, says).unwrap_or(Verdict::Invalid),
        Some(Some(Verdict::Invalid)) => Verdict::Invalid,
        Some(_) => Verdict::Malformed,
    }
}

/// What the words alone say.
fn by_words(wasm: &[u8], says: Message<'_>) -> Option<Verdict> {
    // A name of the module may stand in the message, between backquotes, and have any words.
    let own = [says.text.split('`').next(), says.text.rsplit('`').next()];
    let has = |words: &[&str]| {
        own.into_iter().flatten().any(|text| words.iter().any(|words| text.contains(words)))
    };
    if has(SINGLE) {
        return Some(Verdict::Invalid);
    }
    if has(COUNTS) {
        let fits = count(wasm, says.offset).is_some_and(|(count, rest)| count <= rest);
        // Each element has at least one byte.
        return Some(if fits { Verdict::Limit } else { Verdict::Malformed });
    }
    if has(MALFORMED) {
        return Some(Verdict::Malformed);
    }
    has(LIMITS).then_some(Verdict::Limit)
}

/// The number in LEB128 of which this is a byte, and how many bytes of the module are behind it.
fn count(wasm: &[u8], offset: usize) -> Option<(u64, u64)> {
    let continues = |at: usize| wasm.get(at).is_some_and(|byte| byte & 0x80 != 0);
    let mut start = offset;
    // The offset of a string's length is that of its last byte.
    while offset - start < 4 && !continues(offset) && start > 0 && continues(start - 1) {
        start -= 1;
    }
    let mut value = 0;
    for (at, byte) in wasm.get(start..)?.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, (wasm.len() - start - at - 1) as u64));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wasm: &[u8], text: &str, offset: usize, parser: Option<(&str, usize)>) -> Verdict {
        let decode = || parser.map(|(text, offset)| (text.to_string(), offset));
        with_decoder(wasm, Message { text, offset }, decode)
    }

    #[test]
    fn words_decide() {
        use Verdict::{Invalid, Limit, Malformed};
        let broken = Some(("unexpected end", 3));
        for (text, parser, expected) in [
            ("type mismatch", None, Invalid),
            ("type mismatch", broken, Malformed),
            ("section out of order", None, Malformed),
            ("duplicate export name `section out of order` already defined", None, Invalid),
            ("duplicate export name `locals exceed maximum` already defined", None, Invalid),
            ("too many locals: locals exceed maximum", None, Limit),
            ("too many locals: locals exceed maximum", Some(("too many locals", 9)), Malformed),
            ("functions count exceeds limit of 1000000", None, Limit),
            ("memories count exceeds limit of 100", broken, Malformed),
            ("select types size is out of bounds", None, Invalid),
            ("unknown type", Some(("supertype idxs size is out of bounds", 3)), Invalid),
        ] {
            assert_eq!(of(b"", text, 0, parser), expected, "{text}, {parser:?}");
        }
    }

    #[test]
    fn a_count_that_the_module_has_no_bytes_for_is_malformed() {
        let text = "function params size is out of bounds";
        let mut wasm = vec![0xe9, 0x07];
        wasm.resize(2 + 1001, 0x7f);
        assert_eq!(of(&wasm, text, 0, Some((text, 0))), Verdict::Limit);
        assert_eq!(of(&wasm[..wasm.len() - 1], text, 0, Some((text, 0))), Verdict::Malformed);
        // A string's length, by its last byte.
        let text = "string size out of bounds";
        let mut wasm = vec![0x01, 0xa1, 0x8d, 0x06];
        wasm.resize(4 + 100_001, b'a');
        assert_eq!(of(&wasm, text, 3, Some((text, 3))), Verdict::Limit);
        assert_eq!(of(&wasm[..wasm.len() - 1], text, 3, None), Verdict::Malformed);
        // What an earlier section breaks counts.
        assert_eq!(of(&wasm, "unknown type", 0, Some((text, 3))), Verdict::Invalid);
    }
}

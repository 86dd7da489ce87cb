//! Takes a module that wasmtime rejected; decides between malformed, invalid and beyond a limit, which
//! wasmtime's parser does not distinguish. What that parser cannot decode is malformed.

use wasmtime::wasmparser::{BinaryReaderError, WasmFeatures};
use wassay_engine::{Fault, Rejected, Stage};
use wassay_rejection::{Message, Verdict, verdict};

/// What the parser says of every type that needs a collector, in an engine without one.
const COLLECTED: &str = "gc types are disallowed";

/// The rejection, with its stage; `None` if the error is not the parser's.
///
/// # Errors
/// `Unsupported` if the error is about a type that the strategy lacks, or a limit of the parser.
pub fn rejected(
    wasm: &[u8],
    features: WasmFeatures,
    error: &wasmtime::Error,
) -> Result<Option<Rejected>, Fault> {
    let Some(parser) = error.downcast_ref::<BinaryReaderError>() else { return Ok(None) };
    let message = parser.message().to_string();
    // A name of the module may stand in the message, between backquotes, and have any words.
    let own = [message.split('`').next(), message.rsplit('`').next()];
    if own.iter().flatten().any(|text| text.contains(COLLECTED)) {
        return Err(Fault::unsupported("externref and other types that need a collector"));
    }
    let offset = parser.offset();
    let stage = match verdict(wasm, named(features), Message { text: &message, offset }) {
        Verdict::Malformed => Stage::Malformed,
        Verdict::Invalid => Stage::Invalid,
        Verdict::Limit => return Err(Fault::Unsupported(message)),
    };
    Ok(Some(Rejected { stage: Some(stage), message, offset: Some(offset) }))
}

/// The same features in the version of the parser that the verdict uses.
fn named(features: WasmFeatures) -> wassay_rejection::WasmFeatures {
    let all = features.iter_names();
    let known = all.filter_map(|(name, _)| wassay_rejection::WasmFeatures::from_name(name));
    known.fold(wassay_rejection::WasmFeatures::empty(), |all, one| all | one)
}

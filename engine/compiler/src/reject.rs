//! Takes a module that the validator rejected; gives the compiler's error.

use crate::error::CompileError;
use wasmparser::{Error, WasmFeatures};
use wassay_rejection::{Message, Verdict, verdict};

/// Decides whether the module is malformed, invalid or beyond a limit.
pub(crate) fn reject(wasm: &[u8], features: WasmFeatures, error: &Error) -> CompileError {
    let message = error.message().to_string();
    let offset = error.offset() as usize;
    match verdict(wasm, features, Message { text: &message, offset }) {
        Verdict::Malformed => CompileError::Malformed { message, offset },
        Verdict::Invalid => CompileError::Invalid { message, offset },
        Verdict::Limit => CompileError::Limit(message),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::Validator;

    /// A module with one function that has this many locals.
    fn locals(count: &[u8]) -> Vec<u8> {
        let body = [&[0x01][..], count, &[0x7f, 0x0b]].concat();
        let code = [&[0x01, body.len() as u8][..], &body].concat();
        let header = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a";
        [&header[..], &[code.len() as u8], &code].concat()
    }

    #[test]
    fn a_limit_of_the_validator_is_no_rejection() {
        let mut params = b"\0asm\x01\0\0\0\x01\xed\x07\x01\x60\xe9\x07".to_vec();
        params.resize(params.len() + 1001, 0x7f);
        params.push(0);
        for (wasm, expected) in [
            (locals(&[0xd1, 0x86, 0x03]), "limit: too many locals: locals exceed maximum"),
            (params.clone(), "limit: function params size is out of bounds"),
            (params[..1000].to_vec(), "malformed: "),
            (locals(&[0xff, 0xff, 0xff, 0xff, 0x7f]), "malformed: "),
        ] {
            let features = WasmFeatures::all();
            let mut validator = Validator::new_with_features(features);
            let error = validator.validate_all(&wasm).err().unwrap();
            let says = reject(&wasm, features, &error).to_string();
            assert!(says.starts_with(expected), "{says}");
        }
    }
}

//! Puts a digest in front of a serialized module, and takes it off again. wasmtime checks the
//! version and the configuration of what it loads, but not whether the code is damaged.

/// What every serialized module of this adapter begins with.
const MAGIC: &[u8; 16] = b"wassay-wasmtime1";

/// A module that wasmtime serialized, behind its digest.
#[derive(Debug)]
pub struct Intact<'a>(&'a [u8]);

impl<'a> Intact<'a> {
    /// Exactly what wasmtime serialized.
    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

/// The serialized module behind its digest.
pub fn wrap(serialized: &[u8]) -> Vec<u8> {
    [MAGIC, &blake3::hash(serialized).as_bytes()[..], serialized].concat()
}

/// The serialized module, if it has its digest.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn unwrap(bytes: &[u8]) -> Result<Intact<'_>, &'static str> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("no serialized module of wasmtime's adapter")?;
    let (digest, serialized) =
        rest.split_first_chunk::<{ blake3::OUT_LEN }>().ok_or("it ends in its digest")?;
    if blake3::hash(serialized).as_bytes() != digest {
        return Err("it does not have its digest");
    }
    Ok(Intact(serialized))
}

//! The digest of an artifact: takes its bytes; returns 128 bits that detect any accidental change.
//!
//! It detects damage, not malice, so speed decides: XXH3 reads a file as fast as memory delivers
//! it, also on machines without wide vectors and under emulators.

use std::ops::Range;
use twox_hash::XxHash3_128;

/// The place of the digest in the bytes.
pub(crate) const DIGEST: Range<usize> = 16..32;

/// The number that identifies the format, as the seed.
const FORMAT: Range<usize> = 8..16;

/// The digest of everything but the magic, which every reader compares, and the digest itself.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 16] {
    let seed = u64::from_le_bytes(bytes[FORMAT].try_into().expect("eight bytes"));
    XxHash3_128::oneshot_with_seed(seed, &bytes[DIGEST.end..]).to_le_bytes()
}

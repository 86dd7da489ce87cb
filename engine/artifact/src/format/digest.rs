//! The digest of an artifact: takes its bytes; returns 128 bits that detect any accidental change.
//!
//! It detects damage, not malice, so speed decides: XXH3 is fast also on machines without wide vectors
//! and under emulators. A long artifact is hashed in pieces, by several threads, and its digest is that
//! of the digests of the pieces. It depends neither on the machine nor on the number of threads.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use twox_hash::XxHash3_128;

/// The place of the digest in the bytes.
pub(crate) const DIGEST: Range<usize> = 16..32;

/// The number that identifies the format, as the seed.
const FORMAT: Range<usize> = 8..16;

/// The length of a piece, in bytes.
const PIECE: usize = 1 << 20;

/// The least number of pieces for each thread: to start a thread takes as long as to hash a part of a
/// piece.
const PIECES: usize = 4;

/// The most threads: more of them do not get more bytes from memory.
const THREADS: usize = 8;

/// The digest of everything but the magic, which every reader compares, and the digest itself.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 16] {
    let pieces = bytes[DIGEST.end..].len().div_ceil(PIECE);
    let cpus = || thread::available_parallelism().map_or(1, |cpus| cpus.get()).min(THREADS);
    let threads = if pieces < 2 * PIECES { 1 } else { cpus().min(pieces / PIECES) };
    digest_by(bytes, threads)
}

/// The same, by so many threads.
fn digest_by(bytes: &[u8], threads: usize) -> [u8; 16] {
    let seed = u64::from_le_bytes(bytes[FORMAT].try_into().expect("eight bytes"));
    let hash = |bytes: &[u8]| XxHash3_128::oneshot_with_seed(seed, bytes).to_le_bytes();
    let pieces: Vec<&[u8]> = bytes[DIGEST.end..].chunks(PIECE).collect();
    if let [] | [_] = pieces[..] {
        return hash(pieces.first().copied().unwrap_or_default());
    }
    let next = AtomicUsize::new(0);
    // Each thread takes the piece after those that are taken.
    let work = || {
        let at = || next.fetch_add(1, Ordering::Relaxed);
        let take = std::iter::repeat_with(at).take_while(|at| *at < pieces.len());
        take.map(|at| (at, hash(pieces[at]))).collect::<Vec<_>>()
    };
    let mut digests = vec![[0; 16]; pieces.len()];
    thread::scope(|scope| {
        // If no thread can be started, this one does everything.
        let start = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).map_while(start).collect();
        let mut done = work();
        for other in others {
            done.extend(other.join().expect("hashing does not panic"));
        }
        for (at, digest) in done {
            digests[at] = digest;
        }
    });
    hash(digests.as_flattened())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_does_not_depend_on_the_threads() {
        let bytes: Vec<u8> = (0..5 * PIECE as u32 / 2).map(|it| (it % 251) as u8).collect();
        for len in [32, 33, 1000, PIECE, PIECE + 32, PIECE + 33, bytes.len()] {
            let expected = digest(&bytes[..len]);
            for threads in [1, 2, 5] {
                assert_eq!(digest_by(&bytes[..len], threads), expected, "{len} {threads}");
            }
        }
    }

    #[test]
    fn pieces_cannot_change_places() {
        let mut bytes = vec![0; 32 + 2 * PIECE];
        bytes[32] = 1;
        let first = digest(&bytes);
        bytes.swap(32, 32 + PIECE);
        assert_ne!(digest(&bytes), first);
        bytes.push(0);
        assert_ne!(digest(&bytes), digest(&bytes[..32 + 2 * PIECE]), "the length counts");
    }
}

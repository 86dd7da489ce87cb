//! Copies bytes of memories. Other threads may use a shared memory at the same time, so its bytes
//! are copied with relaxed atomic accesses: the specification allows tearing between bytes, but
//! Rust allows no data race.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// Copies `len` bytes, as if through a buffer.
///
/// # Safety
/// Both ranges are readable, the second is writable, for the length of the call; unless `shared`,
/// no other thread uses either.
#[inline]
pub(crate) unsafe fn copy(shared: bool, from: *const u8, to: *mut u8, len: usize) {
    if !shared {
        // SAFETY: both ranges are accessible and used by this thread alone, as the caller upholds;
        // `copy` allows overlap.
        return unsafe { std::ptr::copy(from, to, len) };
    }
    let words = from.addr() % 8 == to.addr() % 8 && len >= 16;
    let head = if words { from.align_offset(8).min(len) } else { len };
    let body = (len - head) / 8 * 8;
    let byte = |at: usize| {
        // SAFETY: in range, by the caller's promise; bytes are always aligned, and all accesses
        // of other threads to them are atomic or those of generated code.
        unsafe {
            let value = AtomicU8::from_ptr(from.add(at).cast_mut()).load(Ordering::Relaxed);
            AtomicU8::from_ptr(to.add(at)).store(value, Ordering::Relaxed);
        }
    };
    let word = |at: usize| {
        // SAFETY: in range, by the caller's promise; the choice of `head` aligns both addresses to
        // 8, and all accesses of other threads are atomic or those of generated code.
        unsafe {
            let value = AtomicU64::from_ptr(from.add(at).cast_mut().cast()).load(Ordering::Relaxed);
            AtomicU64::from_ptr(to.add(at).cast()).store(value, Ordering::Relaxed);
        }
    };
    let word_offsets = (head..head + body).step_by(8);
    if to.addr() <= from.addr() {
        (0..head).for_each(byte);
        word_offsets.for_each(word);
        (head + body..len).for_each(byte);
    } else {
        (head + body..len).rev().for_each(byte);
        word_offsets.rev().for_each(word);
        (0..head).rev().for_each(byte);
    }
}

/// Sets `len` bytes.
///
/// # Safety
/// The range is writable for the length of the call; unless `shared`, no other thread uses it.
#[inline]
pub(crate) unsafe fn fill(shared: bool, to: *mut u8, value: u8, len: usize) {
    if !shared {
        // SAFETY: the caller promises that the range is writable and used by this thread alone.
        return unsafe { std::ptr::write_bytes(to, value, len) };
    }
    let head = to.align_offset(8).min(len);
    let body = (len - head) / 8 * 8;
    for at in (0..head).chain(head + body..len) {
        // SAFETY: in range; bytes are always aligned.
        unsafe { AtomicU8::from_ptr(to.add(at)) }.store(value, Ordering::Relaxed);
    }
    for at in (head..head + body).step_by(8) {
        // SAFETY: in range; the choice of `head` aligns the address.
        unsafe { AtomicU64::from_ptr(to.add(at).cast()) }
            .store(u64::from_ne_bytes([value; 8]), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_copies_do_what_plain_ones_do() {
        for (from, to, len) in
            [(0, 0, 64), (0, 8, 40), (8, 0, 40), (1, 9, 33), (9, 1, 33), (3, 4, 50), (4, 3, 50)]
        {
            let mut plain: Vec<u64> = (0..12).map(|at| at * 0x0123_4567_89ab_cdef).collect();
            let mut shared = plain.clone();
            for (bytes, is_shared) in [(&mut plain, false), (&mut shared, true)] {
                let base = bytes.as_mut_ptr().cast::<u8>();
                // SAFETY: inside the 96 bytes of the vector.
                unsafe { copy(is_shared, base.add(from), base.add(to), len) };
            }
            assert_eq!(plain, shared, "{from} to {to}, {len} bytes");
        }
    }

    #[test]
    fn shared_fills_do_what_plain_ones_do() {
        for (at, len) in [(0, 0), (1, 3), (5, 20), (8, 16), (7, 80)] {
            let (mut plain, mut shared) = ([1u64; 12], [1u64; 12]);
            for (bytes, is_shared) in [(&mut plain, false), (&mut shared, true)] {
                // SAFETY: inside the 96 bytes of the array.
                unsafe { fill(is_shared, bytes.as_mut_ptr().cast::<u8>().add(at), 0xa5, len) };
            }
            assert_eq!(plain, shared);
        }
    }
}

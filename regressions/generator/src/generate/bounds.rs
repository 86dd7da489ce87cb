//! What bulk operations on memories and on tables share: indices that are out of bounds, the type
//! of a length, the hash of what a script reads, as the scripts compute it. Writes no text.

/// The offset basis of FNV-1a.
pub(super) const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, as the scripts compute it.
pub(super) fn hash(values: impl IntoIterator<Item = u64>) -> u64 {
    values.into_iter().fold(BASIS, |hash, value| (hash ^ value).wrapping_mul(0x100_0000_01b3))
}

/// Both operands, or the only one.
pub(super) fn distinct<T: PartialEq>(to: T, from: T) -> Vec<T> {
    if to == from { vec![to] } else { vec![to, from] }
}

/// The type of the length of a copy between operands with these index types: the narrower one.
pub(super) fn length_type(to: &'static str, from: &'static str) -> &'static str {
    if to == "i64" { from } else { "i32" }
}

/// Indices at which `len` units are out of bounds: by one, by many, and with a sum that wraps
/// around.
pub(super) fn outside(index: &str, size: u64, len: usize) -> Vec<u64> {
    let max = if index == "i32" { u64::from(u32::MAX) } else { u64::MAX };
    let mut indices = vec![size - len as u64 + 1, size + 1, max];
    if len > 0 {
        // The sum wraps around to 0.
        indices.push(max - (len as u64 - 1));
    }
    if index == "i64" {
        // Only the upper half distinguishes it from an index in bounds.
        indices.push(1 << 32);
    }
    indices.sort_unstable();
    indices.dedup();
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_index_is_in_bounds() {
        for (index, size, len, indices) in [
            ("i32", 10, 0, &[11, 0xffff_ffff][..]),
            ("i32", 10, 4, &[7, 11, 0xffff_fffc, 0xffff_ffff]),
            ("i64", 10, 1, &[10, 11, 1 << 32, u64::MAX]),
        ] {
            assert_eq!(outside(index, size, len), indices);
        }
    }

    #[test]
    fn a_length_has_the_narrower_type() {
        for (to, from, length) in [
            ("i32", "i32", "i32"),
            ("i32", "i64", "i32"),
            ("i64", "i32", "i32"),
            ("i64", "i64", "i64"),
        ] {
            assert_eq!(length_type(to, from), length, "{to} {from}");
        }
    }

    #[test]
    fn the_hash_depends_on_the_order() {
        assert_eq!(hash([]), BASIS);
        assert_ne!(hash([1, 2]), hash([2, 1]));
    }
}

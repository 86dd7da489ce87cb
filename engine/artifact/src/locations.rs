//! Where code comes from: takes pairs of a text offset and a wasm offset, ascending by text offset;
//! returns two tables of a third of their size, in which one pair can be found. Reading is safe for
//! any bytes, so the tables need no check before a backtrace asks for a location.
//!
//! The index has a pair in full for each block of [`BLOCK`] pairs, and the place of the block's other
//! pairs in the second table: differences to the pair before, in LEB128.

const BLOCK: usize = 64;

/// The length of an entry of the index: text offset, wasm offset and place of the differences.
const ENTRY: usize = 12;

/// The index and the differences.
pub(crate) fn encode(pairs: &[(u32, u32)]) -> [Vec<u8>; 2] {
    let (mut index, mut differences) = (Vec::new(), Vec::new());
    for block in pairs.chunks(BLOCK) {
        let place = u32::try_from(differences.len()).expect("locations of less than 4 GiB of text");
        for number in [block[0].0, block[0].1, place] {
            index.extend_from_slice(&number.to_le_bytes());
        }
        for pair in block.windows(2) {
            put(&mut differences, pair[1].0 - pair[0].0);
            // A code generator moves code in both directions.
            let difference = pair[1].1.wrapping_sub(pair[0].1).cast_signed();
            put(&mut differences, (difference << 1 ^ difference >> 31).cast_unsigned());
        }
    }
    [index, differences]
}

/// The wasm offset of the last pair whose text offset is not above this one.
pub(crate) fn find(index: &[u8], differences: &[u8], offset: u32) -> Option<u32> {
    let entries = index.as_chunks::<ENTRY>().0;
    let after = entries.partition_point(|entry| number(entry, 0) <= offset);
    let block = block(entries, differences, after.checked_sub(1)?)?;
    block.take_while(|(text, _)| *text <= offset).last().map(|(_, wasm)| wasm)
}

/// Every pair, in order.
pub(crate) fn all<'a>(
    index: &'a [u8],
    differences: &'a [u8],
) -> impl Iterator<Item = (u32, u32)> + 'a {
    let entries = index.as_chunks::<ENTRY>().0;
    (0..entries.len()).filter_map(move |at| block(entries, differences, at)).flatten()
}

/// The pairs of a block; `None` if the place of its differences does not exist.
fn block<'a>(
    entries: &[[u8; ENTRY]],
    differences: &'a [u8],
    at: usize,
) -> Option<impl Iterator<Item = (u32, u32)> + use<'a>> {
    let entry = entries.get(at)?;
    // The block ends where the next one begins.
    let end = entries.get(at + 1).map_or(differences.len(), |next| number(next, 8) as usize);
    let mut rest = differences.get(number(entry, 8) as usize..end)?;
    let first = (number(entry, 0), number(entry, 4));
    let pairs = std::iter::successors(Some(first), move |(text, wasm)| {
        let text = text.checked_add(take(&mut rest)?)?;
        let folded = take(&mut rest)?;
        Some((text, wasm.wrapping_add(folded >> 1 ^ (folded & 1).wrapping_neg())))
    });
    Some(pairs.take(BLOCK))
}

fn number(entry: &[u8; ENTRY], at: usize) -> u32 {
    u32::from_le_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]])
}

fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for at in 0..5 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pair_takes_a_few_bytes() {
        let pairs: Vec<_> = (0..10_000).map(|at| (9 * at, 5000 + 4 * at)).collect();
        let [index, differences] = encode(&pairs);
        assert_eq!((index.len(), differences.len()), (157 * 12, 2 * (10_000 - 157)));
    }

    proptest! {
        #[test]
        fn every_offset_has_the_location_of_the_last_pair_before_it(
            steps in prop::collection::vec((0..400u32, any::<u32>()), 0..200),
            base in 0..2000u32,
        ) {
            let mut text = base;
            let pairs: Vec<_> = steps.iter().map(|(step, wasm)| { text += step; (text, *wasm) }).collect();
            let [index, differences] = encode(&pairs);
            for offset in (0..text + 3).step_by(7).chain(pairs.iter().map(|(text, _)| *text)) {
                let expected = pairs.iter().rev().find(|(text, _)| *text <= offset);
                let found = find(&index, &differences, offset);
                prop_assert_eq!(found, expected.map(|(_, wasm)| *wasm), "{}", offset);
            }
            prop_assert_eq!(all(&index, &differences).collect::<Vec<_>>(), pairs);
        }

        #[test]
        fn any_bytes_can_be_searched(
            index in prop::collection::vec(any::<u8>(), 0..100),
            differences in prop::collection::vec(any::<u8>(), 0..100),
            offset: u32,
        ) {
            let _ = find(&index, &differences, offset);
            prop_assert!(all(&index, &differences).count() <= BLOCK * (index.len() / ENTRY));
        }
    }
}

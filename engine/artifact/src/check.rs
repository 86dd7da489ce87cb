//! Takes the parts of an artifact whose digest holds; finds what would lead a reader out of a
//! table. A digest can be right over wrong contents: of a compiler with a bug, or made on purpose.
//! So whoever reads an artifact relies on these checks alone, and on the code itself only where
//! someone vouches for it. Never looks into the text.

mod expr;
mod module;

#[cfg(test)]
mod tests;

pub(crate) use module::module;

use crate::abi::{Libcall, TrapCode};
use crate::target::Arch;

/// The tables beside the text, as bytes.
pub(crate) struct Tables<'a> {
    pub arch: Arch,
    pub text: &'a [u8],
    pub functions: &'a [u8],
    pub trap_offsets: &'a [u8],
    pub trap_codes: &'a [u8],
    pub locations: &'a [u8],
    pub libcalls: &'a [u8],
}

/// Checks that tables have whole entries, in order, that lead into the text.
pub(crate) fn tables(tables: &Tables<'_>) -> Result<(), String> {
    let text = u32::try_from(tables.text.len()).map_err(|_| "the text exceeds 4 GiB")?;
    let instruction = match tables.arch {
        Arch::X86_64 => 1,
        Arch::Aarch64 => 4,
    };

    let mut end = 0;
    for (at, [start, len]) in pairs(tables.functions, "functions")?.enumerate() {
        let next = start.checked_add(len).filter(|next| *next <= text && len > 0);
        end = next
            .filter(|_| start >= end && start.is_multiple_of(instruction))
            .ok_or_else(|| format!("the code of function {at} at {start}, {len} bytes"))?;
    }

    let mut last = 0;
    let traps = words(tables.trap_offsets, "traps")?;
    ensure(traps.len() == tables.trap_codes.len(), || "traps without a code".to_string())?;
    for (offset, code) in traps.zip(tables.trap_codes) {
        ensure(last <= offset && offset < text, || format!("a trap at {offset}"))?;
        ensure(TrapCode::from_number(*code).is_some(), || format!("a trap with code {code}"))?;
        last = offset;
    }

    let mut last = 0;
    for [offset, _] in pairs(tables.locations, "locations")? {
        ensure(last <= offset && offset <= text, || format!("a location at {offset}"))?;
        last = offset;
    }

    for [slot, number] in pairs(tables.libcalls, "libcalls")? {
        let known = u8::try_from(number).ok().and_then(Libcall::from_number);
        ensure(known.is_some(), || format!("libcall {number}"))?;
        ensure(slot.is_multiple_of(8), || format!("a libcall slot at {slot}"))?;
    }
    Ok(())
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn words<'a>(
    table: &'a [u8],
    name: &str,
) -> Result<impl ExactSizeIterator<Item = u32> + 'a, String> {
    let (words, rest) = table.as_chunks::<4>();
    ensure(rest.is_empty(), || format!("a part of an entry in the table of {name}"))?;
    Ok(words.iter().map(|word| u32::from_le_bytes(*word)))
}

fn pairs<'a>(table: &'a [u8], name: &str) -> Result<impl Iterator<Item = [u32; 2]> + 'a, String> {
    let (entries, rest) = table.as_chunks::<8>();
    ensure(rest.is_empty(), || format!("a part of an entry in the table of {name}"))?;
    Ok(entries.iter().map(|[a, b, c, d, e, f, g, h]| {
        [u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h])]
    }))
}

//! Takes the parts of an artifact whose digest matches; finds every number that would lead a reader
//! out of a table. The digest may match wrong contents, because of a bug in the compiler or by
//! intent. So a reader of an artifact relies on these checks alone; it relies on the code itself
//! only if someone vouches for it. Never looks into the text, nor into the table of locations, whose
//! every access is checked.

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
    pub libcalls: &'a [u8],
    pub names: &'a [u8],
    pub name_text: &'a [u8],
}

/// Checks that tables have whole entries, in order, that point into the text.
pub(crate) fn tables(tables: &Tables<'_>) -> Result<(), String> {
    let text = tables.text.len() as u32;
    let instruction = match tables.arch {
        Arch::X86_64 => 1,
        Arch::Aarch64 => 4,
    };

    let mut end = 0;
    for (at, [start, len]) in pairs(tables.functions, "functions")?.enumerate() {
        let next = start.checked_add(len).filter(|next| *next <= text && len > 0);
        end = next
            .filter(|_| start >= end && start.is_multiple_of(instruction))
            .ok_or_else(|| format!("misplaced code: function {at} at {start}, {len} bytes"))?;
    }

    let mut last = 0;
    let traps = words(tables.trap_offsets, "traps")?;
    ensure(traps.len() == tables.trap_codes.len(), || {
        "the numbers of traps and trap codes differ".to_string()
    })?;
    for (offset, code) in traps.zip(tables.trap_codes) {
        ensure(last <= offset && offset < text, || misplaced("trap", offset))?;
        ensure(TrapCode::from_number(*code).is_some(), || format!("unknown trap code {code}"))?;
        last = offset;
    }

    for [slot, number] in pairs(tables.libcalls, "libcalls")? {
        let known = u8::try_from(number).ok().and_then(Libcall::from_number);
        ensure(known.is_some(), || format!("unknown libcall {number}"))?;
        ensure(slot.is_multiple_of(8), || format!("libcall slot {slot} is not a multiple of 8"))?;
    }

    // Names that overlapped could have any length together.
    let (mut last, mut end) = (None, 0);
    for [func, next] in pairs(tables.names, "names")? {
        ensure(last <= Some(func), || format!("misplaced name: function {func} is out of order"))?;
        ensure(end <= next && next as usize <= tables.name_text.len(), || {
            format!("misplaced name: that of function {func} ends at {next}")
        })?;
        (last, end) = (Some(func), next);
    }
    Ok(())
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn misplaced(name: &str, offset: u32) -> String {
    format!("misplaced {name} offset {offset}: out of order or outside the text")
}

fn words<'a>(
    table: &'a [u8],
    name: &str,
) -> Result<impl ExactSizeIterator<Item = u32> + 'a, String> {
    let (words, rest) = table.as_chunks::<4>();
    ensure(rest.is_empty(), || format!("the table of {name} ends with a partial entry"))?;
    Ok(words.iter().map(|word| u32::from_le_bytes(*word)))
}

fn pairs<'a>(table: &'a [u8], name: &str) -> Result<impl Iterator<Item = [u32; 2]> + 'a, String> {
    let (entries, rest) = table.as_chunks::<8>();
    ensure(rest.is_empty(), || format!("the table of {name} ends with a partial entry"))?;
    Ok(entries.iter().map(|[a, b, c, d, e, f, g, h]| {
        [u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h])]
    }))
}

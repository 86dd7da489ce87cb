//! References into the collected heap as generated code holds them: 32 bits, 0 for null, an odd
//! number for an `i31`, an even one for a handle into the store's table of host values.
//!
//! The one file that knows this: a collected heap replaces the table.

use std::collections::HashMap;
use wassay_engine::{Hierarchy, Ref};

/// The host values of a store. Equal numbers give equal references; they are kept for the
/// store's life.
#[derive(Debug, Default)]
pub(crate) struct Refs {
    values: Vec<u32>,
    handles: HashMap<u32, u32>,
}

impl Refs {
    /// The reference to a host value.
    ///
    /// # Errors
    /// In words, when there is no further handle.
    pub(crate) fn intern(&mut self, value: u32) -> Result<u32, String> {
        if let Some(handle) = self.handles.get(&value) {
            return Ok(*handle);
        }
        self.values.push(value);
        let handle = u32::try_from(self.values.len())
            .ok()
            .and_then(|count| count.checked_mul(2))
            .ok_or("too many host values")?;
        self.handles.insert(value, handle);
        Ok(handle)
    }

    /// What a reference is, seen in a hierarchy. A converted reference keeps its bits.
    pub(crate) fn read(&self, bits: u32, hierarchy: Hierarchy) -> Option<Ref> {
        if bits == 0 {
            return Some(Ref::Null(hierarchy));
        }
        if bits & 1 == 1 {
            return Some(Ref::I31(bits >> 1));
        }
        let value = *self.values.get((bits / 2 - 1) as usize)?;
        Some(if hierarchy == Hierarchy::Any { Ref::Host(value) } else { Ref::Extern(value) })
    }
}

/// The reference that holds an integer; its upper bit is dropped.
pub(crate) const fn i31(value: u32) -> u32 {
    value << 1 | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_equal_references() {
        let mut refs = Refs::default();
        let (one, two) = (refs.intern(7).unwrap(), refs.intern(0).unwrap());
        assert_eq!(refs.intern(7), Ok(one));
        assert_ne!(one, two);
        assert_eq!(refs.read(one, Hierarchy::Extern), Some(Ref::Extern(7)));
        assert_eq!(refs.read(two, Hierarchy::Any), Some(Ref::Host(0)));
        assert_eq!(refs.read(0, Hierarchy::Exn), Some(Ref::Null(Hierarchy::Exn)));
        assert_eq!(refs.read(i31(0x8000_0001), Hierarchy::Any), Some(Ref::I31(1)));
        assert_eq!(refs.read(100, Hierarchy::Extern), None);
    }
}

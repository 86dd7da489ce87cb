//! References into the collected heap, as generated code holds them: 32 bits, 0 for null, an odd
//! number for an `i31`, an even one for a handle into the store's table of host values.
//!
//! Only this file knows the representation: a collected heap will replace the table.

use crate::slots::{SPARE, Slots};
use fnv::FnvHashMap;
use wassay_engine::{Hierarchy, Ref};

/// The host values of a store. Equal numbers have equal references as long as one is reachable.
#[derive(Default)]
pub(crate) struct Refs {
    values: Slots<u32>,
    /// The reference to each value.
    references: FnvHashMap<u32, u32>,
}

impl Refs {
    /// The reference to a host value.
    ///
    /// # Errors
    /// A message, if no handle is left.
    pub(crate) fn intern(&mut self, value: u32) -> Result<u32, String> {
        if let Some(reference) = self.references.get(&value) {
            return Ok(*reference);
        }
        let place = self.values.next();
        let reference =
            place.checked_add(1).and_then(|at| at.checked_mul(2)).ok_or("too many host values")?;
        self.values.insert(value);
        self.references.insert(value, reference);
        Ok(reference)
    }

    /// The place of the host value behind a reference; `None` if the reference is not one to a host
    /// value.
    ///
    /// # Errors
    /// If no reference has these bits.
    pub(crate) fn place(&self, bits: u32) -> Result<Option<usize>, ()> {
        if bits == 0 || bits & 1 == 1 {
            return Ok(None);
        }
        let place = (bits / 2 - 1) as usize;
        if self.values.get(place).is_some() { Ok(Some(place)) } else { Err(()) }
    }

    /// Removes every value whose place is not marked.
    pub(crate) fn retain(&mut self, marks: &[bool]) {
        self.values.retain(marks);
        let values = &self.values;
        self.references.retain(|_, bits| values.get((*bits / 2 - 1) as usize).is_some());
        self.references.shrink_to(SPARE * self.references.len());
    }

    /// The number of places, including free ones.
    pub(crate) fn places(&self) -> usize {
        self.values.places()
    }

    /// The number of host values.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The reference with these bits, in a hierarchy. A converted reference keeps its bits.
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

/// The reference that holds an integer; drops the upper bit.
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

    #[test]
    fn unmarked_values_are_freed() {
        let mut refs = Refs::default();
        let (one, two) = (refs.intern(7).unwrap(), refs.intern(9).unwrap());
        assert_eq!((refs.place(one), refs.place(two)), (Ok(Some(0)), Ok(Some(1))));
        assert_eq!(
            (refs.place(0), refs.place(i31(5)), refs.place(6)),
            (Ok(None), Ok(None), Err(()))
        );
        refs.retain(&[false, true]);
        assert_eq!((refs.read(one, Hierarchy::Extern), refs.place(one)), (None, Err(())));
        assert_eq!(refs.read(two, Hierarchy::Extern), Some(Ref::Extern(9)));
        assert_eq!((refs.intern(8), refs.intern(7), refs.len()), (Ok(one), Ok(6), 3));
    }
}

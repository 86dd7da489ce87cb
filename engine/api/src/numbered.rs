//! Objects under numbers, for the handles of engines and sessions. Does not know whose they are.

use crate::outcome::Fault;
use std::collections::HashMap;

/// Objects under numbers that are never reused: an object that was added twice is to be removed
/// twice, and a stale number refers to nothing.
#[derive(Debug)]
pub struct Numbered<T> {
    next: u32,
    things: HashMap<u32, T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Numbered<T> {
        Numbered { next: 0, things: HashMap::new() }
    }
}

impl<T> Numbered<T> {
    /// Adds an object and returns its number.
    ///
    /// # Errors
    /// [`Fault::Internal`] once all numbers are used.
    pub fn add(&mut self, thing: T) -> Result<u32, Fault> {
        let number = self.reserve()?;
        self.fill(number, thing);
        Ok(number)
    }

    /// A number for an object that does not exist yet; it refers to nothing until
    /// [`Numbered::fill`].
    ///
    /// # Errors
    /// [`Fault::Internal`] once all numbers are used.
    pub fn reserve(&mut self) -> Result<u32, Fault> {
        let number = self.next;
        self.next = number.checked_add(1).ok_or_else(|| Fault::internal("too many handles"))?;
        Ok(number)
    }

    /// Stores the object that a number was reserved for.
    pub fn fill(&mut self, number: u32, thing: T) {
        self.things.insert(number, thing);
    }

    /// The object with this number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.things.get(&number)
    }

    /// Removes the object with this number and returns it.
    pub fn remove(&mut self, number: u32) -> Option<T> {
        self.things.remove(&number)
    }

    /// Keeps the objects for which the condition holds.
    pub fn retain(&mut self, condition: impl Fn(&T) -> bool) {
        self.things.retain(|_, thing| condition(thing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_used_once() {
        let mut numbered = Numbered::default();
        let first = numbered.add('a').unwrap();
        let reserved = numbered.reserve().unwrap();
        assert_eq!((numbered.get(first), numbered.get(reserved)), (Some(&'a'), None));
        numbered.fill(reserved, 'b');
        assert_eq!(numbered.remove(first), Some('a'));
        let third = numbered.add('a').unwrap();
        assert!(third != first && third != reserved);
        assert_eq!(numbered.get(first), None);
        assert_eq!(numbered.remove(first), None);
    }
}

//! Stores objects under numbers that are never reused, so that a stale handle refers to nothing.

use std::collections::HashMap;
use wassay_engine::Fault;

/// Numbered objects.
pub(crate) struct Numbered<T> {
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
        let number = self.next;
        self.next = number.checked_add(1).ok_or_else(|| Fault::internal("too many handles"))?;
        self.things.insert(number, thing);
        Ok(number)
    }

    pub fn get(&self, number: u32) -> Option<&T> {
        self.things.get(&number)
    }

    pub fn remove(&mut self, number: u32) -> Option<T> {
        self.things.remove(&number)
    }

    /// Keeps the objects for which the condition holds.
    pub fn retain(&mut self, condition: impl Fn(&T) -> bool) {
        self.things.retain(|_, thing| condition(thing));
    }
}

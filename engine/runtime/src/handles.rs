//! The handles of one kind that the host holds. A handle keeps its object alive.
//!
//! An object has one handle at a time, regardless of how often it is requested, and the host must
//! drop it as often as it was returned. Numbers are never reused, so a stale handle refers to
//! nothing.

use fnv::FnvHashMap;
use std::hash::Hash;
use wassay_engine::Fault;

/// Numbers of handles, and the objects behind them.
pub(crate) struct Handles<T> {
    next: u32,
    held: FnvHashMap<u32, Held<T>>,
    numbers: FnvHashMap<T, u32>,
}

struct Held<T> {
    thing: T,
    /// How often the handle was returned and not dropped yet.
    times: u64,
}

impl<T> Default for Handles<T> {
    fn default() -> Handles<T> {
        Handles { next: 0, held: FnvHashMap::default(), numbers: FnvHashMap::default() }
    }
}

impl<T: Copy + Eq + Hash> Handles<T> {
    /// The number of a handle to this object.
    ///
    /// # Errors
    /// [`Fault::Internal`] once all numbers are used.
    pub(crate) fn give(&mut self, thing: T) -> Result<u32, Fault> {
        let number = match self.numbers.get(&thing) {
            Some(number) => *number,
            None => {
                let number = self.next;
                self.next =
                    number.checked_add(1).ok_or_else(|| Fault::internal("too many handles"))?;
                self.numbers.insert(thing, number);
                number
            }
        };
        self.held.entry(number).or_insert(Held { thing, times: 0 }).times += 1;
        Ok(number)
    }

    /// The object behind a handle; `None` if the handle was dropped or never returned.
    pub(crate) fn get(&self, number: u32) -> Option<T> {
        self.held.get(&number).map(|held| held.thing)
    }

    /// Drops a handle once. Whether the handle is now gone; `None` if it was gone before.
    pub(crate) fn give_up(&mut self, number: u32) -> Option<bool> {
        let held = self.held.get_mut(&number)?;
        held.times -= 1;
        if held.times > 0 {
            return Some(false);
        }
        let held = self.held.remove(&number)?;
        self.numbers.remove(&held.thing);
        Some(true)
    }

    /// All objects with a handle.
    pub(crate) fn things(&self) -> impl Iterator<Item = T> {
        self.held.values().map(|held| held.thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_dropped_as_often_as_it_was_returned_and_never_reused() {
        let mut handles = Handles::default();
        let (one, two) = (handles.give("one").unwrap(), handles.give("two").unwrap());
        assert_eq!((one, two, handles.give("one")), (0, 1, Ok(0)));
        assert_eq!((handles.give_up(0), handles.get(0)), (Some(false), Some("one")));
        assert_eq!((handles.give_up(0), handles.get(0)), (Some(true), None));
        assert_eq!((handles.give_up(0), handles.give_up(7)), (None, None));
        assert_eq!(handles.give("one"), Ok(2));
        let mut things: Vec<_> = handles.things().collect();
        things.sort();
        assert_eq!(things, ["one", "two"]);
    }

    #[test]
    fn numbers_run_out_with_a_fault() {
        let mut handles = Handles { next: u32::MAX, ..Handles::default() };
        assert!(matches!(handles.give('x'), Err(Fault::Internal(_))));
        assert_eq!(handles.things().count(), 0);
    }
}

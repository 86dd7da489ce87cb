//! Stores objects of one kind at places: an object keeps its place until it is removed, and then
//! the place is reused.

use std::ops::{Index, IndexMut};

/// A vector shrinks if its capacity exceeds its length this many times.
pub(crate) const SPARE: usize = 4;

/// Objects by their places.
pub(crate) struct Slots<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    /// The place of the next object.
    pub(crate) fn next(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.places.len() as u32)
    }

    /// Stores an object at the place that `next` returned.
    pub(crate) fn insert(&mut self, thing: T) -> u32 {
        match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = Some(thing);
                place
            }
            None => {
                self.places.push(Some(thing));
                self.places.len() as u32 - 1
            }
        }
    }

    /// Removes every object whose place is not marked; there is one mark per place. Gives back the
    /// memory of places that are no longer needed.
    pub(crate) fn retain(&mut self, marks: &[bool]) {
        let mut end = 0;
        for (at, place) in self.places.iter_mut().enumerate() {
            if marks[at] && place.is_some() {
                end = at + 1;
            } else {
                *place = None;
            }
        }
        self.places.truncate(end);
        // The lowest places are used first, so that the end becomes free.
        self.free.clear();
        let free = self.places.iter().enumerate().rev().filter(|(_, place)| place.is_none());
        self.free.extend(free.map(|(at, _)| at as u32));
        self.places.shrink_to(SPARE * self.places.len());
        self.free.shrink_to(SPARE * self.free.len());
    }

    /// The number of places, including free ones.
    pub(crate) fn places(&self) -> usize {
        self.places.len()
    }

    /// The number of objects.
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Every object.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().flatten()
    }

    /// The object at a place.
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        self.places.get(at)?.as_ref()
    }

    /// The object at a place.
    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.places.get_mut(at)?.as_mut()
    }
}

/// # Panics
/// If the place is empty.
impl<T> Index<usize> for Slots<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        self.get(at).expect("this place of the store is empty")
    }
}

/// # Panics
/// If the place is empty.
impl<T> IndexMut<usize> for Slots<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        self.get_mut(at).expect("this place of the store is empty")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_reused_and_values_keep_theirs() {
        let mut slots = Slots::default();
        let places: Vec<u32> = ["a", "b", "c"].map(|thing| slots.insert(thing)).to_vec();
        assert_eq!((places, slots.len(), slots.next()), (vec![0, 1, 2], 3, 3));
        slots.retain(&[true, false, true]);
        assert_eq!((slots.get(1), slots[2], slots.len(), slots.next()), (None, "c", 2, 1));
        assert_eq!((slots.insert("d"), slots[1], slots.next()), (1, "d", 3));
        slots.retain(&[false; 3]);
        assert_eq!((slots.len(), slots.places(), slots.next()), (0, 0, 0));
    }

    #[test]
    fn free_slots_release_their_memory_and_the_lowest_is_reused_first() {
        let mut slots = Slots::default();
        let marks =
            |kept: &[usize]| -> Vec<bool> { (0..10_000).map(|at| kept.contains(&at)).collect() };
        for kept in [[9_999].as_slice(), &[0, 3, 5]] {
            for _ in slots.len()..10_000 {
                slots.insert(slots.next());
            }
            slots.retain(&marks(kept));
        }
        assert_eq!((slots.len(), slots.places()), (3, 6));
        let capacities = [(slots.places.capacity(), 6), (slots.free.capacity(), 3)];
        assert!(capacities.iter().all(|(room, used)| (SPARE * used..100).contains(room)));
        let places: Vec<u32> = (0..4).map(|thing| slots.insert(thing)).collect();
        assert_eq!((places, slots[3], slots[5]), (vec![1, 2, 4, 6], 3, 5));
    }
}

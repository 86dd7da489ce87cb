//! Places for things of one kind: a thing keeps its place until it is removed, and the place is
//! used again.

use std::ops::{Index, IndexMut};

/// Things by their places.
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
    /// Where the next thing will be put.
    pub(crate) fn next(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.places.len() as u32)
    }

    /// Puts a thing in the place that `next` says.
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

    /// Removes every thing whose place is not marked; the marks are one per place.
    pub(crate) fn retain(&mut self, marks: &[bool]) {
        for (at, place) in self.places.iter_mut().enumerate() {
            if place.is_some() && !marks[at] {
                *place = None;
                self.free.push(at as u32);
            }
        }
    }

    /// How many places there are, free ones included.
    pub(crate) fn places(&self) -> usize {
        self.places.len()
    }

    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Every thing.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().flatten()
    }

    /// The thing in a place.
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        self.places.get(at)?.as_ref()
    }

    /// The thing in a place.
    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.places.get_mut(at)?.as_mut()
    }
}

/// # Panics
/// If nothing is there.
impl<T> Index<usize> for Slots<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        self.get(at).expect("nothing in this place of the store")
    }
}

/// # Panics
/// If nothing is there.
impl<T> IndexMut<usize> for Slots<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        self.get_mut(at).expect("nothing in this place of the store")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_used_again_and_things_keep_theirs() {
        let mut slots = Slots::default();
        let places: Vec<u32> = ["a", "b", "c"].map(|thing| slots.insert(thing)).to_vec();
        assert_eq!((places, slots.len(), slots.next()), (vec![0, 1, 2], 3, 3));
        slots.retain(&[true, false, true]);
        assert_eq!((slots.get(1), slots[2], slots.len(), slots.next()), (None, "c", 2, 1));
        assert_eq!((slots.insert("d"), slots[1], slots.next()), (1, "d", 3));
        slots.retain(&[false; 3]);
        assert_eq!((slots.len(), slots.places()), (0, 3));
    }
}

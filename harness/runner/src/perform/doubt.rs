//! What was never run may have been meant to change a memory or a table that others see. This
//! remembers which instances that concerns, so that a failure there is laid at the right door.

use super::names::Missing;
use std::collections::HashMap;
use std::hash::Hash;

/// Groups of instances that are linked, and why what they show is in doubt.
pub(super) struct Doubts<T> {
    numbers: HashMap<T, usize>,
    /// For each number that of another instance of its group, or its own.
    parents: Vec<usize>,
    /// By the number that stands for a group.
    doubts: HashMap<usize, Missing>,
}

impl<T> Default for Doubts<T> {
    fn default() -> Doubts<T> {
        Doubts { numbers: HashMap::new(), parents: Vec::new(), doubts: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash> Doubts<T> {
    /// Says that these instances see each other's state.
    pub(super) fn link(&mut self, instances: &[T]) {
        let Some((first, others)) = instances.split_first() else { return };
        let first = self.group(*first);
        for other in others {
            let other = self.group(*other);
            if other != first {
                self.parents[other] = first;
                if let Some(missing) = self.doubts.remove(&other) {
                    self.doubts.entry(first).or_insert(missing);
                }
            }
        }
    }

    /// Says that something was not run that might have changed these instances.
    pub(super) fn cast(&mut self, instances: &[T], missing: &Missing) {
        for instance in instances {
            let group = self.group(*instance);
            self.doubts.entry(group).or_insert_with(|| missing.clone());
        }
    }

    /// Why what one of these instances shows is in doubt, if it is.
    pub(super) fn about(&mut self, instances: &[T]) -> Option<&Missing> {
        let groups: Vec<usize> = instances.iter().map(|instance| self.group(*instance)).collect();
        groups.iter().find_map(|group| self.doubts.get(group))
    }

    fn group(&mut self, instance: T) -> usize {
        let next = self.parents.len();
        let mut number = *self.numbers.entry(instance).or_insert(next);
        if number == next {
            self.parents.push(next);
        }
        while self.parents[number] != number {
            self.parents[number] = self.parents[self.parents[number]];
            number = self.parents[number];
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perform::names::Cause;
    use wassay_engine::{Instance, Owner};

    #[test]
    fn a_doubt_is_about_all_that_are_linked() {
        let owner = Owner::fresh();
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| Instance::new(owner, index));
        let missing = Missing { line: 7, cause: Cause::Failed };
        let mut doubts = Doubts::default();
        doubts.link(&[a, b]);
        doubts.cast(&[b], &missing);
        doubts.link(&[c, a]);
        assert_eq!(doubts.about(&[c]), Some(&missing));
        assert_eq!(doubts.about(&[d]), None);
        doubts.link(&[d, b]);
        assert_eq!(doubts.about(&[d]), Some(&missing));
    }
}

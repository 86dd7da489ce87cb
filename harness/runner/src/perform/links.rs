//! Takes which instances share state, including the tables and memories of `spectest`, and which of
//! them a lost directive may have changed; gives the holders whose state is then in doubt. Sees no
//! directives.

use super::lost::Holder;
use super::names::Missing;
use std::collections::HashMap;

/// Groups of linked holders, and the lost directive of each group that has one.
#[derive(Default)]
pub(super) struct Links {
    numbers: HashMap<Holder, usize>,
    /// For each number, the number of another holder in its group, or its own.
    parents: Vec<usize>,
    /// By the representative of a group.
    lost: HashMap<usize, Missing>,
}

impl Links {
    /// Records that these holders see each other's state.
    pub(super) fn link(&mut self, holders: &[Holder]) {
        let Some((first, others)) = holders.split_first() else { return };
        let first = self.group(*first);
        for other in others {
            let other = self.group(*other);
            if other != first {
                self.parents[other] = first;
                if let Some(missing) = self.lost.remove(&other) {
                    self.lost.entry(first).or_insert(missing);
                }
            }
        }
    }

    /// Records that a lost directive may have changed these holders.
    pub(super) fn lose(&mut self, holders: &[Holder], missing: &Missing) {
        for holder in holders {
            let group = self.group(*holder);
            self.lost.entry(group).or_insert_with(|| missing.clone());
        }
    }

    /// The lost directive that may have changed one of these holders, if any.
    pub(super) fn lost(&mut self, holders: &[Holder]) -> Option<&Missing> {
        let groups: Vec<usize> = holders.iter().map(|holder| self.group(*holder)).collect();
        groups.iter().find_map(|group| self.lost.get(group))
    }

    fn group(&mut self, holder: Holder) -> usize {
        let next = self.parents.len();
        let mut number = *self.numbers.entry(holder).or_insert(next);
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
    fn a_lost_directive_may_have_changed_all_linked_instances() {
        let owner = Owner::fresh();
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| Holder::Instance(Instance::new(owner, index)));
        let missing = Missing { line: 7, cause: Cause::Lost };
        let mut links = Links::default();
        links.link(&[a, b]);
        links.lose(&[b], &missing);
        links.link(&[c, a]);
        assert_eq!(links.lost(&[c]), Some(&missing));
        assert_eq!(links.lost(&[d]), None);
        links.link(&[d, b]);
        assert_eq!(links.lost(&[d]), Some(&missing));
    }
}

//! Takes the imports of an instantiation; returns them in the order that an engine needs: by
//! position, by kind or by name. Checks no types.

use crate::Plain;
use crate::outline::Outline;
use crate::value::Item;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use wassay_engine::{Fault, LinkError, LinkErrorKind};

/// An import and the item for it.
pub struct Import<'a, P: Plain> {
    /// The module name.
    pub module: &'a str,
    /// The name in that module.
    pub name: &'a str,
    /// The kind that the module requires, as in [`Item::kind`].
    pub kind: &'static str,
    /// The item, possibly of another kind: the engine rejects that.
    pub item: Item<P>,
}

/// All imports of a module, in the order of its import section.
pub struct Imports<'a, P: Plain>(Vec<Import<'a, P>>);

impl<'a, P: Plain> Imports<'a, P> {
    /// Refuses a wrong number of imports.
    pub(super) fn new(
        outline: &'a Outline,
        items: Vec<Item<P>>,
    ) -> Result<Imports<'a, P>, LinkError> {
        let wanted = outline.imports();
        if items.len() != wanted.len() {
            return Err(LinkError {
                kind: LinkErrorKind::UnknownImport,
                import: None,
                message: format!("{} imports for {}", items.len(), wanted.len()),
            });
        }
        let pairs = wanted.iter().zip(items);
        Ok(Imports(
            pairs.map(|((kind, module, name), item)| Import { module, name, kind, item }).collect(),
        ))
    }

    /// In the order of the import section.
    pub fn in_order(&self) -> impl Iterator<Item = &Import<'a, P>> {
        self.0.iter()
    }

    /// Functions, tables, memories, globals and tags in this order, by the kinds that the module
    /// requires; each kind in the order of the section.
    pub fn by_kind(&self) -> impl Iterator<Item = &Import<'a, P>> {
        ["func", "table", "memory", "global", "tag"]
            .into_iter()
            .flat_map(|kind| self.0.iter().filter(move |import| import.kind == kind))
    }

    /// One import for each pair of names, for engines that look imports up. `same` compares two
    /// items of one kind.
    ///
    /// # Errors
    /// `Unsupported` if two imports with the same names have different items: such an engine cannot
    /// distinguish them.
    pub fn by_name(
        &self,
        mut same: impl FnMut(&Item<P>, &Item<P>) -> Result<bool, Fault>,
    ) -> Result<Vec<&Import<'a, P>>, Fault> {
        let mut named = Vec::new();
        let mut first = HashMap::new();
        for import in &self.0 {
            let (module, name) = (import.module, import.name);
            match first.entry((module, name)) {
                Entry::Vacant(entry) => {
                    entry.insert(import);
                    named.push(import);
                }
                Entry::Occupied(entry) => {
                    let (a, b) = (&entry.get().item, &import.item);
                    if a.kind() != b.kind() || !same(a, b)? {
                        return Err(Fault::Unsupported(format!(
                            "two imports {module:?} {name:?} that differ"
                        )));
                    }
                }
            }
        }
        Ok(named)
    }

    /// The position of the import with these names, if it is the only one.
    pub(super) fn position(&self, module: &str, name: &str) -> Option<usize> {
        let named = |import: &Import<'a, P>| import.module == module && import.name == name;
        let first = self.0.iter().position(named)?;
        let others = &self.0[first + 1..];
        if others.iter().any(named) { None } else { Some(first) }
    }
}

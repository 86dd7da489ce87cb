//! Takes the directives of a script in order; returns the functions of the instance that an action
//! uses, so that a mutant can name another one. Like `form.rs`, it shares no code with the runner.

use crate::form::{children, keyword};
use std::collections::HashMap;

/// A function of a module, by its position among them.
#[derive(Clone)]
struct Function {
    id: Option<String>,
    is_imported: bool,
    is_exported: bool,
}

/// The functions of a module; none if it is quoted or binary.
#[derive(Clone, Default)]
pub struct Functions(Vec<Function>);

/// The modules and instances that a script has defined so far. The last one has an empty name.
#[derive(Default)]
pub struct Bound {
    modules: HashMap<String, Functions>,
    instances: HashMap<String, Functions>,
}

impl Bound {
    /// Takes the next directive.
    pub fn bind(&mut self, directive: &str) {
        let parts = children(directive);
        if parts.first() != Some(&"module") {
            return;
        }
        let ids = |from: usize| parts[from..].iter().take_while(|part| part.starts_with('$'));
        if parts.get(1) == Some(&"instance") {
            let ids: Vec<&&str> = ids(2).collect();
            let module = ids.last().map_or("", |id| **id);
            let functions = self.modules.get(module).cloned().unwrap_or_default();
            let id = ids[..ids.len().saturating_sub(1)].first();
            id.into_iter().chain([&&""]).for_each(|id| {
                self.instances.insert(id.to_string(), functions.clone());
            });
            return;
        }
        let is_definition = parts.get(1) == Some(&"definition");
        let functions = Functions::of(&parts[1..]);
        for id in ids(1 + usize::from(is_definition)).chain([&""]) {
            self.modules.insert(id.to_string(), functions.clone());
            if !is_definition {
                self.instances.insert(id.to_string(), functions.clone());
            }
        }
    }

    /// The functions of the instance that an assertion's action uses.
    pub fn of_assertion(&self, directive: &str) -> Functions {
        let action = children(directive).get(1).map(|action| children(action)).unwrap_or_default();
        let id = action.get(1).filter(|word| word.starts_with('$'));
        self.instances.get(*id.unwrap_or(&"")).cloned().unwrap_or_default()
    }
}

impl Functions {
    fn of(fields: &[&str]) -> Functions {
        let mut functions = Functions::default();
        let id = |parts: &[&str]| {
            parts.get(1).filter(|word| word.starts_with('$')).map(|id| id.to_string())
        };
        for field in fields {
            let parts = children(field);
            let has = |word: &str| parts.iter().any(|part| keyword(part) == word);
            match parts.first() {
                Some(&"func") => functions.0.push(Function {
                    id: id(&parts),
                    is_imported: has("import"),
                    is_exported: has("export"),
                }),
                Some(&"import") if has("func") => {
                    let id = id(&children(parts[3]));
                    functions.0.push(Function { id, is_imported: true, is_exported: false });
                }
                _ => {}
            }
        }
        for field in fields.iter().filter(|field| keyword(field) == "export") {
            let item = children(children(field)[2]);
            if item[0] == "func"
                && let Some(index) = functions.index(item[1])
            {
                functions.0[index].is_exported = true;
            }
        }
        functions
    }

    fn index(&self, name: &str) -> Option<usize> {
        let by_id = || self.0.iter().position(|function| function.id.as_deref() == Some(name));
        name.parse().ok().or_else(by_id)
    }

    /// Exported functions that are not the one with this name, by index and by identifier. Imports
    /// can be the same function twice.
    pub fn others(&self, name: &str) -> Vec<String> {
        let Some(index) = self.index(name) else { return Vec::new() };
        let is_imported = |at: usize| self.0.get(at).is_some_and(|function| function.is_imported);
        let others = self.0.iter().enumerate().filter(|(at, function)| {
            *at != index && function.is_exported && !(is_imported(*at) && is_imported(index))
        });
        others
            .flat_map(|(at, function)| [Some(at.to_string()), function.id.clone()])
            .flatten()
            .collect()
    }
}

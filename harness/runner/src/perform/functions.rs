//! Functions that a script expects by index or by `$id`. Takes result patterns and the values that an
//! action on an instance returned; finds each function among the exports of the instance, and asks
//! the engine whether a value is that function. Judges nothing.

use super::names::Bound;
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::matches;
use crate::script::{Directive, ModuleText, Wasm};
use std::collections::HashMap;
use wasmparser::{ExternalKind, KnownCustom, Name, Parser, Payload, TypeRef};
use wassay_engine::{Extern, Func, Instance, Module, Ref, Value};
use wassay_record::{FuncName, Pattern};

/// A module in the script: the index of a step, and the offset in it.
type Place = (usize, usize);

/// Where the text of each module and instance is.
#[derive(Default)]
pub(super) struct Texts {
    modules: HashMap<Module, Place>,
    instances: HashMap<Instance, Place>,
}

impl Texts {
    /// Records the place of a module.
    pub(super) fn define(&mut self, module: Module, place: Place) {
        self.modules.insert(module, place);
    }

    /// Records the module of an instance.
    pub(super) fn instantiate(&mut self, instance: Instance, module: Module) {
        if let Some(place) = self.modules.get(&module) {
            self.instances.insert(instance, *place);
        }
    }
}

impl Stage<'_, '_> {
    /// Finds the functions that the patterns expect of the instance with this id. Gives the patterns
    /// with any function in place of one that the value is; `None` if they name no function.
    ///
    /// # Errors
    /// If the verdict depends on a function that cannot be found or compared.
    pub(super) fn identify(
        &mut self,
        instance: Option<&str>,
        patterns: &[Pattern],
        values: &[Value],
    ) -> Result<Option<Vec<Pattern>>, Stop> {
        if patterns.len() != values.len() || !patterns.iter().any(names_function) {
            return Ok(None);
        }
        let mut patterns = patterns.to_vec();
        for (pattern, value) in patterns.iter_mut().zip(values) {
            self.identify_one(instance, pattern, value)?;
        }
        Ok(Some(patterns))
    }

    fn identify_one(
        &mut self,
        instance: Option<&str>,
        pattern: &mut Pattern,
        value: &Value,
    ) -> Result<(), Stop> {
        let Value::Ref(actual @ Ref::Func(_)) = *value else { return Ok(()) };
        match pattern {
            Pattern::FuncOf(which) => {
                let expected = Ref::Func(self.function(instance, which)?);
                if actual == expected || self.session.same(actual, expected)? {
                    *pattern = Pattern::Func;
                }
            }
            Pattern::Either(patterns) => {
                // An alternative that cannot be compared does not matter if another one matches.
                let mut stopped = None;
                for pattern in patterns {
                    if let Err(stop) = self.identify_one(instance, pattern, value) {
                        stopped = stopped.or(Some(stop));
                    }
                    if matches(pattern, value) {
                        return Ok(());
                    }
                }
                return stopped.map_or(Ok(()), Err);
            }
            _ => {}
        }
        Ok(())
    }

    /// The handle of a function of an instance.
    fn function(&mut self, instance: Option<&str>, which: &FuncName) -> Result<Func, Stop> {
        let no_such = || Stop::Script(format!("the instance has no function {which}"));
        let bound = match self.names.instance(instance) {
            Ok(Ok(bound @ Bound::Instance(..))) => bound.clone(),
            _ => return Err(no_such()),
        };
        let wasm = self.wasm(&bound).ok_or_else(no_such)?;
        let functions = Functions::of(&wasm);
        let index = match which {
            FuncName::Index(index) => *index,
            FuncName::Id(id) => *functions.ids.get(id.as_str()).ok_or_else(no_such)?,
        };
        if index >= functions.count {
            return Err(no_such());
        }
        let unexported = || Stop::Unexported(which.to_string());
        let name = *functions.exports.get(&index).ok_or_else(unexported)?;
        match self.export(&bound, name)? {
            Some(Extern::Func(func)) => Ok(func),
            _ => Err(unexported()),
        }
    }

    /// The bytes of an instance's module. They are encoded again: scripts rarely ask.
    pub(super) fn wasm(&self, bound: &Bound) -> Option<Vec<u8>> {
        let Bound::Instance(instance, _) = bound else { return None };
        let (step, offset) = *self.texts.instances.get(instance)?;
        let step = self.setting.script.steps().get(step)?;
        self.setting.script.read(step, |directive| {
            let mut directive = directive.ok()?;
            match module_at(&mut directive, 0, offset)?.encode() {
                Wasm::Bytes(wasm) => Some(wasm),
                Wasm::Refused(_) | Wasm::Unresolved(_) => None,
            }
        })
    }
}

fn names_function(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::FuncOf(_) => true,
        Pattern::Either(patterns) => patterns.iter().any(names_function),
        _ => false,
    }
}

/// The module that is defined at offset `wanted`, within the directive at `offset`.
fn module_at<'d, 'a>(
    directive: &'d mut Directive<'a>,
    offset: usize,
    wanted: usize,
) -> Option<&'d mut ModuleText<'a>> {
    match directive {
        Directive::Module(module) if offset == wanted => Some(module),
        Directive::Thread { body, .. } => body
            .iter_mut()
            .find_map(|nested| module_at(&mut nested.directive, nested.offset, wanted)),
        _ => None,
    }
}

/// The functions of a module.
#[derive(Default)]
struct Functions<'w> {
    /// Their number, imports included.
    count: u32,
    /// Their names in the name section: those of the text's `$id`s.
    ids: HashMap<&'w str, u32>,
    /// A name under which each of them is exported.
    exports: HashMap<u32, &'w str>,
}

impl<'w> Functions<'w> {
    fn of(wasm: &'w [u8]) -> Functions<'w> {
        let mut functions = Functions::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload {
                Ok(Payload::ImportSection(section)) => {
                    let imports = section.into_imports().flatten();
                    let is_func = |ty| matches!(ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                    functions.count += imports.filter(|import| is_func(import.ty)).count() as u32;
                }
                Ok(Payload::FunctionSection(section)) => functions.count += section.count(),
                Ok(Payload::ExportSection(section)) => {
                    let is_func =
                        |kind| matches!(kind, ExternalKind::Func | ExternalKind::FuncExact);
                    let exports = section.into_iter().flatten();
                    let exports = exports.filter(|export| is_func(export.kind));
                    functions.exports.extend(exports.map(|export| (export.index, export.name)));
                }
                Ok(Payload::CustomSection(section)) => functions.add_names(section.as_known()),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        functions
    }

    fn add_names(&mut self, section: KnownCustom<'w>) {
        let KnownCustom::Name(reader) = section else { return };
        for subsection in reader.into_iter().flatten() {
            if let Name::Function(names) = subsection {
                let names = names.into_iter().flatten();
                self.ids.extend(names.map(|naming| (naming.name, naming.index)));
            }
        }
    }
}

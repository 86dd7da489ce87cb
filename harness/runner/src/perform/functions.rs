//! Functions that a script expects by index or by `$id`. Takes result patterns and the values that an
//! action on an instance returned; finds each function among the exports of the instance, itself or
//! as the value of an immutable global, and asks the engine whether a value is that function. Never
//! looks into exported tables and mutable globals, because the script may have changed them. An
//! `$id` is one of the module's text: the name section may say something else. Judges nothing.

use super::names::Bound;
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::matches;
use crate::script::{Directive, ModuleText, Script, Wasm, names_function};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use wasmparser::{ExternalKind, Global, Operator, Parser, Payload, TypeRef};
use wassay_engine::{Extern, Instance, Module, Ref, Value};
use wassay_record::{FuncName, Pattern};

/// A module in the script: the index of a step, and the offset in it.
pub(super) type TextPlace = (usize, usize);

/// Where the text of each module and instance is.
#[derive(Default)]
pub(super) struct Texts {
    modules: HashMap<Module, TextPlace>,
    instances: HashMap<Instance, TextPlace>,
    /// The modules that were encoded for a look into them; `None` for one without an encoding.
    encoded: HashMap<TextPlace, Option<Rc<Encoded>>>,
}

/// A module, encoded again.
pub(super) struct Encoded {
    /// Its bytes.
    pub(super) wasm: Vec<u8>,
    functions: Functions,
}

impl Texts {
    /// Records the place of a module.
    pub(super) fn define(&mut self, module: Module, place: TextPlace) {
        self.modules.insert(module, place);
    }

    /// The place of a module.
    pub(super) fn place(&self, module: Module) -> Option<TextPlace> {
        self.modules.get(&module).copied()
    }

    /// Records the module of an instance.
    pub(super) fn instantiate(&mut self, instance: Instance, module: Module) {
        if let Some(place) = self.modules.get(&module) {
            self.instances.insert(instance, *place);
        }
    }
}

/// Result patterns without the functions that they name, to be judged like all others.
pub(super) struct Identified {
    /// The patterns, with any function in place of one that the value is or may be.
    pub(super) patterns: Vec<Pattern>,
    /// Why a value cannot be compared with the function that a pattern names: if everything else
    /// matches, the verdict depends on it.
    pub(super) doubt: Option<Stop>,
}

impl Stage<'_, '_> {
    /// Finds the functions that the patterns expect of the instance with this id. Gives `None` if
    /// they name no function.
    ///
    /// # Errors
    /// If the script names a function that does not exist, or the engine fails.
    pub(super) fn identify(
        &mut self,
        instance: Option<&str>,
        patterns: &[Pattern],
        values: &[Value],
    ) -> Result<Option<Identified>, Stop> {
        if patterns.len() != values.len() || !patterns.iter().any(names_function) {
            return Ok(None);
        }
        let mut identified = Identified { patterns: patterns.to_vec(), doubt: None };
        for (pattern, value) in identified.patterns.iter_mut().zip(values) {
            match self.identify_one(instance, pattern, value) {
                Ok(()) => {}
                Err(stop) if stop.is_doubt() => {
                    *pattern = Pattern::Func;
                    identified.doubt.get_or_insert(stop);
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(Some(identified))
    }

    fn identify_one(
        &mut self,
        instance: Option<&str>,
        pattern: &mut Pattern,
        value: &Value,
    ) -> Result<(), Stop> {
        let Value::Ref(actual @ Ref::Func(_)) = *value else { return Ok(()) };
        match pattern {
            Pattern::FuncOf(which) if self.is_function(instance, which, actual)? => {
                *pattern = Pattern::Func;
            }
            Pattern::Either(patterns) => {
                // An alternative that cannot be compared does not matter if another one matches.
                let mut stopped: Option<Stop> = None;
                for pattern in patterns {
                    match self.identify_one(instance, pattern, value) {
                        Err(stop) if stopped.as_ref().is_none_or(Stop::is_doubt) => {
                            stopped = Some(stop);
                        }
                        _ if matches(pattern, value) => return Ok(()),
                        _ => {}
                    }
                }
                return stopped.map_or(Ok(()), Err);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a value is this function of the instance.
    fn is_function(
        &mut self,
        instance: Option<&str>,
        which: &FuncName,
        value: Ref,
    ) -> Result<bool, Stop> {
        let no_such = || Stop::Script(format!("the instance has no function {which}"));
        let bound = match self.names.instance(instance) {
            Ok(Ok(bound @ Bound::Instance(..))) => bound.clone(),
            _ => return Err(no_such()),
        };
        let encoded = self.encoded(&bound).ok_or_else(no_such)?;
        let functions = &encoded.functions;
        let index = functions.index(which).ok_or_else(no_such)?;
        if let Some(export) = functions.exports.get(&index) {
            return self.is_export(&bound, export, value);
        }
        // A value that is certainly another function cannot be this one.
        for (other, export) in &functions.exports {
            if functions.differ(index, *other) && self.is_export(&bound, export, value)? {
                return Ok(false);
            }
        }
        Err(Stop::Unexported(which.to_string()))
    }

    fn is_export(&mut self, bound: &Bound, export: &Export, value: Ref) -> Result<bool, Stop> {
        let exported = match (export, self.export(bound, export.name())?) {
            (Export::Func(_), Some(Extern::Func(func))) => Ref::Func(func),
            (Export::Global(_), Some(Extern::Global(global))) => {
                match self.session.global_get(global)? {
                    Value::Ref(reference) => reference,
                    _ => return Ok(false),
                }
            }
            _ => return Ok(false),
        };
        Ok(value == exported || self.session.same(value, exported)?)
    }

    /// The module of an instance. It is encoded again, once: scripts rarely ask.
    pub(super) fn encoded(&mut self, bound: &Bound) -> Option<Rc<Encoded>> {
        let Bound::Instance(instance, _) = bound else { return None };
        let place = *self.texts.instances.get(instance)?;
        self.encoded_at(place)
    }

    /// The module at this place, encoded again.
    pub(super) fn encoded_at(&mut self, place: TextPlace) -> Option<Rc<Encoded>> {
        let script = self.setting.script;
        self.texts.encoded.entry(place).or_insert_with(|| encode(script, place)).clone()
    }
}

/// The module at this place. A packed module has lost its identifiers, so it is read from the text.
fn encode(script: &Script, (step, offset): TextPlace) -> Option<Rc<Encoded>> {
    #[cfg(test)]
    ENCODINGS.set(ENCODINGS.get() + 1);
    script.read_text(script.steps().get(step)?, |directive| {
        let mut directive = directive.ok()?;
        match module_at(&mut directive, 0, offset)?.encode_with_ids() {
            (Wasm::Bytes(wasm), ids) => {
                let functions = Functions::of(&wasm, ids);
                Some(Rc::new(Encoded { wasm, functions }))
            }
            (Wasm::Refused(_) | Wasm::Unresolved(_), _) => None,
        }
    })
}

#[cfg(test)]
thread_local! {
    static ENCODINGS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
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
struct Functions {
    /// The number of imported functions, which come first.
    imported: u32,
    /// The number of all functions.
    count: u32,
    /// The functions that have an `$id` in the text.
    ids: HashMap<String, u32>,
    /// An export from which each of them can be had.
    exports: BTreeMap<u32, Export>,
}

/// An export that gives a function.
enum Export {
    /// The function has this name.
    Func(String),
    /// The immutable global with this name has been the function since it was made.
    Global(String),
}

impl Export {
    fn name(&self) -> &str {
        match self {
            Export::Func(name) | Export::Global(name) => name,
        }
    }
}

impl Functions {
    fn of(wasm: &[u8], ids: HashMap<String, u32>) -> Functions {
        let mut functions = Functions { ids, ..Functions::default() };
        // For each global, the function that it always is, if any.
        let mut globals: Vec<Option<u32>> = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload {
                Ok(Payload::ImportSection(section)) => {
                    for import in section.into_imports().flatten() {
                        match import.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => functions.imported += 1,
                            TypeRef::Global(_) => globals.push(None),
                            _ => {}
                        }
                    }
                    functions.count = functions.imported;
                }
                Ok(Payload::FunctionSection(section)) => functions.count += section.count(),
                Ok(Payload::GlobalSection(section)) => {
                    globals.extend(section.into_iter().flatten().map(|global| constant(&global)));
                }
                Ok(Payload::ExportSection(section)) => {
                    for export in section.into_iter().flatten() {
                        functions.export(export.kind, export.index, export.name, &globals);
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        functions
    }

    /// Records an export, if it gives a function.
    fn export(&mut self, kind: ExternalKind, index: u32, name: &str, globals: &[Option<u32>]) {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => {
                self.exports.insert(index, Export::Func(name.to_string()));
            }
            ExternalKind::Global => {
                if let Some(Some(func)) = globals.get(index as usize) {
                    let export = Export::Global(name.to_string());
                    self.exports.entry(*func).or_insert(export);
                }
            }
            _ => {}
        }
    }

    /// The index of a function; `None` if the module has no such function.
    fn index(&self, which: &FuncName) -> Option<u32> {
        let index = match which {
            FuncName::Index(index) => *index,
            FuncName::Id(id) => *self.ids.get(id)?,
        };
        (index < self.count).then_some(index)
    }

    /// Whether two indices are two functions in every instance: only imports can be the same.
    fn differ(&self, one: u32, other: u32) -> bool {
        one != other && one.max(other) >= self.imported
    }
}

/// The function that an immutable global is, if its initializer is `ref.func`.
fn constant(global: &Global<'_>) -> Option<u32> {
    let mut operators = global.init_expr.get_operators_reader().into_iter().flatten();
    match (operators.next()?, operators.next()?) {
        (Operator::RefFunc { function_index }, Operator::End) if !global.ty.mutable => {
            Some(function_index)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perform::{Options, perform};
    use wassay_engine::{Config, Features};
    use wassay_record::{Finding, Verdict};

    #[test]
    fn a_module_is_encoded_once_for_all_functions_that_are_expected_of_it() {
        let text =
            "(module definition $D (func $f (export \"f\")) (global $g funcref (ref.func $f))
              (func (export \"g\") (result funcref) (global.get $g)))
            (module instance $I $D)
            (assert_return (invoke $I \"g\") (ref.func $f))
            (assert_return (invoke $I \"g\") (either (ref.func 1) (ref.func 0)))
            (module instance $J $D)
            (assert_return (invoke $J \"g\") (ref.func $f))
            (assert_return (invoke $J \"h\"))
            (module $M (func $f (export \"f\") (result funcref) (ref.func $f)))
            (assert_return (invoke \"f\") (ref.func $f))
            (assert_return (invoke \"f\") (ref.func $f))";
        let features = Features::WASM2;
        let engine = wassay_wasmi::provider().start(&Config::new(features)).unwrap();
        let options = Options { features, needs: features, ..Options::default() };
        let mut findings: Vec<Finding> = Vec::new();
        let before = ENCODINGS.get();
        perform(&Script::parse(text), &*engine, &options, &mut findings);
        use Verdict::{Failed, Passed};
        let verdicts: Vec<Verdict> = findings.iter().map(|finding| finding.verdict).collect();
        let wanted =
            [Passed, Passed, Passed, Passed, Passed, Passed, Failed, Passed, Passed, Passed];
        assert_eq!(verdicts, wanted, "{findings:#?}");
        assert_eq!(ENCODINGS.get() - before, 2);
    }
}

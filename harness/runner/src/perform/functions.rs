//! Functions that a script expects by index or by `$id`. Takes result patterns and the values that an
//! action on an instance returned; finds each function among the exports of the instance, and asks
//! the engine whether a value is that function. An `$id` is one of the module's text: the name
//! section may say something else. Judges nothing.

use super::names::Bound;
use super::stage::Stage;
use super::stop::Stop;
use crate::judge::matches;
use crate::script::{Directive, ModuleText, Script, Wasm};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};
use wassay_engine::{Extern, Instance, Module, Ref, Value};
use wassay_record::{FuncName, Pattern};

/// A module in the script: the index of a step, and the offset in it.
type TextPlace = (usize, usize);

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
        if let Some(name) = functions.exports.get(&index) {
            return self.is_export(&bound, name, value);
        }
        // A value that is certainly another function cannot be this one.
        for (other, name) in &functions.exports {
            if functions.differ(index, *other) && self.is_export(&bound, name, value)? {
                return Ok(false);
            }
        }
        Err(Stop::Unexported(which.to_string()))
    }

    fn is_export(&mut self, bound: &Bound, name: &str, value: Ref) -> Result<bool, Stop> {
        let Some(Extern::Func(func)) = self.export(bound, name)? else { return Ok(false) };
        let export = Ref::Func(func);
        Ok(value == export || self.session.same(value, export)?)
    }

    /// The module of an instance. It is encoded again, once: scripts rarely ask.
    pub(super) fn encoded(&mut self, bound: &Bound) -> Option<Rc<Encoded>> {
        let Bound::Instance(instance, _) = bound else { return None };
        let place = *self.texts.instances.get(instance)?;
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
struct Functions {
    /// The number of imported functions, which come first.
    imported: u32,
    /// The number of all functions.
    count: u32,
    /// The functions that have an `$id` in the text.
    ids: HashMap<String, u32>,
    /// A name under which each of them is exported.
    exports: BTreeMap<u32, String>,
}

impl Functions {
    fn of(wasm: &[u8], ids: HashMap<String, u32>) -> Functions {
        let mut functions = Functions { ids, ..Functions::default() };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload {
                Ok(Payload::ImportSection(section)) => {
                    let imports = section.into_imports().flatten();
                    let is_func = |ty| matches!(ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
                    functions.imported = imports.filter(|import| is_func(import.ty)).count() as u32;
                    functions.count = functions.imported;
                }
                Ok(Payload::FunctionSection(section)) => functions.count += section.count(),
                Ok(Payload::ExportSection(section)) => {
                    let is_func =
                        |kind| matches!(kind, ExternalKind::Func | ExternalKind::FuncExact);
                    let exports = section.into_iter().flatten();
                    let exports = exports.filter(|export| is_func(export.kind));
                    functions
                        .exports
                        .extend(exports.map(|export| (export.index, export.name.to_string())));
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
        functions
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

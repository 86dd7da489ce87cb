//! Takes a case and a subject; links the modules, calls every export, reads the final state, and
//! gives the trace. Knows engines only through the trait, and compares nothing.

use crate::arguments::argument;
use crate::case::{Case, FUEL, FUEL_PER_CALL, module_name};
use crate::host;
use crate::seed::Numbers;
use crate::sparse;
use crate::subject::Subject;
use crate::text;
use crate::trace::{
    COMPILED, Deed, OR, READY, REJECTED, Step, TRAP, Trace, UNLINKABLE, UNNAMED, named,
};
use std::sync::Arc;
use wassay_engine::{
    Engine, Extern, ExternType, Fault, Func, FuncType, Instance, Instantiated, Memory, Module,
    Outcome, Ref, Session, Table, TrapKind, Value,
};

/// The number of calls of each function.
const ROUNDS: usize = 3;

/// The number of table elements to read at most.
const READ_ELEMENTS: u64 = 1000;

/// Runs the case on the subject; calls `mark` before each step with that step.
///
/// # Errors
/// Internal errors of the engine.
pub fn drive(
    case: &Case,
    subject: &mut Subject,
    mark: &mut dyn FnMut(&Deed),
) -> Result<Trace, Fault> {
    let engine = subject.engine(case.features())?;
    let mut modules = Vec::new();
    let result = Driver::new(case, &*engine, subject.kinds, mark)?.run(&engine, &mut modules);
    for module in modules {
        engine.drop_module(module)?;
    }
    result
}

struct Driver<'a> {
    case: &'a Case,
    session: Box<dyn Session>,
    /// Whether the engine reports kinds of traps and link errors.
    kinds: bool,
    mark: &'a mut dyn FnMut(&Deed),
    trace: Trace,
    /// The host's items by name, each made on its first import.
    host: Vec<(&'static str, Extern)>,
    /// Functions with a name, to distinguish references.
    known: Vec<Known>,
    /// The instances with their exports, in the order of the modules.
    instances: Vec<Option<Linked>>,
}

/// A function with a name.
struct Known {
    name: String,
    func: Func,
    ty: FuncType,
}

/// The exports of an instance. Each is taken once, because a request to an adapter takes time.
#[derive(Clone)]
struct Linked {
    exports: Vec<(String, Extern)>,
}

impl Linked {
    fn get(&self, name: &str) -> Option<Extern> {
        self.exports.iter().find(|(known, _)| known == name).map(|(_, item)| *item)
    }
}

impl<'a> Driver<'a> {
    fn new(
        case: &'a Case,
        engine: &dyn Engine,
        kinds: bool,
        mark: &'a mut dyn FnMut(&Deed),
    ) -> Result<Driver<'a>, Fault> {
        let session = engine.session()?;
        let (host, known, instances) = (Vec::new(), Vec::new(), Vec::new());
        let trace = Trace::default();
        Ok(Driver { case, session, kinds, mark, trace, host, known, instances })
    }

    fn run(mut self, engine: &Arc<dyn Engine>, modules: &mut Vec<Module>) -> Result<Trace, Fault> {
        for index in 0..self.case.modules.len() {
            let Some(instance) = self.instantiate(index, &**engine, modules)? else {
                self.instances.push(None);
                continue;
            };
            let linked = self.take(&**engine, modules[modules.len() - 1], instance)?;
            self.instances.push(Some(linked.clone()));
            let mut functions = Vec::new();
            for (name, item) in linked.exports {
                let Extern::Func(func) = item else { continue };
                let ty = self.type_of(func)?;
                functions.push((name.clone(), func, ty.clone()));
                self.know(format!("m{index} {}", text::quoted(&name)), func, ty);
            }
            for (name, func, ty) in functions {
                self.call_all(index, &name, func, &ty)?;
                if self.trace.cut.is_some() {
                    return Ok(self.trace);
                }
            }
        }
        self.read_all()?;
        Ok(self.trace)
    }

    /// Takes the exports of an instance.
    fn take(
        &mut self,
        engine: &dyn Engine,
        module: Module,
        instance: Instance,
    ) -> Result<Linked, Fault> {
        let mut exports = Vec::new();
        for export in engine.exports(module)? {
            let item = self.session.export(instance, &export.name)?;
            let gone = || Fault::Internal(format!("the export {} is gone", export.name));
            exports.push((export.name.clone(), item.ok_or_else(gone)?));
        }
        Ok(Linked { exports })
    }

    fn type_of(&mut self, func: Func) -> Result<FuncType, Fault> {
        match self.session.extern_type(Extern::Func(func))? {
            ExternType::Func(ty) => Ok(ty),
            _ => Err(Fault::Internal("a function whose type is another extern's".to_string())),
        }
    }

    fn know(&mut self, name: String, func: Func, ty: FuncType) {
        self.known.push(Known { name, func, ty });
    }

    fn instantiate(
        &mut self,
        index: usize,
        engine: &dyn Engine,
        modules: &mut Vec<Module>,
    ) -> Result<Option<Instance>, Fault> {
        let deed = Deed::Compile(index);
        (self.mark)(&deed);
        let module = match engine.compile(&self.case.modules[index])? {
            Ok(module) => module,
            Err(_) => {
                self.trace.push(deed, REJECTED);
                return Ok(None);
            }
        };
        modules.push(module);
        self.trace.push(deed, COMPILED);
        let deed = Deed::Instantiate(index);
        (self.mark)(&deed);
        let mut imports = Vec::new();
        for import in engine.imports(module)? {
            match self.import(&import.module, &import.name)? {
                Some(item) => imports.push(item),
                None => {
                    let wanted = format!("nothing to link: {} {}", import.module, import.name);
                    self.trace.push(deed, wanted);
                    return Ok(None);
                }
            }
        }
        let instantiated = self.session.instantiate(module, &imports)?;
        let (said, instance) = match instantiated {
            Instantiated::Ready(instance) => (READY.to_string(), Some(instance)),
            Instantiated::Unlinkable(error) if self.kinds => {
                (format!("{UNLINKABLE}: {}", error.kind.message()), None)
            }
            Instantiated::Unlinkable(_) => (UNLINKABLE.to_string(), None),
            Instantiated::Failed(outcome) => (self.say(outcome)?, None),
        };
        self.trace.push(deed, said);
        self.host_calls()?;
        Ok(instance)
    }

    fn import(&mut self, module: &str, name: &str) -> Result<Option<Extern>, Fault> {
        if module == host::MODULE {
            if let Some((_, item)) = self.host.iter().find(|(known, _)| *known == name) {
                return Ok(Some(*item));
            }
            let catalogue = host::catalogue();
            let Some(item) = catalogue.iter().find(|item| item.name == name) else {
                return Ok(None);
            };
            let made = item.make(&mut *self.session)?;
            self.host.push((item.name, made));
            if let (Extern::Func(func), host::Kind::Func(ty, _)) = (made, &item.kind) {
                self.know(format!("host {}", item.name), func, ty.clone());
            }
            return Ok(Some(made));
        }
        let position = (0..self.instances.len()).find(|index| module_name(*index) == module);
        let linked = position.and_then(|index| self.instances[index].as_ref());
        Ok(linked.and_then(|linked| linked.get(name)))
    }

    fn call_all(
        &mut self,
        module: usize,
        name: &str,
        func: Func,
        ty: &FuncType,
    ) -> Result<(), Fault> {
        let rounds = if ty.params.is_empty() { 1 } else { ROUNDS };
        for round in 0..rounds {
            // Arguments depend on the name, not the index: a shrunk case keeps its arguments.
            let mut numbers = Numbers::new(self.case.id.seed, &format!("{module} {name} {round}"));
            let args = ty.params.iter().map(|param| argument(param, &mut numbers));
            let Some(args) = args.collect::<Option<Vec<Value>>>() else { return Ok(()) };
            self.refuel()?;
            let name = name.to_string();
            let deed = Deed::Call { module, name, args: text::values(&args) };
            (self.mark)(&deed);
            let outcome = self.session.call(func, &args)?;
            self.trace.calls += 1;
            self.trace.traps += usize::from(matches!(outcome, Outcome::Trapped(_)));
            let said = self.say(outcome)?;
            if self.trace.cut.is_some() {
                return Ok(());
            }
            self.trace.push(deed, said);
            self.host_calls()?;
        }
        Ok(())
    }

    fn refuel(&mut self) -> Result<(), Fault> {
        let linked = self.instances.iter().flatten();
        // Only a shrunk module has none.
        let fuels: Vec<Extern> = linked.filter_map(|linked| linked.get(FUEL)).collect();
        for fuel in fuels {
            if let Extern::Global(fuel) = fuel {
                self.session.global_set(fuel, Value::I32(FUEL_PER_CALL))?;
            }
        }
        Ok(())
    }

    fn say(&mut self, outcome: Outcome) -> Result<String, Fault> {
        Ok(match outcome {
            Outcome::Returned(values) => self.say_values(&values)?,
            Outcome::Trapped(trap) if self.kinds => {
                let all = std::iter::once(trap.kind).chain(trap.or);
                let all: Vec<&str> = all.map(TrapKind::message).collect();
                format!("{TRAP}: {}", all.join(OR))
            }
            Outcome::Trapped(_) => TRAP.to_string(),
            Outcome::Threw(_) => "an exception".to_string(),
            Outcome::Exhausted(what) => {
                self.trace.cut = Some(what);
                "exhausted".to_string()
            }
        })
    }

    fn say_values(&mut self, values: &[Value]) -> Result<String, Fault> {
        let mut said = Vec::new();
        for value in values {
            said.push(match value {
                Value::Ref(reference) => self.say_ref(*reference)?,
                other => text::value(other),
            });
        }
        Ok(said.join(" "))
    }

    fn say_ref(&mut self, reference: Ref) -> Result<String, Fault> {
        let Ref::Func(func) = reference else { return Ok(text::value(&Value::Ref(reference))) };
        // The reference's type, which saves most questions.
        let mut ty = None;
        for at in 0..self.known.len() {
            if self.trace.hides_functions {
                break;
            }
            let known = &self.known[at];
            if ty.as_ref().is_some_and(|ty| *ty != known.ty) {
                continue;
            }
            match self.session.same(reference, Ref::Func(known.func)) {
                Ok(true) => return Ok(named(&known.name)),
                Ok(false) if ty.is_none() => ty = Some(self.type_of(func)?),
                Ok(false) => {}
                Err(Fault::Unsupported(_)) => self.trace.hides_functions = true,
                Err(fault) => return Err(fault),
            }
        }
        Ok(UNNAMED.to_string())
    }

    fn host_calls(&mut self) -> Result<(), Fault> {
        if !self.host.iter().any(|(_, item)| matches!(item, Extern::Func(_))) {
            return Ok(());
        }
        let seen = match self.session.take_host_calls() {
            Err(Fault::Unsupported(_)) => {
                self.trace.hides_host_calls = true;
                return Ok(());
            }
            seen => seen?,
        };
        if seen.calls.is_empty() {
            return Ok(());
        }
        let mut said = Vec::new();
        for call in seen.calls {
            let func = self.say_ref(Ref::Func(call.func))?;
            said.push(format!("{func} {}", self.say_values(&call.args)?));
        }
        if seen.lost > 0 {
            said.push(format!("and {} more", seen.lost));
        }
        self.trace.push(Deed::HostCalls, said.join(", "));
        Ok(())
    }

    fn read_all(&mut self) -> Result<(), Fault> {
        for (module, linked) in self.instances.clone().into_iter().enumerate() {
            for (name, item) in linked.into_iter().flat_map(|linked| linked.exports) {
                let kind = item.kind().to_string();
                self.read(Deed::Read { module, name, kind }, item)?;
            }
        }
        for (name, item) in self.host.clone() {
            self.read(Deed::ReadHost { name: name.to_string() }, item)?;
        }
        Ok(())
    }

    fn read(&mut self, deed: Deed, item: Extern) -> Result<(), Fault> {
        let (said, bytes) = match item {
            Extern::Func(_) | Extern::Tag(_) => return Ok(()),
            Extern::Global(global) => {
                let value = self.session.global_get(global)?;
                (self.say_values(&[value])?, Vec::new())
            }
            Extern::Memory(memory) => self.read_memory(memory)?,
            Extern::Table(table) => (self.read_table(table)?, Vec::new()),
        };
        self.trace.steps.push(Step { deed, said, bytes });
        Ok(())
    }

    fn read_memory(&mut self, memory: Memory) -> Result<(String, Vec<u8>), Fault> {
        let ExternType::Memory(ty) = self.session.extern_type(Extern::Memory(memory))? else {
            return Err(Fault::Internal("a memory whose type is another extern's".to_string()));
        };
        let pages = self.session.memory_size(memory)?;
        let mut bytes = vec![0; (pages << ty.page_size_log2).min(sparse::LONGEST) as usize];
        if !self.session.memory_read(memory, 0, &mut bytes)? {
            return Err(Fault::Internal("a memory that cannot be read to its end".to_string()));
        }
        Ok((format!("pages: {pages}"), bytes))
    }

    fn read_table(&mut self, table: Table) -> Result<String, Fault> {
        let size = self.session.table_size(table)?;
        let mut said = format!("size: {size}");
        for index in 0..size.min(READ_ELEMENTS) {
            let element = self.session.table_get(table, index)?;
            let element =
                element.ok_or_else(|| Fault::Internal(format!("no element {index} of {size}")))?;
            if !matches!(element, Ref::Null(_)) {
                said.push_str(&format!(" {index}: {}", self.say_ref(element)?));
            }
        }
        Ok(said)
    }
}

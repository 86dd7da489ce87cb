//! Takes a case and a subject; links the modules, calls every export, reads the final state, and
//! gives the trace. Knows engines only through the trait, and compares nothing.

use crate::arguments::argument;
use crate::case::{Case, FUEL, FUEL_PER_CALL, module_name};
use crate::host;
use crate::seed::Numbers;
use crate::sparse;
use crate::subject::Subject;
use crate::text;
use crate::trace::{Deed, OR, Step, TRAP, Trace, UNLINKABLE};
use std::sync::Arc;
use wassay_engine::{
    Engine, Extern, ExternType, Fault, Func, Instance, Instantiated, Memory, Module, Outcome, Ref,
    Session, Table, TrapKind, Value,
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
    known: Vec<(String, Func)>,
    instances: Vec<Option<Instance>>,
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
            let instance = self.instantiate(index, &**engine, modules)?;
            self.instances.push(instance);
            let Some(instance) = instance else { continue };
            let exports = engine.exports(modules[modules.len() - 1])?;
            for export in &exports {
                if let Some(Extern::Func(func)) = self.session.export(instance, &export.name)? {
                    self.known.push((format!("m{index} {}", text::quoted(&export.name)), func));
                }
            }
            let names: Vec<String> = exports.into_iter().map(|export| export.name).collect();
            for name in &names {
                self.call_all(index, instance, name)?;
                if self.trace.cut.is_some() {
                    return Ok(self.trace);
                }
            }
        }
        self.read_all(engine, modules)?;
        Ok(self.trace)
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
                self.trace.push(deed, "rejected");
                return Ok(None);
            }
        };
        modules.push(module);
        self.trace.push(deed, "compiled");
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
            Instantiated::Ready(instance) => ("ready".to_string(), Some(instance)),
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
            if let Extern::Func(func) = made {
                self.known.push((format!("host {}", item.name), func));
            }
            return Ok(Some(made));
        }
        let position = (0..self.instances.len()).find(|index| module_name(*index) == module);
        match position.and_then(|index| self.instances[index]) {
            Some(instance) => self.session.export(instance, name),
            None => Ok(None),
        }
    }

    fn call_all(&mut self, module: usize, instance: Instance, name: &str) -> Result<(), Fault> {
        let Some(Extern::Func(func)) = self.session.export(instance, name)? else { return Ok(()) };
        let ExternType::Func(ty) = self.session.extern_type(Extern::Func(func))? else {
            return Err(Fault::Internal("a function whose type is another extern's".to_string()));
        };
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
        for instance in self.instances.clone().into_iter().flatten() {
            self.refuel_one(instance)?;
        }
        Ok(())
    }

    fn refuel_one(&mut self, instance: Instance) -> Result<(), Fault> {
        match self.session.export(instance, FUEL)? {
            Some(Extern::Global(fuel)) => self.session.global_set(fuel, Value::I32(FUEL_PER_CALL)),
            // Only a shrunk module has none.
            _ => Ok(()),
        }
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
        if let Ref::Func(_) = reference {
            for (name, func) in &self.known {
                if self.session.same(reference, Ref::Func(*func))? {
                    return Ok(format!("(ref.func (; {name} ;))"));
                }
            }
        }
        Ok(text::value(&Value::Ref(reference)))
    }

    fn host_calls(&mut self) -> Result<(), Fault> {
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

    fn read_all(&mut self, engine: &Arc<dyn Engine>, modules: &[Module]) -> Result<(), Fault> {
        let mut compiled = modules.iter();
        for (module, instance) in self.instances.clone().into_iter().enumerate() {
            let step = self.trace.steps.iter().find(|step| step.deed == Deed::Compile(module));
            if step.is_none_or(|step| step.said != "compiled") {
                continue;
            }
            let exports = engine.exports(*compiled.next().expect("one per compilation"))?;
            let Some(instance) = instance else { continue };
            for export in exports {
                let Some(item) = self.session.export(instance, &export.name)? else {
                    let message = format!("the export {} is gone", export.name);
                    return Err(Fault::Internal(message));
                };
                let kind = item.kind().to_string();
                self.read(Deed::Read { module, name: export.name, kind }, item)?;
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

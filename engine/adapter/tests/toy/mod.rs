//! An engine that runs no wasm and misbehaves on demand. Its handles are reference-counted and not
//! `Send`, so each session needs a thread; it counts functions, so leaks are found.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use wassay_adapter::{Deed, Depth, Host, Imports, Item, Plain, Stop, Val};
use wassay_engine::*;

/// A store of the toy.
pub struct Toy {
    log: Log,
    /// The bytes of every memory.
    page: Vec<u8>,
}

/// What was dropped, in order.
pub type Log = Arc<Mutex<Vec<&'static str>>>;

/// The engine of the toy.
pub struct ToyEngine {
    log: Log,
}

thread_local! {
    /// The log for the next engine that starts.
    pub static LOG: RefCell<Log> = RefCell::default();
}

/// The number of the toy's functions alive in all tests together.
pub static FUNCS_ALIVE: AtomicUsize = AtomicUsize::new(0);

pub type ToyFunc = Rc<Func>;

pub struct Func {
    body: Body,
    log: Log,
    /// A depth that is not dropped in time.
    kept: RefCell<Option<Depth<Toy>>>,
}

enum Body {
    /// One of [`NAMED`].
    Named(&'static str),
    Host(FuncType, Host<Toy>),
    /// Calls a function, ignores how that call ends, and ends in its own way.
    Swallows(ToyFunc, &'static str),
}

/// Functions that every instance exports.
const NAMED: [&str; 5] = ["seven", "wrong type", "panics", "struct", "throws wrong"];

/// How functions end that ignore the end of another: `divides 0` calls the first import.
const SWALLOWERS: [&str; 3] = ["divides", "breaks", "returns"];

impl Toy {
    fn func(&self, body: Body) -> ToyFunc {
        FUNCS_ALIVE.fetch_add(1, Ordering::SeqCst);
        Rc::new(Func { body, log: self.log.clone(), kept: RefCell::default() })
    }
}

fn note(log: &Log, what: &'static str) {
    log.lock().unwrap().push(what);
}

impl Drop for Func {
    fn drop(&mut self) {
        FUNCS_ALIVE.fetch_sub(1, Ordering::SeqCst);
        note(&self.log, "function");
    }
}

impl Drop for Toy {
    fn drop(&mut self) {
        note(&self.log, "store");
        assert!(!self.log.lock().unwrap().contains(&"panic in drop"), "the store cannot end");
    }
}

impl Drop for ToyEngine {
    fn drop(&mut self) {
        note(&self.log, "engine");
    }
}

impl Plain for Toy {
    type Engine = ToyEngine;
    type Module = Arc<[u8]>;
    type Instance = Rc<Vec<(String, ToyFunc)>>;
    type Value = Val<Toy>;
    type Func = ToyFunc;
    type Table = Rc<RefType>;
    type Memory = Rc<MemoryType>;
    type Global = Rc<(GlobalType, Val<Toy>)>;
    type Tag = Rc<FuncType>;
    type External = Rc<u32>;
    type Object = Rc<u32>;

    const FEATURES: Features =
        Features::WASM2.and(Features::of(&[Feature::Gc, Feature::FunctionReferences]));

    fn identity() -> Result<Identity, Fault> {
        Ok(Identity::here("toy", "1"))
    }

    fn start(_: &Config) -> Result<ToyEngine, Fault> {
        Ok(ToyEngine { log: LOG.with(|log| log.take()) })
    }

    /// Accepts any bytes as a module.
    fn compile(_: &ToyEngine, wasm: &[u8]) -> Result<Result<Arc<[u8]>, Rejected>, Fault> {
        Ok(Ok(wasm.into()))
    }

    fn imports(_: &Arc<[u8]>) -> Result<Vec<ImportType>, Fault> {
        Ok(vec![])
    }

    fn open(engine: &ToyEngine) -> Result<Toy, Fault> {
        Ok(Toy { log: engine.log.clone(), page: vec![0; 65536] })
    }

    /// Looks up imports by name, and accepts all of them except globals.
    fn instantiate(
        &mut self,
        _: &Arc<[u8]>,
        imports: &Imports<'_, Self>,
    ) -> Result<Self::Instance, Stop<Self>> {
        let named = imports.by_name(|a, b| self.same_item(a, b))?;
        if let Some(global) = named.iter().find(|import| matches!(import.item, Item::Global(_))) {
            let message = "the toy takes no globals".to_string();
            return Err(Stop::incompatible(global.module, global.name, message));
        }
        let mut exports = Vec::new();
        for name in NAMED {
            exports.push((name.to_string(), self.func(Body::Named(name))));
        }
        for (position, import) in named.into_iter().enumerate() {
            if let Item::Func(func) = &import.item {
                for end in SWALLOWERS {
                    let swallows = self.func(Body::Swallows(func.clone(), end));
                    exports.push((format!("{end} {position}"), swallows));
                }
            }
        }
        Ok(Rc::new(exports))
    }

    fn export(
        &mut self,
        instance: &Self::Instance,
        name: &str,
    ) -> Result<Option<Item<Self>>, Fault> {
        let export = instance.iter().find(|(other, _)| other == name);
        Ok(export.map(|(_, func)| Item::Func(func.clone())))
    }

    fn call(&mut self, func: &ToyFunc, args: &[Val<Self>]) -> Result<Vec<Val<Self>>, Stop<Self>> {
        let host = match &func.body {
            Body::Named("seven") => return Ok(vec![Val::I32(7)]),
            Body::Named("wrong type") => return Ok(vec![Val::I64(7)]),
            Body::Named("struct") => return Ok(vec![Val::Struct(Rc::new(5))]),
            Body::Named("throws wrong") => {
                let tag = Rc::new(FuncType::new([ValType::I32], []));
                return Err(Stop::Threw(tag, vec![Val::F64(0)]));
            }
            Body::Named(name) => panic!("the toy {name}"),
            Body::Swallows(callee, end) => {
                let _ = self.call(callee, args);
                return match *end {
                    "divides" => Err(Stop::Trapped(Trap::new(TrapKind::IntegerDivideByZero))),
                    "breaks" => Err(Stop::Fault(Fault::internal("the engine broke"))),
                    _ => Ok(vec![]),
                };
            }
            Body::Host(_, host) => host,
        };
        match host.called(args) {
            Deed::Return(values) => Ok(values),
            // The toy's only kind of error has a message.
            Deed::Trap(words) => Err(Stop::Fault(Fault::internal(format!("error: {words}")))),
            Deed::Throw(tag, values) => Err(Stop::Threw(tag, values)),
            Deed::Call(callee, depth) => {
                let ended = self.call(&callee, args);
                *func.kept.borrow_mut() = Some(depth);
                ended.map_err(|stop| Stop::Fault(Fault::internal(host.ends(stop))))
            }
        }
    }

    fn item_type(&mut self, item: &Item<Self>) -> Result<ExternType, Fault> {
        let structref = RefType { nullable: true, heap: HeapType::Struct };
        Ok(match item {
            Item::Func(func) => ExternType::Func(match &func.body {
                Body::Named("struct") => FuncType::new([], [ValType::Ref(structref)]),
                Body::Named(_) => FuncType::new([], [ValType::I32]),
                Body::Swallows(..) => FuncType::default(),
                Body::Host(ty, _) => ty.clone(),
            }),
            Item::Global(global) => ExternType::Global(global.0),
            Item::Memory(ty) => ExternType::Memory(**ty),
            Item::Tag(ty) => ExternType::Tag((**ty).clone()),
            Item::Table(element) => ExternType::Table(TableType {
                element: **element,
                minimum: 0,
                maximum: None,
                table64: false,
            }),
        })
    }

    fn lift(value: &Val<Self>) -> Result<Val<Self>, Fault> {
        Ok(value.clone())
    }

    fn lower(value: Val<Self>) -> Result<Val<Self>, Fault> {
        Ok(value)
    }

    fn external(&mut self, number: u32) -> Result<Rc<u32>, Fault> {
        note(&self.log, "host value");
        Ok(Rc::new(number))
    }

    /// Loses the number 13.
    fn number(&mut self, external: &Rc<u32>) -> Option<u32> {
        Some(**external).filter(|number| *number != 13)
    }

    fn host_func(&mut self, ty: &FuncType, host: Host<Self>) -> Result<ToyFunc, Fault> {
        Ok(self.func(Body::Host(ty.clone(), host)))
    }

    /// Compares functions and globals: it is only asked about items of one kind.
    fn same_item(&mut self, a: &Item<Self>, b: &Item<Self>) -> Result<bool, Fault> {
        match (a, b) {
            (Item::Func(a), Item::Func(b)) => Ok(Rc::ptr_eq(a, b)),
            (Item::Global(a), Item::Global(b)) => Ok(Rc::ptr_eq(a, b)),
            _ => panic!("two items of different kinds"),
        }
    }

    fn same_object(&mut self, a: &Rc<u32>, b: &Rc<u32>) -> Result<bool, Fault> {
        Ok(Rc::ptr_eq(a, b))
    }

    fn global_new(&mut self, ty: GlobalType, value: Val<Self>) -> Result<Self::Global, Fault> {
        Ok(Rc::new((ty, value)))
    }

    /// Returns wrong floats.
    fn global_get(&mut self, global: &Self::Global) -> Result<Val<Self>, Fault> {
        Ok(if global.0.content == ValType::F32 { Val::I32(1) } else { global.1.clone() })
    }

    fn global_set(&mut self, _: &Self::Global, _: Val<Self>) -> Result<(), Fault> {
        Ok(())
    }

    fn table_new(&mut self, ty: TableType, _: Val<Self>) -> Result<Rc<RefType>, Fault> {
        Ok(Rc::new(ty.element))
    }

    /// Returns a host value, whatever the table has.
    fn table_get(&mut self, _: &Rc<RefType>, _: u64) -> Result<Val<Self>, Fault> {
        Ok(Val::Extern(Rc::new(1)))
    }

    fn table_size(&mut self, _: &Rc<RefType>) -> Result<u64, Fault> {
        Ok(1)
    }

    fn memory_new(&mut self, ty: MemoryType) -> Result<Rc<MemoryType>, Fault> {
        Ok(Rc::new(ty))
    }

    /// Claims one page of growth.
    fn memory_size(&mut self, memory: &Rc<MemoryType>) -> Result<u64, Fault> {
        Ok(memory.minimum + 1)
    }

    /// Returns one page, whatever the memory's size.
    fn memory_bytes(&mut self, _: &Rc<MemoryType>) -> Result<&mut [u8], Fault> {
        Ok(&mut self.page)
    }

    fn tag_new(&mut self, ty: &FuncType) -> Result<Rc<FuncType>, Fault> {
        Ok(Rc::new(ty.clone()))
    }
}

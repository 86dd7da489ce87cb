//! Random graphs of instances, tables, globals and host functions: after a collection, objects that
//! a handle reaches work, and all others are gone.

mod support;

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use support::*;
use wassay_engine::{
    Extern, Fault, Func, Global, GlobalType, Hierarchy, HostAction, Instance, Instantiated,
    MemoryType, Ref, RefType, Table, TableType, ValType, Value,
};
use wassay_runtime::artifact::index::*;
use wassay_runtime::artifact::module::*;
use wassay_runtime::artifact::types::ExternIndex;
use wassay_runtime::*;

const SLOTS: u64 = 3;

/// A step; its numbers are taken modulo the number of candidates.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Creates an instance that calls this function and imports a memory of its own, whose handle
    /// is dropped.
    Instance {
        callee: usize,
    },
    /// Creates a host function that calls this function.
    HostCall {
        callee: usize,
    },
    /// Creates a host function that returns a number.
    HostReturn,
    HostTable,
    SetTable {
        table: usize,
        at: u64,
        func: usize,
    },
    ClearTable {
        table: usize,
        at: u64,
    },
    SetGlobal {
        global: usize,
        func: usize,
    },
    Drop {
        handle: usize,
    },
    Collect,
}

fn step() -> impl Strategy<Value = Step> {
    let any = || 0..1000_usize;
    prop_oneof![
        4 => any().prop_map(|callee| Step::Instance { callee }),
        1 => any().prop_map(|callee| Step::HostCall { callee }),
        1 => Just(Step::HostReturn),
        1 => Just(Step::HostTable),
        4 => (any(), 0..SLOTS, any())
            .prop_map(|(table, at, func)| Step::SetTable { table, at, func }),
        1 => (any(), 0..SLOTS).prop_map(|(table, at)| Step::ClearTable { table, at }),
        3 => (any(), any()).prop_map(|(global, func)| Step::SetGlobal { global, func }),
        12 => any().prop_map(|handle| Step::Drop { handle }),
        2 => Just(Step::Collect),
    ]
}

/// An object of the model, by its number.
type Node = usize;

/// The expected graph, computed without the store.
#[derive(Default)]
struct Model {
    kinds: Vec<Kind>,
    edges: BTreeMap<Node, Vec<Option<Node>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Instance,
    Host,
    Table,
    Global,
}

impl Model {
    fn add(&mut self, kind: Kind, edges: &[Option<Node>]) -> Node {
        self.kinds.push(kind);
        self.edges.insert(self.kinds.len() - 1, edges.to_vec());
        self.kinds.len() - 1
    }

    /// All objects that these reach.
    fn reachable(&self, roots: impl Iterator<Item = Node>) -> BTreeSet<Node> {
        let (mut found, mut pending) = (BTreeSet::new(), roots.collect::<Vec<_>>());
        while let Some(node) = pending.pop() {
            if found.insert(node) {
                pending.extend(self.edges[&node].iter().flatten());
            }
        }
        found
    }
}

/// A handle that the host holds, and the objects that it reaches.
#[derive(Clone, Copy, Debug)]
enum Held {
    Instance(Instance, Node),
    /// A function, and its result when it is called with 0.
    Func(Func, Node, u32),
    Table(Table, Node),
    Global(Global, Node),
}

impl Held {
    fn node(self) -> Node {
        match self {
            Held::Instance(_, node)
            | Held::Func(_, node, _)
            | Held::Table(_, node)
            | Held::Global(_, node) => node,
        }
    }
}

struct World {
    store: Store,
    module: Arc<LoadedModule>,
    model: Model,
    held: Vec<Held>,
    /// The result of each instance and host function when it is called with 0.
    results: BTreeMap<Node, u32>,
    /// Handles that were dropped.
    stale: Vec<Held>,
}

/// `module` with a table and a global of functions, both exported; its `load` reads its memory.
fn extended() -> Module {
    let export = |name: &str, item| Export { name: name.to_string(), item };
    let mut module = module();
    let element = RefType::FUNC;
    module.tables.push(TableType { element, minimum: SLOTS, maximum: None, table64: false });
    module.table_inits.push(None);
    module.globals.push(GlobalType { content: ValType::FUNCREF, mutable: true });
    module.global_inits.push(ConstExpr(vec![ConstOp::RefFunc(FuncIndex(0))]));
    module.exports.push(export("table", ExternIndex::Table(TableIndex(0))));
    module.exports.push(export("global", ExternIndex::Global(GlobalIndex(0))));
    module
}

impl World {
    fn new(eager: bool) -> World {
        let runtime = runtime();
        let module = runtime.load(Vouched::by_caller(artifact(&extended()))).unwrap();
        let mut store = Store::new(&runtime);
        if eager {
            store.collect_eagerly();
        }
        let (model, results) = (Model::default(), BTreeMap::new());
        let mut world = World { store, module, model, held: vec![], results, stale: vec![] };
        world.host(HostAction::Return(vec![Value::I32(5)]), None, 5);
        world
    }

    fn funcs(&self) -> Vec<(Func, Node, u32)> {
        let func = |held: &Held| match *held {
            Held::Func(func, node, result) => Some((func, node, result)),
            _ => None,
        };
        self.held.iter().filter_map(func).collect()
    }

    fn tables(&self) -> Vec<(Table, Node)> {
        let table = |held: &Held| match *held {
            Held::Table(table, node) => Some((table, node)),
            _ => None,
        };
        self.held.iter().filter_map(table).collect()
    }

    fn globals(&self) -> Vec<(Global, Node)> {
        let global = |held: &Held| match *held {
            Held::Global(global, node) => Some((global, node)),
            _ => None,
        };
        self.held.iter().filter_map(global).collect()
    }

    fn host(&mut self, action: HostAction, callee: Option<Node>, result: u32) {
        let func = self.store.host_func(&func_type(), action).unwrap();
        let node = self.model.add(Kind::Host, &[callee]);
        self.results.insert(node, result);
        self.held.push(Held::Func(func, node, result));
    }

    fn step(&mut self, step: Step) {
        let funcs = self.funcs();
        let func = |at: usize| (!funcs.is_empty()).then(|| funcs[at % funcs.len()]);
        let (tables, globals) = (self.tables(), self.globals());
        match step {
            Step::Instance { callee } => {
                if let Some((callee, node, _)) = func(callee) {
                    self.instantiate(callee, node);
                }
            }
            Step::HostCall { callee } => {
                if let Some((callee, node, result)) = func(callee) {
                    self.host(HostAction::Call(callee), Some(node), result);
                }
            }
            Step::HostReturn => {
                let result = 100 + self.model.kinds.len() as u32;
                self.host(HostAction::Return(vec![Value::I32(result)]), None, result);
            }
            Step::HostTable => {
                let ty = TableType {
                    element: RefType::FUNC,
                    minimum: SLOTS,
                    maximum: None,
                    table64: false,
                };
                let table = self.store.table_new(ty, Ref::Null(Hierarchy::Func)).unwrap();
                let node = self.model.add(Kind::Table, &[None; SLOTS as usize]);
                self.held.push(Held::Table(table, node));
            }
            Step::SetTable { table, at, func: callee } if !tables.is_empty() => {
                let (table, node) = tables[table % tables.len()];
                if let Some((callee, to, _)) = func(callee) {
                    assert_eq!(self.store.table_set(table, at, Ref::Func(callee)), Ok(true));
                    self.model.edges.get_mut(&node).unwrap()[at as usize] = Some(to);
                }
            }
            Step::ClearTable { table, at } if !tables.is_empty() => {
                let (table, node) = tables[table % tables.len()];
                let null = Ref::Null(Hierarchy::Func);
                assert_eq!(self.store.table_set(table, at, null), Ok(true));
                self.model.edges.get_mut(&node).unwrap()[at as usize] = None;
            }
            Step::SetGlobal { global, func: callee } if !globals.is_empty() => {
                let (global, node) = globals[global % globals.len()];
                if let Some((callee, to, _)) = func(callee) {
                    self.store.global_set(global, Value::Ref(Ref::Func(callee))).unwrap();
                    self.model.edges.insert(node, vec![Some(to)]);
                }
            }
            Step::SetTable { .. } | Step::ClearTable { .. } | Step::SetGlobal { .. } => {}
            Step::Drop { handle } if !self.held.is_empty() => {
                let held = self.held.swap_remove(handle % self.held.len());
                self.give_up(held).unwrap();
                self.stale.push(held);
            }
            Step::Drop { .. } => {}
            Step::Collect => self.collect(),
        }
    }

    fn instantiate(&mut self, callee: Func, to: Node) {
        let result = 1000 + self.model.kinds.len() as u32;
        let memory = self.store.memory_new(MemoryType::new(1, Some(4))).unwrap();
        self.store.memory_write(memory, 0, &result.to_le_bytes()).unwrap();
        let imports = [Extern::Func(callee), Extern::Memory(memory)];
        let instance = match self.store.instantiate(&self.module, &imports).unwrap() {
            Instantiated::Ready(instance) => instance,
            other => panic!("{other:?}"),
        };
        self.store.drop_extern(Extern::Memory(memory)).unwrap();
        let table = self.model.add(Kind::Table, &[None; SLOTS as usize]);
        let global = self.model.add(Kind::Global, &[Some(to)]);
        let node = self.model.add(Kind::Instance, &[Some(to), Some(table), Some(global)]);
        self.results.insert(node, result);
        self.held.push(Held::Instance(instance, node));
        for name in ["load", "table", "global"] {
            self.held.push(match self.store.export(instance, name).unwrap() {
                Some(Extern::Func(func)) => Held::Func(func, node, result),
                Some(Extern::Table(handle)) => Held::Table(handle, table),
                Some(Extern::Global(handle)) => Held::Global(handle, global),
                other => panic!("{other:?}"),
            });
        }
    }

    fn give_up(&mut self, held: Held) -> Result<(), Fault> {
        match held {
            Held::Instance(instance, _) => self.store.drop_instance(instance),
            Held::Func(func, ..) => self.store.drop_ref(Ref::Func(func)),
            Held::Table(table, _) => self.store.drop_extern(Extern::Table(table)),
            Held::Global(global, _) => self.store.drop_extern(Extern::Global(global)),
        }
    }

    /// Collects, and compares the remaining objects with the model.
    fn collect(&mut self) {
        self.store.collect().unwrap();
        let left = self.model.reachable(self.held.iter().map(|held| held.node()));
        let count = |kind| left.iter().filter(|node| self.model.kinds[**node] == kind).count();
        let instances = count(Kind::Instance);
        let wanted = Population {
            instances,
            host_funcs: count(Kind::Host),
            tables: count(Kind::Table),
            memories: instances,
            globals: count(Kind::Global),
            ..Population::default()
        };
        assert_eq!(self.store.population(), wanted);
        self.everything_works();
    }

    fn works(&mut self, func: Func, node: Node) {
        // A host function that calls another one returns the callee's result.
        let outcome = self.store.call(func, &[Value::I32(0)]).unwrap();
        assert_eq!(outcome, returned(self.results[&node]));
    }

    fn everything_works(&mut self) {
        for held in self.held.clone() {
            match held {
                Held::Instance(instance, _) => {
                    let load = self.store.export(instance, "load").unwrap().unwrap();
                    let Extern::Func(func) = load else { panic!("{load:?}") };
                    self.works(func, held.node());
                    self.store.drop_extern(load).unwrap();
                }
                Held::Func(func, node, _) => self.works(func, node),
                Held::Table(table, node) => {
                    for at in 0..SLOTS {
                        let element = self.store.table_get(table, at).unwrap().unwrap();
                        self.leads_to(element, self.model.edges[&node][at as usize]);
                    }
                }
                Held::Global(global, node) => match self.store.global_get(global).unwrap() {
                    Value::Ref(reference) => self.leads_to(reference, self.model.edges[&node][0]),
                    other => panic!("{other}"),
                },
            }
        }
        for stale in self.stale.clone() {
            assert!(matches!(self.give_up(stale), Err(Fault::Dropped(_))), "{stale:?}");
        }
        self.store.take_host_calls();
    }

    fn leads_to(&mut self, reference: Ref, node: Option<Node>) {
        match (reference, node) {
            (Ref::Null(_), None) => {}
            (Ref::Func(func), Some(node)) => self.works(func, node),
            other => panic!("{other:?}"),
        }
        self.store.drop_ref(reference).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn reachable_objects_work_and_all_others_are_freed(
        steps in proptest::collection::vec(step(), 1..80),
        eager in any::<bool>(),
    ) {
        let mut world = World::new(eager);
        steps.into_iter().for_each(|step| world.step(step));
        world.collect();
        while let Some(held) = world.held.pop() {
            world.give_up(held).unwrap();
        }
        world.collect();
    }
}

//! Random operations on host values: what a table, a global or a host function holds reads as it
//! was stored, whenever a collection comes, and what nothing holds is forgotten.

mod support;

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use support::*;
use wassay_engine::{
    Extern, Func, FuncType, Global, GlobalType, Hierarchy, HostAction, Outcome, Ref, RefType,
    Table, TableType, ValType, Value,
};
use wassay_runtime::Store;

/// What can be done; handles are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Table {
        init: u32,
    },
    Global {
        value: u32,
    },
    /// A host function that returns a value.
    Source {
        value: u32,
    },
    Set {
        handle: usize,
        at: usize,
        value: u32,
    },
    Clear {
        handle: usize,
        at: usize,
    },
    Grow {
        handle: usize,
        init: u32,
    },
    Drop {
        handle: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (handle, value, at) = (|| 0..1000_usize, || 0..20_u32, || 0..4_usize);
    prop_oneof![
        value().prop_map(|init| Step::Table { init }),
        value().prop_map(|value| Step::Global { value }),
        value().prop_map(|value| Step::Source { value }),
        (handle(), at(), value()).prop_map(|(handle, at, value)| Step::Set { handle, at, value }),
        (handle(), at()).prop_map(|(handle, at)| Step::Clear { handle, at }),
        (handle(), value()).prop_map(|(handle, init)| Step::Grow { handle, init }),
        handle().prop_map(|handle| Step::Drop { handle }),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Holder {
    Table(Table),
    Global(Global),
    Source(Func),
}

const NULL: Ref = Ref::Null(Hierarchy::Extern);

struct World {
    store: Store,
    /// What each holds; `None` for null.
    holders: Vec<(Holder, Vec<Option<u32>>)>,
}

impl World {
    fn new(eager: bool) -> World {
        let mut store = Store::new(&runtime());
        if eager {
            store.collect_eagerly();
        }
        World { store, holders: Vec::new() }
    }

    fn step(&mut self, step: Step) {
        let store = &mut self.store;
        match step {
            Step::Table { init } => {
                let table = store.table_new(table_type(2), Ref::Extern(init)).unwrap();
                self.holders.push((Holder::Table(table), vec![Some(init); 2]));
            }
            Step::Global { value } => {
                let ty = GlobalType { content: ValType::EXTERNREF, mutable: true };
                let global = store.global_new(ty, Value::Ref(Ref::Extern(value))).unwrap();
                self.holders.push((Holder::Global(global), vec![Some(value)]));
            }
            Step::Source { value } => {
                let ty = FuncType::new([], [ValType::EXTERNREF]);
                let action = HostAction::Return(vec![Value::Ref(Ref::Extern(value))]);
                let func = store.host_func(&ty, action).unwrap();
                self.holders.push((Holder::Source(func), vec![Some(value)]));
            }
            Step::Set { handle, at, value } => self.set(handle, at, Some(value)),
            Step::Clear { handle, at } => self.set(handle, at, None),
            Step::Grow { handle, init } => {
                let Some((Holder::Table(table), held)) = self.holder(handle) else { return };
                let old = held.len() as u64;
                held.push(Some(init));
                let table = *table;
                assert_eq!(self.store.table_grow(table, 1, Ref::Extern(init)), Ok(Some(old)));
            }
            Step::Drop { handle } if !self.holders.is_empty() => {
                let (holder, _) = self.holders.swap_remove(handle % self.holders.len());
                let item = match holder {
                    Holder::Table(table) => Extern::Table(table),
                    Holder::Global(global) => Extern::Global(global),
                    Holder::Source(func) => Extern::Func(func),
                };
                store.drop_extern(item).unwrap();
            }
            Step::Drop { .. } => {}
        }
    }

    fn holder(&mut self, at: usize) -> Option<&mut (Holder, Vec<Option<u32>>)> {
        let count = self.holders.len();
        (count > 0).then(|| &mut self.holders[at % count])
    }

    fn set(&mut self, handle: usize, at: usize, value: Option<u32>) {
        let Some((holder, held)) = self.holder(handle) else { return };
        let holder = *holder;
        let reference = value.map_or(NULL, Ref::Extern);
        match holder {
            Holder::Table(table) => {
                let inside = held.get_mut(at).map(|place| *place = value).is_some();
                assert_eq!(self.store.table_set(table, at as u64, reference), Ok(inside));
            }
            Holder::Global(global) => {
                held[0] = value;
                self.store.global_set(global, Value::Ref(reference)).unwrap();
            }
            Holder::Source(_) => {}
        }
    }

    /// Reads everything.
    fn everything_is_there(&mut self) {
        let store = &mut self.store;
        for (holder, held) in &self.holders {
            let read: Vec<Value> = match *holder {
                Holder::Table(table) => {
                    let read = |at| store.table_get(table, at as u64).unwrap().unwrap();
                    (0..held.len()).map(read).map(Value::Ref).collect()
                }
                Holder::Global(global) => vec![store.global_get(global).unwrap()],
                Holder::Source(func) => match store.call(func, &[]).unwrap() {
                    Outcome::Returned(values) => values,
                    other => panic!("{other:?}"),
                },
            };
            let wanted: Vec<Value> =
                held.iter().map(|value| Value::Ref(value.map_or(NULL, Ref::Extern))).collect();
            assert_eq!(read, wanted, "{holder:?}");
        }
        store.take_host_calls();
    }

    /// Collects; what is held is all that is left.
    fn collect(&mut self) {
        self.store.collect().unwrap();
        let held: BTreeSet<u32> =
            self.holders.iter().flat_map(|(_, held)| held.iter().flatten().copied()).collect();
        assert_eq!(self.store.population().host_values, held.len());
        self.everything_is_there();
    }
}

fn table_type(minimum: u64) -> TableType<wassay_engine::DefinedType> {
    TableType { element: RefType::EXTERN, minimum, maximum: None, table64: false }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn held_values_stay_and_all_others_are_freed(
        steps in proptest::collection::vec(step(), 1..60),
        eager in any::<bool>(),
    ) {
        let mut world = World::new(eager);
        for step in steps {
            world.step(step);
            world.everything_is_there();
        }
        world.collect();
    }
}

/// No handle is given up in these rounds, and nothing asks for a collection.
#[test]
fn unreferenced_values_are_freed() {
    let mut store = Store::new(&runtime());
    let table = store.table_new(table_type(10), NULL).unwrap();
    let ty = GlobalType { content: ValType::EXTERNREF, mutable: true };
    let global = store.global_new(ty, Value::Ref(NULL)).unwrap();
    let mut most: BTreeMap<&str, usize> = BTreeMap::new();
    for round in 0..10_000_u32 {
        let value = Ref::Extern(round);
        let what = if round % 2 == 0 {
            assert_eq!(store.table_set(table, u64::from(round / 2 % 10), value), Ok(true));
            "table"
        } else {
            store.global_set(global, Value::Ref(value)).unwrap();
            "global"
        };
        let count = store.population().host_values;
        most.entry(what).and_modify(|most| *most = count.max(*most)).or_default();
    }
    assert!(most.values().all(|most| *most < 200), "{most:?}");
}

/// A function reference that is overwritten may have been all that led to an instance or a host
/// function.
#[test]
fn objects_of_overwritten_references_are_freed() {
    let mut store = Store::new(&runtime());
    let element = RefType::FUNC;
    let ty = TableType { element, ..table_type(2_000) };
    let table = store.table_new(ty, Ref::Null(Hierarchy::Func)).unwrap();
    for at in 0..2_000 {
        let action = HostAction::Return(vec![Value::I32(at as u32)]);
        let func = store.host_func(&func_type(), action).unwrap();
        store.table_set(table, at, Ref::Func(func)).unwrap();
        store.drop_extern(Extern::Func(func)).unwrap();
    }
    assert_eq!(store.population().host_funcs, 2_000);
    for at in 0..2_000 {
        store.table_set(table, at, Ref::Null(Hierarchy::Func)).unwrap();
    }
    assert!(store.population().host_funcs < 200, "{:?}", store.population());
}

//! The functions of a store, by address. A `funcref` of tinywasm is an address, but a call and an
//! import need the handle, which tinywasm makes only from an instance and an index. So every
//! function of every instance is recorded. Calls nothing.

use crate::types::lift_func;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use tinywasm::{Function, Module, ModuleInstance, Store};
use wassay_engine::{Fault, FuncType};

/// A function's place in its store.
pub type Address = u32;

/// All functions of a store. The store and its host functions share them.
#[derive(Clone, Default)]
pub struct Functions(Rc<RefCell<HashMap<Address, (Function, FuncType)>>>);

impl Functions {
    /// Records the functions of an instance, imported ones included.
    pub fn add_all(
        &self,
        store: &Store,
        module: &Module,
        instance: &ModuleInstance,
    ) -> Result<(), Fault> {
        for (index, ty) in (0..).zip(&*module.func_type_idxs) {
            let function = instance.func_by_index(store, index).map_err(Fault::of)?;
            let ty = module.func_types.get(*ty as usize);
            let ty = ty.ok_or_else(|| Fault::internal("a function without a type"))?;
            self.add(function, lift_func(ty)?)?;
        }
        Ok(())
    }

    /// Records a function, unless it is recorded already, and returns its address.
    pub fn add(&self, function: Function, ty: FuncType) -> Result<Address, Fault> {
        let address = address(&function)?;
        self.0.borrow_mut().entry(address).or_insert((function, ty));
        Ok(address)
    }

    /// The handle of a function.
    pub fn handle(&self, address: Address) -> Result<Function, Fault> {
        self.get(address, |(function, _)| function.clone())
    }

    /// The type of a function.
    pub fn ty(&self, address: Address) -> Result<FuncType, Fault> {
        self.get(address, |(_, ty)| ty.clone())
    }

    fn get<T>(
        &self,
        address: Address,
        part: impl FnOnce(&(Function, FuncType)) -> T,
    ) -> Result<T, Fault> {
        self.0.borrow().get(&address).map(part).ok_or_else(|| {
            Fault::Internal(format!("no instance has a function at the address {address}"))
        })
    }
}

/// The address of a function, which tinywasm shows in its debug form only:
/// `Function { item: StoreItem { store_id: 0, addr: 7 }, ...`.
fn address(function: &Function) -> Result<Address, Fault> {
    let text = format!("{function:?}");
    let number = text.split_once(", addr: ").and_then(|(_, rest)| {
        let end = rest.find(|at: char| !at.is_ascii_digit())?;
        rest[..end].parse().ok()
    });
    number.ok_or_else(|| Fault::Internal(format!("a function without an address: {text}")))
}

//! Loads of the data that the VM keeps for generated code, with the flags that tell the optimizer
//! how far it may move them.
//!
//! `can_move` allows a load to run anywhere that its address is known, above any check or branch
//! that precedes it in the program; `readonly` allows it to move over stores and calls. Each needs
//! a proof of its own, and each proof is a type:
//!
//! - [`Fixed`] is an address that is valid from the function's entry to its return: the VM context,
//!   and everything reached from it through constant fields. Any other address, such as a function
//!   reference or a table element, is valid only after a check, and a load from it never carries
//!   `can_move`.
//! - [`ConstantField`] is a field that never changes; the ABI declares it where it places the
//!   field. A load of a [`MutableField`] never carries `readonly`.
//!
//! Only this file sets the two flags, and only this file creates a `Fixed`. The tests of `shape`
//! check the rule on addresses in the CLIF of every family of operators.

use super::known::Key;
use super::signature::POINTER;
use super::state::{Translator, trap_code};
use cranelift_codegen::ir::{
    AliasRegion, AliasRegionData, Block, Function, GlobalValueData, InstBuilder, MemFlagsData,
    Type, Value,
};
use cranelift_frontend::FunctionBuilder;
use std::borrow::Cow;
use wassay_artifact::abi::{ConstantField, MutableField, TrapCode, store_context, vmctx};
use wassay_artifact::fault::Fault;

/// Regions of memory that generated code can distinguish. They are few and coarse, since a function
/// can hold only a limited number of different memory flags.
#[derive(Clone, Copy)]
pub(crate) enum Region {
    /// Linear memories.
    Memory,
    /// The VM context, the store context, and definitions of memories and tables.
    Context,
    /// Elements of tables.
    Table,
    /// Cells of globals.
    Global,
}

/// The alias regions of one function, by [`Region`].
pub(super) struct Regions([AliasRegion; 4]);

impl Regions {
    pub fn declare(func: &mut Function) -> Regions {
        let mut user_id = 0;
        Regions(["memory", "context", "table", "global"].map(|name| {
            user_id += 1;
            let description = Cow::Borrowed(name);
            func.dfg.alias_regions.insert(AliasRegionData { user_id, description })
        }))
    }

    /// Flags for an access to this region that cannot trap at its position.
    fn flags(&self, region: Region) -> MemFlagsData {
        MemFlagsData::trusted().with_alias_region(Some(self.0[region as usize]))
    }
}

/// Flags for a load of a constant field from a fixed address.
fn constant() -> MemFlagsData {
    MemFlagsData::trusted().with_readonly().with_can_move()
}

/// Makes the function trap before its frame would cross the store's stack limit, which changes
/// between calls.
pub(super) fn limit_stack(func: &mut Function, regions: &Regions) {
    let vmctx = func.create_global_value(GlobalValueData::VMContext);
    let mut load = |base, offset: i32, flags| {
        let flags = func.dfg.mem_flags.insert(flags).expect("the first flags of a function fit");
        let (offset, global_type) = (offset.into(), POINTER);
        func.create_global_value(GlobalValueData::Load { base, offset, global_type, flags })
    };
    let store = load(vmctx, vmctx::STORE.offset(), constant());
    let limit = store_context::STACK_LIMIT.offset();
    let limit = load(store, limit, regions.flags(Region::Context));
    func.stack_limit = Some(limit);
}

/// A pointer that is valid for the whole activation: no check guards its target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fixed(Value);

impl Fixed {
    /// The VM context, a function's first parameter.
    pub(super) fn vmctx(builder: &FunctionBuilder<'_>, entry: Block) -> Fixed {
        Fixed(builder.block_params(entry)[0])
    }

    pub fn value(self) -> Value {
        self.0
    }
}

/// A function reference from a table, a global, a parameter or any other place that wasm can write.
pub(crate) struct FuncRef {
    reference: Value,
    /// The trap code of the next load if the reference is null; `None` after a load has checked it.
    null: Option<TrapCode>,
}

impl FuncRef {
    /// A reference that may be null. If it is, its first load traps with this code.
    pub fn nullable(reference: Value, null: TrapCode) -> FuncRef {
        FuncRef { reference, null: Some(null) }
    }
}

impl Translator<'_> {
    /// Flags for an access to this region that cannot trap at its position.
    pub fn flags(&self, region: Region) -> MemFlagsData {
        self.regions.flags(region)
    }

    pub fn region(&self, region: Region) -> AliasRegion {
        self.regions.0[region as usize]
    }

    /// Loads a constant field, unless every path to here has loaded it.
    pub fn load_constant(&mut self, ty: Type, base: Fixed, field: ConstantField) -> Value {
        self.once(Key::field(base.0, field, ty), |ins| {
            ins.load(ty, constant(), base.0, field.offset())
        })
    }

    /// Loads a constant field that points to something that lives as long as the structure.
    pub fn load_fixed(&mut self, base: Fixed, field: ConstantField) -> Fixed {
        Fixed(self.load_constant(POINTER, base, field))
    }

    /// Loads a field that may change.
    pub fn load_mutable(&mut self, ty: Type, base: Fixed, field: MutableField) -> Value {
        let flags = self.flags(Region::Context);
        self.ins().load(ty, flags, base.0, field.offset())
    }

    /// Loads a field of a function reference; all its fields are constant. The first load is the
    /// null check: the page at address 0 is not mapped, and all fields are in it.
    pub fn load_func_ref(&mut self, ty: Type, from: &mut FuncRef, field: ConstantField) -> Value {
        let null = from.null.take().map(trap_code);
        if Fault::HoistedReferenceLoad.is_seeded() {
            if let Some(code) = null {
                self.ins().trapz(from.reference, code);
            }
            return self.load_constant(ty, Fixed(from.reference), field);
        }
        let flags = MemFlagsData::trusted().with_readonly().with_trap_code(null);
        self.ins().load(ty, flags, from.reference, field.offset())
    }
}

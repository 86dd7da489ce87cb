//! The structures that generated code reads and writes, as Rust types whose layouts are checked
//! against `wassay_artifact::abi`.

use crate::fault::HardwareFault;
use std::alloc::Layout;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicU64;
use wassay_artifact::abi::{self, AbiType, ConstantField, VALUE_SIZE};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::types::CanonicalType;

/// A store's part of the context: first the fields that generated code uses, then the runtime's
/// own.
#[repr(C)]
pub(crate) struct StoreContext {
    pub stack_limit: u64,
    pub exit_fp: u64,
    pub exit_pc: u64,
    pub resume_pc: u64,
    pub resume_sp: u64,
    pub resume_fp: u64,
    pub resume_payload: [u64; 2],
    pub interrupt: AtomicU64,
    pub heap_base: u64,
    pub heap_next: u32,
    pub heap_end: u32,
    reserved: [u64; 5],
    /// The store that owns this context; this layer does not know its type.
    pub store: *mut c_void,
    /// The innermost activation of this store, or null.
    pub activation: *const Activation,
    /// Written by the signal handler, read after the activation has been left.
    pub fault: HardwareFault,
}

const _: () = {
    use abi::store_context as at;
    assert!(offset_of!(StoreContext, stack_limit) == at::STACK_LIMIT.offset() as usize);
    assert!(offset_of!(StoreContext, exit_fp) == at::EXIT_FP.offset() as usize);
    assert!(offset_of!(StoreContext, exit_pc) == at::EXIT_PC.offset() as usize);
    assert!(offset_of!(StoreContext, resume_pc) == at::RESUME_PC.offset() as usize);
    assert!(offset_of!(StoreContext, resume_sp) == at::RESUME_SP.offset() as usize);
    assert!(offset_of!(StoreContext, resume_fp) == at::RESUME_FP.offset() as usize);
    assert!(offset_of!(StoreContext, resume_payload) == at::RESUME_PAYLOAD.offset() as usize);
    assert!(offset_of!(StoreContext, interrupt) == at::INTERRUPT.offset() as usize);
    assert!(offset_of!(StoreContext, heap_base) == at::HEAP_BASE.offset() as usize);
    assert!(offset_of!(StoreContext, heap_next) == at::HEAP_NEXT.offset() as usize);
    assert!(offset_of!(StoreContext, heap_end) == at::HEAP_END.offset() as usize);
    assert!(offset_of!(StoreContext, store) == at::SIZE as usize);
    // The naked functions store these two as a pair.
    assert!(at::EXIT_PC.offset() == at::EXIT_FP.offset() + 8);
};

impl StoreContext {
    /// A context for a store; the caller fills in the store's address.
    pub(crate) fn new() -> StoreContext {
        StoreContext {
            stack_limit: u64::MAX,
            exit_fp: 0,
            exit_pc: 0,
            resume_pc: 0,
            resume_sp: 0,
            resume_fp: 0,
            resume_payload: [0; 2],
            interrupt: AtomicU64::new(0),
            heap_base: 0,
            heap_next: 0,
            heap_end: 0,
            reserved: [0; 5],
            store: ptr::null_mut(),
            activation: ptr::null(),
            fault: HardwareFault::new(),
        }
    }

    /// Only the flag: other threads set it while the rest is in use.
    ///
    /// # Safety
    /// The context must be live for `'a`.
    pub(crate) unsafe fn interrupt_flag<'a>(context: *const StoreContext) -> &'a AtomicU64 {
        // SAFETY: the context is live, as the caller upholds; the reference is to the atomic only.
        unsafe { &(*context).interrupt }
    }
}

// SAFETY: the raw pointers lead to the store and to activations on the stack of the thread that
// uses the store now; the store moves between threads only as a whole and with no activation.
unsafe impl Send for StoreContext {}

/// The saved state of the outer activation: the outer values of the store context.
pub(crate) struct Activation {
    pub outer: *const Activation,
    pub exit_fp: u64,
    pub exit_pc: u64,
    pub resume_fp: u64,
    pub resume_pc: u64,
    pub resume_sp: u64,
    pub stack_limit: u64,
}

/// A function reference. `entry` stays null until the host first calls through it.
#[repr(C)]
pub(crate) struct FuncRef {
    pub code: *const u8,
    pub entry: *const u8,
    pub vmctx: *mut u8,
    pub type_id: u32,
    pub padding: u32,
}

impl FuncRef {
    /// A reference that the host has not called through.
    pub(crate) fn new(code: *const u8, type_id: u32, vmctx: *mut u8) -> FuncRef {
        FuncRef { code, entry: ptr::null(), vmctx, type_id, padding: 0 }
    }
}

const _: () = {
    use abi::func_ref as at;
    assert!(offset_of!(FuncRef, code) == at::CODE.offset() as usize);
    assert!(offset_of!(FuncRef, entry) == at::ENTRY.offset() as usize);
    assert!(offset_of!(FuncRef, vmctx) == at::VMCTX.offset() as usize);
    assert!(offset_of!(FuncRef, type_id) == at::TYPE_ID.offset() as usize);
    assert!(size_of::<FuncRef>() == at::SIZE as usize);
};

impl FuncRef {
    /// The type for linking and for calls by the host, which a seeded fault spares: it puts another
    /// type before indirect calls, and the right one into the padding.
    pub fn own_type(&self) -> CanonicalType {
        match self.padding {
            right @ 1.. if Seeded::ImporterTypeId.is_seeded() => CanonicalType(right - 1),
            _ => CanonicalType(self.type_id),
        }
    }
}

// SAFETY: the pointers lead to code and to a VM context of the same store (or, in it, to the
// runtime's shims); they move between threads only with the store.
unsafe impl Send for FuncRef {}

/// The place of a memory. The length is atomic because other threads grow a shared memory;
/// generated code reads it with plain loads, which on both targets are relaxed atomic loads.
#[repr(C)]
pub(crate) struct MemoryDef {
    pub base: *mut u8,
    pub len: AtomicU64,
}

const _: () = {
    assert!(offset_of!(MemoryDef, base) == abi::memory_def::BASE.offset() as usize);
    assert!(offset_of!(MemoryDef, len) == abi::memory_def::LEN.offset() as usize);
};

// SAFETY: the base leads to a mapping that the same owner holds.
unsafe impl Send for MemoryDef {}
// SAFETY: the base of a shared memory never changes, and its length is atomic; one thread at a time
// uses an unshared memory.
unsafe impl Sync for MemoryDef {}

/// The place of a table.
#[repr(C)]
pub(crate) struct TableDef {
    pub base: *mut u8,
    pub len: u64,
}

const _: () = {
    assert!(offset_of!(TableDef, base) == abi::table_def::BASE.offset() as usize);
    assert!(offset_of!(TableDef, len) == abi::table_def::LEN.offset() as usize);
};

// SAFETY: the base leads to elements that the same table owns.
unsafe impl Send for TableDef {}

/// A global's cell; the value is in the low bytes.
#[repr(C, align(16))]
pub(crate) struct GlobalCell(pub u128);

/// The bits of a slot that a value of this type uses: generated code writes no others.
pub(crate) const fn significant(slot: u128, ty: AbiType) -> u128 {
    match ty {
        AbiType::I32 | AbiType::F32 | AbiType::GcRef => slot as u32 as u128,
        AbiType::I64 | AbiType::F64 | AbiType::FuncRef => slot as u64 as u128,
        AbiType::V128 => slot,
    }
}

const _: () = assert!(size_of::<GlobalCell>() == VALUE_SIZE as usize);
const _: () = assert!(size_of::<u128>() == VALUE_SIZE as usize && align_of::<u128>() == 16);

/// The owner of a VM context, by its place in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContextOwner {
    Instance(u32),
    Host(u32),
}

impl ContextOwner {
    /// Set in the header of a host function's context.
    const HOST: usize = 1 << 32;

    /// The owner of a context.
    ///
    /// # Safety
    /// The context is live.
    pub(crate) unsafe fn of(vmctx: *const u8) -> ContextOwner {
        let at = abi::vmctx::OWNER.offset() as isize;
        // SAFETY: every live context begins with its header, where `VmContext::new` stored the
        // owner.
        let encoded = unsafe { vmctx.offset(at).cast::<usize>().read() };
        match encoded & ContextOwner::HOST {
            0 => ContextOwner::Instance(encoded as u32),
            _ => ContextOwner::Host(encoded as u32),
        }
    }

    const fn encode(self) -> usize {
        match self {
            ContextOwner::Instance(place) => place as usize,
            ContextOwner::Host(place) => place as usize | ContextOwner::HOST,
        }
    }
}

/// What every context begins with.
pub(crate) struct ContextHeader {
    pub store: *mut StoreContext,
    /// The table of routines that generated code calls.
    pub builtins: *const u8,
    pub type_ids: *const u32,
    /// Who owns the context.
    pub owner: ContextOwner,
}

/// The VM context of an instance or a host function.
pub(crate) struct VmContext {
    base: NonNull<u8>,
    layout: Layout,
}

impl VmContext {
    /// A context of `size` bytes with its header filled in, the rest zero.
    pub(crate) fn new(size: u32, header: ContextHeader) -> VmContext {
        let size = size.max(abi::vmctx::HEADER) as usize;
        let layout = Layout::from_size_align(size, 16).expect("a small, aligned size");
        // SAFETY: the layout is not empty.
        let base = unsafe { std::alloc::alloc_zeroed(layout) };
        let Some(base) = NonNull::new(base) else { std::alloc::handle_alloc_error(layout) };
        let mut context = VmContext { base, layout };
        context.fill(header);
        context
    }

    /// Makes it a new context with this header, zero up to `kept`, and unchanged from there on: the
    /// function references, and cells of globals, which every instantiation writes in full.
    pub(crate) fn reset(&mut self, kept: i32, header: ContextHeader) {
        let start = self.address(0, kept as usize);
        // SAFETY: inside the allocation, as `address` checked, and no generated code runs: nobody
        // has the context.
        unsafe { start.write_bytes(0, kept as usize) };
        self.fill(header);
    }

    fn fill(&mut self, header: ContextHeader) {
        let ContextHeader { store, builtins, type_ids, owner } = header;
        self.set_pointer(abi::vmctx::STORE, store.cast());
        self.set_pointer(abi::vmctx::BUILTINS, builtins.cast_mut());
        self.set_pointer(abi::vmctx::TYPE_IDS, type_ids.cast_mut().cast());
        self.set_pointer(abi::vmctx::OWNER, ptr::without_provenance_mut(owner.encode()));
    }

    pub(crate) fn as_ptr(&self) -> *mut u8 {
        self.base.as_ptr()
    }

    /// The address of `len` bytes at this offset.
    ///
    /// # Panics
    /// If they are outside the context.
    pub(crate) fn address(&self, offset: i32, len: usize) -> *mut u8 {
        let offset = usize::try_from(offset).expect("offsets are positive");
        assert!(offset + len <= self.layout.size(), "outside the VM context");
        // SAFETY: inside the allocation, as just checked.
        unsafe { self.base.as_ptr().add(offset) }
    }

    pub(crate) fn set_pointer(&mut self, field: ConstantField, pointer: *mut u8) {
        let at = self.address(field.offset(), 8).cast::<*mut u8>();
        // SAFETY: `address` checked the bounds; contexts are 16-aligned and `abi` places pointers
        // at multiples of 8.
        unsafe { at.write(pointer) };
    }

    pub(crate) fn pointer(&self, field: ConstantField) -> *mut u8 {
        let at = self.address(field.offset(), 8).cast::<*mut u8>();
        // SAFETY: `address` checked the bounds, contexts are 16-aligned and `abi` places pointers
        // at multiples of 8; the bytes were zeroed or written as a pointer.
        unsafe { at.read() }
    }

    pub(crate) fn set_func_ref(&mut self, offset: i32, func: FuncRef) {
        let at = self.address(offset, size_of::<FuncRef>()).cast::<FuncRef>();
        // SAFETY: `address` checked the bounds; contexts are 16-aligned and `abi` places function
        // references at multiples of 8.
        unsafe { at.write(func) };
    }
}

impl Drop for VmContext {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout; the store upholds that no generated code
        // runs any more.
        unsafe { std::alloc::dealloc(self.base.as_ptr(), self.layout) };
    }
}

// SAFETY: a context owns its bytes; the objects that they point to belong to the same store or to
// the runtime, and move between threads only with the store. A module keeps a spare context without
// a store: nobody follows its pointers before `reset`, after which all are written again.
unsafe impl Send for VmContext {}

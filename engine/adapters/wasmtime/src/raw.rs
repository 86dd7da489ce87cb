//! The operations of wasmtime that are `unsafe`: loading a serialized module, access to a shared
//! memory, and the identity of a function. All `unsafe` code of this crate is here.

#![allow(unsafe_code)]

use crate::stored::Intact;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU8, Ordering};
use wasmtime::{AsContextMut, Engine, Func, Module, SharedMemory};

/// Loads what [`Module::serialize`] returned, in this process or in another.
///
/// # Errors
/// wasmtime's, if the module is of another version or configuration.
pub fn load(engine: &Engine, intact: &Intact<'_>) -> wasmtime::Result<Module> {
    // SAFETY: wasmtime requires the unmodified bytes of a serialized module. `Intact` has the digest
    // that `wrap` gave to such bytes. Whoever forges the digest, too, is excluded by the contract of
    // `Engine::deserialize`: the caller is responsible for the origin.
    unsafe { Module::deserialize(engine, intact.bytes()) }
}

/// Reads bytes of a shared memory; false, with nothing read, if any is outside.
pub fn read(memory: &SharedMemory, at: u64, buffer: &mut [u8]) -> bool {
    let Some(cells) = part(memory.data(), at, buffer.len()) else { return false };
    for (byte, cell) in buffer.iter_mut().zip(cells) {
        *byte = atomic(cell).load(Ordering::SeqCst);
    }
    true
}

/// Writes bytes of a shared memory; false, with nothing written, if any is outside.
pub fn write(memory: &SharedMemory, at: u64, bytes: &[u8]) -> bool {
    let Some(cells) = part(memory.data(), at, bytes.len()) else { return false };
    for (byte, cell) in bytes.iter().zip(cells) {
        atomic(cell).store(*byte, Ordering::SeqCst);
    }
    true
}

/// What identifies a function: the address of its code, and that of the state that it was made with.
/// wasmtime's API has no identity of functions. The address of a reference is none, because each
/// instance that imports a function has a reference of its own, with the same code and state.
pub fn identity(func: &Func, store: &mut impl AsContextMut) -> [usize; 2] {
    let raw = func.to_raw(store).cast::<usize>().cast_const();
    // SAFETY: in the version that Cargo.toml pins, this is the address of a `VMFuncRef`, which is
    // valid as long as the store. It is `repr(C)` and has four fields: two pointers to code, a type
    // index, and the pointer to the state. The first and the last are never uninitialized, and have
    // the size and alignment of `usize`. This crate's tests run the contract, whose checks of
    // imported functions fail if the fields change.
    unsafe { [raw.read(), raw.add(3).read()] }
}

fn part(cells: &[UnsafeCell<u8>], at: u64, length: usize) -> Option<&[UnsafeCell<u8>]> {
    cells.get(usize::try_from(at).ok()?..)?.get(..length)
}

fn atomic(cell: &UnsafeCell<u8>) -> &AtomicU8 {
    // SAFETY: the pointer is valid for the lifetime of the reference, a byte is always aligned, and
    // other threads only see a shared memory through wasm, whose accesses do not break Rust's rules,
    // or through this function.
    unsafe { AtomicU8::from_ptr(cell.get()) }
}

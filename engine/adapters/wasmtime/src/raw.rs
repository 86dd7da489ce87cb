//! The operations of wasmtime that are `unsafe`: loading a serialized module, and access to a shared
//! memory. All `unsafe` code of this crate is here.

#![allow(unsafe_code)]

use crate::stored::Intact;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU8, Ordering};
use wasmtime::{Engine, Module, SharedMemory};

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

fn part(cells: &[UnsafeCell<u8>], at: u64, length: usize) -> Option<&[UnsafeCell<u8>]> {
    cells.get(usize::try_from(at).ok()?..)?.get(..length)
}

fn atomic(cell: &UnsafeCell<u8>) -> &AtomicU8 {
    // SAFETY: the pointer is valid for the lifetime of the reference, a byte is always aligned, and
    // other threads only see a shared memory through wasm, whose accesses do not break Rust's rules,
    // or through this function.
    unsafe { AtomicU8::from_ptr(cell.get()) }
}

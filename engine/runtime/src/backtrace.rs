//! Turns the frame pointers of generated code into named frames. Addresses are collected while the
//! frames are alive, if necessary in the signal handler; names are looked up later.

use crate::code::{ImageKind, find, find_on_stack};
use crate::trace::Trace;
use crate::vm::StoreContext;
use wassay_engine::Frame;

/// The address of a faulting instruction and of the calls that led to it; without the calls if
/// `calls` is false. Neither locks nor allocates.
///
/// # Safety
/// `store` is the active store context of this thread, stopped at `pc`. If `calls` is true, `fp` is
/// the frame pointer there. The trace may be the context's own.
pub(crate) unsafe fn capture_fault(
    store: *const StoreContext,
    trace: &mut Trace,
    pc: usize,
    fp: usize,
    calls: bool,
) {
    trace.begin_at_fault();
    if trace.push(pc) && calls {
        // SAFETY: the caller promises that the store is active and stopped at this frame.
        unsafe { walk(store, fp as u64, trace) };
    }
}

/// The addresses from which this thread's generated code called a builtin.
///
/// # Safety
/// `store` is the active store context of this thread, and one of its builtins is running.
pub(crate) unsafe fn capture(store: *const StoreContext) -> Trace {
    let mut trace = Trace::new();
    // SAFETY: the store context is active, by the caller's promise, and the stub of its builtin has
    // recorded where generated code was left.
    unsafe {
        if trace.push((*store).exit_pc as usize) {
            walk(store, (*store).exit_fp, &mut trace);
        }
    }
    trace
}

/// Walks the frames of all activations of the store, beginning with the caller of the function
/// whose frame pointer is `fp`.
///
/// # Safety
/// The same as for `capture`; `fp` is the frame pointer of the innermost activation.
unsafe fn walk(store: *const StoreContext, fp: u64, trace: &mut Trace) {
    // SAFETY: generated code keeps a chain of frame pointers up to the frame of `enter`, whose
    // frame pointer is that of the resume point: the compiler upholds it. All these frames are
    // alive: inner activations run on top of outer ones.
    unsafe {
        let mut activation = (*store).activation;
        let mut end = (*store).resume_fp;
        let mut fp = fp;
        loop {
            while fp != end {
                let frame = fp as *const u64;
                let caller = frame.read();
                if !trace.push(frame.add(1).read() as usize) || caller <= fp {
                    return;
                }
                fp = caller;
            }
            let Some(outer) = activation.as_ref() else { return };
            if outer.exit_fp == 0 || !trace.push(outer.exit_pc as usize) {
                return;
            }
            (fp, end, activation) = (outer.exit_fp, outer.resume_fp, outer.outer);
        }
    }
}

/// The wasm frames of a trace, without shims and other code.
///
/// # Safety
/// The code at the addresses of the trace is still loaded.
pub(crate) unsafe fn frames(trace: &Trace) -> Vec<Frame> {
    let mut frames = Vec::new();
    for (at, address) in trace.addresses().iter().enumerate() {
        // SAFETY: the caller promises that the code at these addresses is still loaded.
        let found = unsafe {
            if at == 0 && trace.faulted {
                find(*address).and_then(|image| Some((image, image.offset(*address)?)))
            } else {
                find_on_stack(*address)
            }
        };
        let Some((image, offset)) = found else { continue };
        let ImageKind::Module(module) = image.kind() else { continue };
        let Some(defined) = image.artifact().function_at(offset) else { continue };
        let func = module.imported.func(defined);
        frames.push(Frame {
            module: module.name.clone(),
            func: func.0,
            name: image.artifact().function_name(func).map(str::to_string),
            offset: image.artifact().location_at(offset),
        });
    }
    frames
}

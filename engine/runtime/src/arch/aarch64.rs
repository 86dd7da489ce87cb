//! aarch64 Linux, AAPCS64 convention.

use crate::vm::StoreContext;
use std::arch::{asm, naked_asm};
use std::sync::Once;
use wassay_artifact::abi::store_context as store;

/// Enters generated code through an entry shim. Returns 0 if the code returned, 1 if it left
/// through the resume point that this function stores in the store context.
///
/// # Safety
/// The store context must be live; `code`, `vmctx` and `values` must be valid for the entry shim.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn enter(
    context: *mut StoreContext,
    entry_shim: *const u8,
    code: *const u8,
    vmctx: *mut u8,
    values: *mut u8,
) -> u64 {
    naked_asm!(
        "stp x29, x30, [sp, #-176]!",
        "mov x29, sp",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mrs x9, fpcr",
        "str x9, [sp, #160]",
        "adr x9, 2f",
        "mov x10, sp",
        "str x9, [x0, #{resume_pc}]",
        "str x10, [x0, #{resume_sp}]",
        "str x29, [x0, #{resume_fp}]",
        "mov x9, x1",
        "mov x0, x2",
        "mov x1, x3",
        "mov x2, x4",
        "blr x9",
        "mov x0, #0",
        "b 3f",
        "2:",
        "ldr x9, [sp, #160]",
        "msr fpcr, x9",
        "mov x0, #1",
        "3:",
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp d8, d9, [sp, #96]",
        "ldp d10, d11, [sp, #112]",
        "ldp d12, d13, [sp, #128]",
        "ldp d14, d15, [sp, #144]",
        "ldp x29, x30, [sp], #176",
        "ret",
        resume_pc = const store::RESUME_PC.offset(),
        resume_sp = const store::RESUME_SP.offset(),
        resume_fp = const store::RESUME_FP.offset(),
    )
}

/// Defines the stub that generated code calls for a builtin. It records where wasm was left, calls
/// the Rust implementation, and jumps to the resume point if the implementation requests it. By
/// then the implementation has returned, so no Rust frame is skipped.
macro_rules! builtin_stub {
    ($name:ident, $implementation:path) => {
        /// # Safety
        /// Only generated code may call it, with a live store context as its first argument.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name() {
            ::std::arch::naked_asm!(
                "ldr x9, [x0, #{store}]",
                "stp x29, x30, [x9, #{exit_fp}]",
                "stp x29, x30, [sp, #-32]!",
                "mov x29, sp",
                "str x9, [sp, #16]",
                "bl {implementation}",
                "cbnz x1, 2f",
                "ldp x29, x30, [sp], #32",
                "ret",
                "2:",
                "ldr x9, [sp, #16]",
                "ldp x0, x1, [x9, #{payload}]",
                "ldr x10, [x9, #{resume_pc}]",
                "ldr x11, [x9, #{resume_sp}]",
                "ldr x29, [x9, #{resume_fp}]",
                "mov sp, x11",
                "br x10",
                implementation = sym $implementation,
                store = const ::wassay_artifact::abi::vmctx::STORE.offset(),
                exit_fp = const ::wassay_artifact::abi::store_context::EXIT_FP.offset(),
                payload = const ::wassay_artifact::abi::store_context::RESUME_PAYLOAD.offset(),
                resume_pc = const ::wassay_artifact::abi::store_context::RESUME_PC.offset(),
                resume_sp = const ::wassay_artifact::abi::store_context::RESUME_SP.offset(),
                resume_fp = const ::wassay_artifact::abi::store_context::RESUME_FP.offset(),
            )
        }
    };
}
pub(crate) use builtin_stub;

/// The instruction that Cranelift uses to trap, a `udf`. Other undefined instructions are not
/// traps.
pub(crate) const TRAP_INSTRUCTION: &[u8] = &0xc11f_u32.to_le_bytes();

/// The instruction and frame pointers in a signal's context.
pub(crate) fn position(context: &libc::ucontext_t) -> (usize, usize) {
    (context.uc_mcontext.pc as usize, context.uc_mcontext.regs[29] as usize)
}

/// Makes the interrupted thread continue at the resume point.
pub(crate) fn resume(context: &mut libc::ucontext_t, pc: u64, sp: u64, fp: u64) {
    context.uc_mcontext.pc = pc;
    context.uc_mcontext.sp = sp;
    context.uc_mcontext.regs[29] = fp;
}

/// Makes new code visible to instruction fetch on every core: cleans the data cache, invalidates
/// the instruction cache (Arm ARM, *Synchronization and coherency issues*), then synchronizes every
/// thread of the process.
pub(crate) fn publish_code(start: *const u8, len: usize) {
    let types: usize;
    // SAFETY: reads a register that Linux makes readable to user space.
    unsafe { asm!("mrs {}, ctr_el0", out(reg) types, options(nomem, nostack, preserves_flags)) };
    let data_line = 4 << (types >> 16 & 0xf);
    let instruction_line = 4 << (types & 0xf);
    let (first, end) = (start.addr(), start.addr() + len);
    for line in (first & !(data_line - 1)..end).step_by(data_line) {
        // SAFETY: cache maintenance by address on memory that the caller has mapped.
        unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    for line in (first & !(instruction_line - 1)..end).step_by(instruction_line) {
        // SAFETY: invalidates cached instructions of a line that the caller has mapped; it changes
        // no memory.
        unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
    synchronise_cores();
}

/// Makes the other threads of this process execute an `isb` before they next run user code. If the
/// kernel (or the emulator) lacks the call, nothing more is needed in practice: a thread that
/// starts to run new code has passed through a lock or another kernel entry.
fn synchronise_cores() {
    const REGISTER: libc::c_int = 1 << 6;
    const SYNC_CORE: libc::c_int = 1 << 5;
    static REGISTERED: Once = Once::new();
    // SAFETY: `membarrier` touches no memory of ours; unknown commands are refused.
    REGISTERED.call_once(|| unsafe {
        libc::syscall(libc::SYS_membarrier, REGISTER, 0, 0);
    });
    // SAFETY: `membarrier` touches no memory of ours; a kernel without it returns an error.
    unsafe { libc::syscall(libc::SYS_membarrier, SYNC_CORE, 0, 0) };
}

/// The optional features of this machine, by their Cranelift names.
pub(crate) fn isa() -> Vec<&'static str> {
    let mut found = Vec::new();
    macro_rules! detect {
        ($($name:literal = $feature:tt)*) => {
            $(if std::arch::is_aarch64_feature_detected!($feature) { found.push($name); })*
        };
    }
    detect! {
        "has_dotprod" = "dotprod"
        "has_fp16" = "fp16"
        "has_i8mm" = "i8mm"
        "has_lse" = "lse"
        "has_pauth" = "paca"
    }
    found
}

/// Code for the test that registers are preserved.
#[cfg(test)]
pub(super) mod probe {
    use super::*;

    /// Calls `enter` with known values in all callee-saved registers. Returns its result, with bit
    /// 1 set if any of the registers has changed.
    ///
    /// # Safety
    /// The same as for [`enter`].
    #[unsafe(naked)]
    pub(crate) unsafe extern "C" fn enter_with_known_registers(
        context: *mut StoreContext,
        entry_shim: *const u8,
        code: *const u8,
        vmctx: *mut u8,
        values: *mut u8,
    ) -> u64 {
        naked_asm!(
            "stp x29, x30, [sp, #-176]!",
            "stp x19, x20, [sp, #16]",
            "stp x21, x22, [sp, #32]",
            "stp x23, x24, [sp, #48]",
            "stp x25, x26, [sp, #64]",
            "stp x27, x28, [sp, #80]",
            "stp d8, d9, [sp, #96]",
            "stp d10, d11, [sp, #112]",
            "stp d12, d13, [sp, #128]",
            "stp d14, d15, [sp, #144]",
            "mov x19, #19",
            "mov x20, #20",
            "mov x21, #21",
            "mov x22, #22",
            "mov x23, #23",
            "mov x24, #24",
            "mov x25, #25",
            "mov x26, #26",
            "mov x27, #27",
            "mov x28, #28",
            "mov x29, #29",
            "fmov d8, x19",
            "fmov d9, x20",
            "fmov d10, x21",
            "fmov d11, x22",
            "fmov d12, x23",
            "fmov d13, x24",
            "fmov d14, x25",
            "fmov d15, x26",
            "bl {enter}",
            "sub x9, x29, #29",
            "fmov x10, d8",
            "sub x10, x10, x19",
            "orr x9, x9, x10",
            "fmov x10, d9",
            "sub x10, x10, x20",
            "orr x9, x9, x10",
            "fmov x10, d10",
            "sub x10, x10, x21",
            "orr x9, x9, x10",
            "fmov x10, d11",
            "sub x10, x10, x22",
            "orr x9, x9, x10",
            "fmov x10, d12",
            "sub x10, x10, x23",
            "orr x9, x9, x10",
            "fmov x10, d13",
            "sub x10, x10, x24",
            "orr x9, x9, x10",
            "fmov x10, d14",
            "sub x10, x10, x25",
            "orr x9, x9, x10",
            "fmov x10, d15",
            "sub x10, x10, x26",
            "orr x9, x9, x10",
            "sub x10, x19, #19",
            "orr x9, x9, x10",
            "sub x10, x20, #20",
            "orr x9, x9, x10",
            "sub x10, x21, #21",
            "orr x9, x9, x10",
            "sub x10, x22, #22",
            "orr x9, x9, x10",
            "sub x10, x23, #23",
            "orr x9, x9, x10",
            "sub x10, x24, #24",
            "orr x9, x9, x10",
            "sub x10, x25, #25",
            "orr x9, x9, x10",
            "sub x10, x26, #26",
            "orr x9, x9, x10",
            "sub x10, x27, #27",
            "orr x9, x9, x10",
            "sub x10, x28, #28",
            "orr x9, x9, x10",
            "cbz x9, 2f",
            "orr x0, x0, #2",
            "2:",
            "ldp x19, x20, [sp, #16]",
            "ldp x21, x22, [sp, #32]",
            "ldp x23, x24, [sp, #48]",
            "ldp x25, x26, [sp, #64]",
            "ldp x27, x28, [sp, #80]",
            "ldp d8, d9, [sp, #96]",
            "ldp d10, d11, [sp, #112]",
            "ldp d12, d13, [sp, #128]",
            "ldp d14, d15, [sp, #144]",
            "ldp x29, x30, [sp], #176",
            "ret",
            enter = sym enter,
        )
    }

    /// A shim that destroys the registers and jumps to the resume point of the store context, which
    /// is passed as its VM context.
    ///
    /// # Safety
    /// Only for [`enter`], as its shim.
    #[unsafe(naked)]
    pub(crate) unsafe extern "C" fn destroy_and_resume() {
        naked_asm!(
            "sub sp, sp, #4096",
            "mov x19, xzr",
            "mov x20, xzr",
            "mov x21, xzr",
            "mov x22, xzr",
            "mov x23, xzr",
            "mov x24, xzr",
            "mov x25, xzr",
            "mov x26, xzr",
            "mov x27, xzr",
            "mov x28, xzr",
            "mov x30, xzr",
            "fmov d8, xzr",
            "fmov d9, xzr",
            "fmov d10, xzr",
            "fmov d11, xzr",
            "fmov d12, xzr",
            "fmov d13, xzr",
            "fmov d14, xzr",
            "fmov d15, xzr",
            "ldr x9, [x1, #{resume_sp}]",
            "mov sp, x9",
            "ldr x29, [x1, #{resume_fp}]",
            "ldr x9, [x1, #{resume_pc}]",
            "br x9",
            resume_pc = const store::RESUME_PC.offset(),
            resume_sp = const store::RESUME_SP.offset(),
            resume_fp = const store::RESUME_FP.offset(),
        )
    }
}

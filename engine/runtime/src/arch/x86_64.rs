//! x86_64 Linux, System V convention.

use crate::vm::StoreContext;
use std::arch::naked_asm;
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
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 24",
        "stmxcsr [rsp]",
        "fnstcw [rsp + 4]",
        "lea rax, [rip + 2f]",
        "mov [rdi + {resume_pc}], rax",
        "mov [rdi + {resume_sp}], rsp",
        "mov [rdi + {resume_fp}], rbp",
        "mov rax, rsi",
        "mov rdi, rdx",
        "mov rsi, rcx",
        "mov rdx, r8",
        "call rax",
        "xor eax, eax",
        "jmp 3f",
        "2:",
        "cld",
        "fldcw [rsp + 4]",
        "ldmxcsr [rsp]",
        "mov eax, 1",
        "3:",
        "add rsp, 24",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
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
                "push rbp",
                "mov rbp, rsp",
                "mov rax, [rdi + {store}]",
                "mov r10, [rbp]",
                "mov r11, [rbp + 8]",
                "mov [rax + {exit_fp}], r10",
                "mov [rax + {exit_pc}], r11",
                "push rax",
                "sub rsp, 8",
                "call {implementation}",
                "test rdx, rdx",
                "jne 2f",
                "leave",
                "ret",
                "2:",
                "mov rcx, [rbp - 8]",
                "mov rax, [rcx + {payload}]",
                "mov rdx, [rcx + {payload} + 8]",
                "mov rbp, [rcx + {resume_fp}]",
                "mov rsp, [rcx + {resume_sp}]",
                "jmp [rcx + {resume_pc}]",
                implementation = sym $implementation,
                store = const ::wassay_artifact::abi::vmctx::STORE.offset(),
                exit_fp = const ::wassay_artifact::abi::store_context::EXIT_FP.offset(),
                exit_pc = const ::wassay_artifact::abi::store_context::EXIT_PC.offset(),
                payload = const ::wassay_artifact::abi::store_context::RESUME_PAYLOAD.offset(),
                resume_pc = const ::wassay_artifact::abi::store_context::RESUME_PC.offset(),
                resume_sp = const ::wassay_artifact::abi::store_context::RESUME_SP.offset(),
                resume_fp = const ::wassay_artifact::abi::store_context::RESUME_FP.offset(),
            )
        }
    };
}
pub(crate) use builtin_stub;

/// The instruction that Cranelift uses to trap: `ud2`. Other undefined instructions are not traps.
pub(crate) const TRAP_INSTRUCTION: &[u8] = &[0x0f, 0x0b];

/// The instruction and frame pointers in a signal's context.
pub(crate) fn position(context: &libc::ucontext_t) -> (usize, usize) {
    let registers = &context.uc_mcontext.gregs;
    (registers[libc::REG_RIP as usize] as usize, registers[libc::REG_RBP as usize] as usize)
}

/// Makes the interrupted thread continue at the resume point.
pub(crate) fn resume(context: &mut libc::ucontext_t, pc: u64, sp: u64, fp: u64) {
    let registers = &mut context.uc_mcontext.gregs;
    registers[libc::REG_RIP as usize] = pc.cast_signed();
    registers[libc::REG_RSP as usize] = sp.cast_signed();
    registers[libc::REG_RBP as usize] = fp.cast_signed();
}

/// Makes new code visible to instruction fetch; x86_64 does that by itself.
pub(crate) fn publish_code(_start: *const u8, _len: usize) {}

/// The optional features of this machine, by their Cranelift names.
pub(crate) fn isa() -> Vec<&'static str> {
    let mut found = Vec::new();
    macro_rules! detect {
        ($($name:literal = $feature:tt)*) => {
            $(if std::arch::is_x86_feature_detected!($feature) { found.push($name); })*
        };
    }
    detect! {
        "has_avx" = "avx"
        "has_avx2" = "avx2"
        "has_avx512bitalg" = "avx512bitalg"
        "has_avx512dq" = "avx512dq"
        "has_avx512f" = "avx512f"
        "has_avx512vbmi" = "avx512vbmi"
        "has_avx512vl" = "avx512vl"
        "has_avx512vnni" = "avx512vnni"
        "has_avx_vnni" = "avxvnni"
        "has_bmi1" = "bmi1"
        "has_bmi2" = "bmi2"
        "has_cmpxchg16b" = "cmpxchg16b"
        "has_fma" = "fma"
        "has_lzcnt" = "lzcnt"
        "has_popcnt" = "popcnt"
        "has_sse3" = "sse3"
        "has_sse41" = "sse4.1"
        "has_sse42" = "sse4.2"
        "has_ssse3" = "ssse3"
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
            "push rbp",
            "push rbx",
            "push r12",
            "push r13",
            "push r14",
            "push r15",
            "sub rsp, 8",
            "mov rbp, 11",
            "mov rbx, 12",
            "mov r12, 13",
            "mov r13, 14",
            "mov r14, 15",
            "mov r15, 16",
            "call {enter}",
            "sub rbp, 11",
            "sub rbx, 12",
            "sub r12, 13",
            "sub r13, 14",
            "sub r14, 15",
            "sub r15, 16",
            "or rbp, rbx",
            "or rbp, r12",
            "or rbp, r13",
            "or rbp, r14",
            "or rbp, r15",
            "jz 2f",
            "or rax, 2",
            "2:",
            "add rsp, 8",
            "pop r15",
            "pop r14",
            "pop r13",
            "pop r12",
            "pop rbx",
            "pop rbp",
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
            "sub rsp, 4096",
            "mov rax, rsi",
            "xor ebx, ebx",
            "xor r12d, r12d",
            "xor r13d, r13d",
            "xor r14d, r14d",
            "xor r15d, r15d",
            "std",
            "mov rsp, [rax + {resume_sp}]",
            "mov rbp, [rax + {resume_fp}]",
            "jmp [rax + {resume_pc}]",
            resume_pc = const store::RESUME_PC.offset(),
            resume_sp = const store::RESUME_SP.offset(),
            resume_fp = const store::RESUME_FP.offset(),
        )
    }
}

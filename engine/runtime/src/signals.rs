//! Records hardware faults at trap positions of generated code and leaves the code; `fault` decides
//! afterwards whether they are traps. All other faults go to the previous handler, since another
//! engine may share the process.

use crate::activation::active;
use crate::arch;
use crate::backtrace::capture_fault;
use crate::code::find;
use crate::fault::Cause;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Once;
use wassay_artifact::abi::TrapCode;

const SIGNALS: [libc::c_int; 4] = [libc::SIGILL, libc::SIGSEGV, libc::SIGFPE, libc::SIGBUS];

/// The handlers that were installed before ours, in the order of `SIGNALS`.
static PREVIOUS: [Previous; 4] =
    [const { Previous(UnsafeCell::new(MaybeUninit::zeroed())) }; SIGNALS.len()];

struct Previous(UnsafeCell<MaybeUninit<libc::sigaction>>);

// SAFETY: written once, before the handler that reads it is installed.
unsafe impl Sync for Previous {}

/// Installs the handlers, once per process.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        for (signal, previous) in SIGNALS.iter().zip(&PREVIOUS) {
            // SAFETY: reads the old action first, so that it is available when the first signal
            // arrives; then installs a handler that does only what handlers may do. Only the one
            // thread that runs this writes `PREVIOUS`.
            unsafe {
                libc::sigaction(*signal, ptr::null(), (*previous.0.get()).as_mut_ptr());
                let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
                action.sa_sigaction =
                    handle as extern "C" fn(_, *mut libc::siginfo_t, *mut libc::c_void) as usize;
                action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
                libc::sigemptyset(&mut action.sa_mask);
                libc::sigaction(*signal, &action, ptr::null_mut());
            }
        }
    });
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a handler installed with SA_SIGINFO pointers to both, which are
    // valid as long as it runs.
    unsafe {
        if !claim(signal, &*info, &mut *context.cast()) {
            chain(signal, info, context);
        }
    }
}

/// If the fault is at a trap position of generated code, records it and makes the thread continue
/// at the resume point. Neither locks nor allocates.
fn claim(signal: libc::c_int, info: &libc::siginfo_t, context: &mut libc::ucontext_t) -> bool {
    // A signal that a process sent is not a fault, wherever it arrives.
    if info.si_code <= 0 {
        return false;
    }
    let (pc, fp) = arch::position(context);
    // SAFETY: this thread executes the code at `pc`, so if the code belongs to an image, its store
    // keeps it loaded.
    let Some(image) = (unsafe { find(pc) }) else { return false };
    let Some(offset) = image.offset(pc) else { return false };
    let Some(code) = image.artifact().trap_at(offset) else { return false };
    let store = active();
    if store.is_null() {
        return false;
    }
    let cause = cause(signal, info, &image.artifact().text()[offset as usize..]);
    // After an overflow there may not be a frame at `fp` yet.
    let calls = code != TrapCode::StackOverflow;
    // SAFETY: the active store context is live, and its thread is stopped in this handler, at `pc`
    // and `fp`. No Rust reference into it is held: `enter` upholds it.
    unsafe {
        let fault = &mut (*store).fault;
        (fault.code, fault.cause) = (Some(code), cause);
        capture_fault(store, &mut fault.trace, pc, fp, calls);
        arch::resume(context, (*store).resume_pc, (*store).resume_sp, (*store).resume_fp);
    }
    true
}

/// Why the kernel sent this signal for `code`, which begins with the faulting instruction. Neither
/// locks nor allocates.
fn cause(signal: libc::c_int, info: &libc::siginfo_t, code: &[u8]) -> Cause {
    /// The codes of SIGSEGV that include an address: nothing is mapped there, or this access is not
    /// permitted.
    const SEGV_MAPERR: libc::c_int = 1;
    const SEGV_ACCERR: libc::c_int = 2;
    match (signal, info.si_code) {
        (libc::SIGILL, _) if code.starts_with(arch::TRAP_INSTRUCTION) => Cause::TrapInstruction,
        (libc::SIGILL, _) => Cause::IllegalInstruction,
        (libc::SIGFPE, _) => Cause::Division,
        (libc::SIGSEGV, SEGV_MAPERR | SEGV_ACCERR) => {
            // aarch64 omits the top byte, which it ignores in addresses, too. QEMU on an x86_64
            // host reports 0 for addresses that are not canonical there.
            // SAFETY: the kernel fills in the address for these codes of SIGSEGV.
            let address = unsafe { info.si_addr() };
            Cause::Access(address.addr())
        }
        _ => Cause::WildAccess,
    }
}

/// Does what would have happened without our handler.
///
/// # Safety
/// The arguments must be a signal handler's own.
unsafe fn chain(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(at) = SIGNALS.iter().position(|known| *known == signal) else { return };
    // SAFETY: written before the handler was installed, and never again.
    let previous = unsafe { (*PREVIOUS[at].0.get()).assume_init_ref() };
    // SAFETY: the kernel passes the handler its information, and the caller passes it on.
    let sent = unsafe { (*info).si_code } <= 0;
    if !matches!(previous.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN) {
        // The previous handler runs with the signals blocked that it requested; returning from ours
        // restores the mask of the interrupted code.
        // SAFETY: a mask that `sigaction` returned.
        unsafe {
            let mut mask = previous.sa_mask;
            if previous.sa_flags & libc::SA_NODEFER == 0 {
                libc::sigaddset(&mut mask, signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, &mask, ptr::null_mut());
        }
    }
    match previous.sa_sigaction {
        libc::SIG_IGN if sent => {}
        // An ignored fault is fatal, too: execution cannot continue after the instruction.
        libc::SIG_DFL | libc::SIG_IGN => {
            // SAFETY: restores the default; on return the faulting instruction runs again, or the
            // signal is sent again.
            unsafe {
                let mut default: libc::sigaction = MaybeUninit::zeroed().assume_init();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &default, ptr::null_mut());
                if sent {
                    libc::raise(signal);
                }
            }
        }
        handler if previous.sa_flags & libc::SA_SIGINFO != 0 => {
            // SAFETY: the previous owner installed a handler of this type.
            let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) =
                unsafe { std::mem::transmute(handler) };
            handler(signal, info, context);
        }
        handler => {
            // SAFETY: the previous owner installed a handler of this type.
            let handler: extern "C" fn(libc::c_int) = unsafe { std::mem::transmute(handler) };
            handler(signal);
        }
    }
}

//! Hardware faults in generated code become traps; all others go to whoever handled them before,
//! since another engine may share the process.

use crate::activation::active;
use crate::arch;
use crate::backtrace;
use crate::code::find;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Once;

const SIGNALS: [libc::c_int; 4] = [libc::SIGILL, libc::SIGSEGV, libc::SIGFPE, libc::SIGBUS];

/// The handlers that were there before ours, in the order of `SIGNALS`.
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
            // SAFETY: asks for the old action first, so that it is there when the first signal
            // comes; then installs a handler that keeps to what handlers may do. `PREVIOUS` is
            // written here only, by the one thread that runs this.
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
    // SAFETY: the kernel hands a handler installed with SA_SIGINFO pointers to both, for as long
    // as it runs.
    unsafe {
        if !claim(signal, &*info, &mut *context.cast()) {
            chain(signal, info, context);
        }
    }
}

/// If the fault is a trap of generated code: notes it and makes the thread continue at the resume
/// point. Neither locks nor allocates.
fn claim(signal: libc::c_int, info: &libc::siginfo_t, context: &mut libc::ucontext_t) -> bool {
    // What another process sent is no fault, wherever it hits.
    if info.si_code <= 0 {
        return false;
    }
    let (pc, fp) = arch::position(context);
    // SAFETY: this thread executes the code at `pc`, so if that is an image's, its store keeps it
    // loaded.
    let Some(image) = (unsafe { find(pc) }) else { return false };
    let Some(code) = image.offset(pc).and_then(|offset| image.artifact().trap_at(offset)) else {
        return false;
    };
    let store = active();
    if store.is_null() {
        return false;
    }
    // Of the other two, it is the instruction's address.
    let accessed = matches!(signal, libc::SIGSEGV | libc::SIGBUS);
    // SAFETY: the active store context is live, and its thread stands still in this handler.
    // `si_addr` is filled in for these four signals.
    unsafe {
        let address = accessed.then(|| info.si_addr().addr());
        backtrace::record_fault(store, code, pc, fp, address);
        arch::resume(context, (*store).resume_pc, (*store).resume_sp, (*store).resume_fp);
    }
    true
}

/// Does what would have happened without us.
///
/// # Safety
/// The arguments must be a signal handler's own.
unsafe fn chain(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(at) = SIGNALS.iter().position(|known| *known == signal) else { return };
    // SAFETY: written before the handler was installed, and never again.
    let previous = unsafe { (*PREVIOUS[at].0.get()).assume_init_ref() };
    // SAFETY: as above.
    let sent = unsafe { (*info).si_code } <= 0;
    if !matches!(previous.sa_sigaction, libc::SIG_DFL | libc::SIG_IGN) {
        // Its handler runs with the signals blocked that it asked for; returning from ours gives
        // back the mask of the interrupted code.
        // SAFETY: a mask that `sigaction` gave.
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
        // An ignored fault kills, too: the instruction cannot be passed.
        libc::SIG_DFL | libc::SIG_IGN => {
            // SAFETY: restores the default; on return the faulting instruction runs again, and
            // what was sent is sent again.
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

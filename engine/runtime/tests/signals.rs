//! Faults outside wasm go to the previous handler. It is one test, since it needs a process in
//! which no runtime has started yet.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use support::*;
use wassay_engine::{HostAction, TrapKind, Value};

static SEEN: AtomicUsize = AtomicUsize::new(0);

/// Another engine's handler: skips its own illegal instruction, which is four bytes on aarch64 and
/// two on x86_64.
extern "C" fn foreign(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    SEEN.fetch_add(1, Ordering::SeqCst);
    // SAFETY: the kernel passes a handler its context.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    #[cfg(target_arch = "x86_64")]
    {
        context.uc_mcontext.gregs[libc::REG_RIP as usize] += 2;
    }
    #[cfg(target_arch = "aarch64")]
    {
        context.uc_mcontext.pc += 4;
    }
}

fn illegal_instruction() {
    // SAFETY: the handler above skips it.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!("ud2");
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!("udf #1");
    }
}

/// The status of a child process that runs `body`, as `waitpid` returns it.
fn in_child(body: impl FnOnce()) -> libc::c_int {
    // SAFETY: the child only faults, and exits without running any of the parent's code.
    unsafe {
        let child = libc::fork();
        if child == 0 {
            body();
            libc::_exit(0);
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(child, &mut status, 0), child);
        status
    }
}

/// The flags of this signal's handler.
fn flags(signal: libc::c_int) -> libc::c_int {
    // SAFETY: no handler is installed, and the action may hold any bits.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        assert_eq!(libc::sigaction(signal, std::ptr::null(), &mut action), 0);
        action.sa_flags
    }
}

fn killed_by(status: libc::c_int) -> Option<libc::c_int> {
    libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status))
}

#[test]
fn faults_outside_wasm_reach_their_own_handlers() {
    // SAFETY: installs a handler that does only what handlers may do, and default and ignore for
    // two other signals.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction =
            foreign as extern "C" fn(_, *mut libc::siginfo_t, *mut libc::c_void) as usize;
        action.sa_flags = libc::SA_SIGINFO;
        assert_eq!(libc::sigaction(libc::SIGILL, &action, std::ptr::null_mut()), 0);
        libc::signal(libc::SIGFPE, libc::SIG_IGN);
        libc::signal(libc::SIGSEGV, libc::SIG_DFL);
    }
    let mut fixture = Fixture::new(&runtime(), HostAction::Return(vec![Value::I32(0)]));
    // The stack may have overflowed, and a handler that we chain to may fault in turn.
    let needed = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
    for signal in [libc::SIGILL, libc::SIGFPE, libc::SIGSEGV, libc::SIGBUS] {
        assert_eq!(flags(signal) & needed, needed, "of signal {signal}");
    }
    illegal_instruction();
    assert_eq!(SEEN.load(Ordering::SeqCst), 1);
    let found = trap(fixture.call("trap", 0));
    assert_eq!(found.kind, TrapKind::Unreachable);
    assert_eq!(SEEN.load(Ordering::SeqCst), 1);
    illegal_instruction();
    assert_eq!(SEEN.load(Ordering::SeqCst), 2);

    // SAFETY: a null pointer is never mapped; this fault is intended.
    let wild = in_child(|| unsafe {
        std::ptr::null::<u8>().read_volatile();
    });
    assert_eq!(killed_by(wild), Some(libc::SIGSEGV));
    // A sent signal is still ignored if it was ignored before, and is still fatal if it was fatal.
    // SAFETY: sends a signal to this process.
    let ignored = in_child(|| unsafe {
        libc::raise(libc::SIGFPE);
    });
    assert_eq!(ignored, 0);
    // SAFETY: sends a signal to this process.
    let sent = in_child(|| unsafe {
        libc::raise(libc::SIGSEGV);
    });
    assert_eq!(killed_by(sent), Some(libc::SIGSEGV));
    assert_eq!(trap(fixture.call("trap", 0)).kind, TrapKind::Unreachable);
}

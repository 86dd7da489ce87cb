//! Everything that differs between architectures: entering and leaving generated code, signal
//! contexts, and publishing new code. No file outside this folder knows an instruction set.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::*;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86_64::*;

#[cfg(test)]
mod tests {
    use super::probe::*;
    use crate::stable::Stable;
    use crate::vm::StoreContext;

    extern "C" fn return_at_once(_: *const u8, _: *mut u8, values: *mut u64) {
        // SAFETY: the test passes an array of one value.
        unsafe { values.write(5) };
    }

    #[test]
    fn callee_saved_registers_survive_both_ways_out() {
        let context = Stable::new(StoreContext::new());
        let context = context.as_ptr();
        let mut value = 0_u64;
        let mut enter = |shim: *const u8| {
            // SAFETY: both shims accept these arguments.
            unsafe {
                enter_with_known_registers(
                    context,
                    shim,
                    std::ptr::null(),
                    context.cast(),
                    (&raw mut value).cast(),
                )
            }
        };
        assert_eq!(enter(return_at_once as *const u8), 0);
        assert_eq!(enter(destroy_and_resume as *const u8), 1);
        assert_eq!(value, 5);
    }
}

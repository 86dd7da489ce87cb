//! Routines that generated code calls if the target lacks an instruction. Each rounds and
//! propagates NaNs exactly as the missing instruction does.

use wassay_artifact::abi::Libcall;

/// The address of a libcall; `None` if this architecture does not have it.
pub(crate) fn address(call: Libcall) -> Option<*const ()> {
    Some(match call {
        Libcall::CeilF32 => ceil_f32 as *const (),
        Libcall::CeilF64 => ceil_f64 as *const (),
        Libcall::FloorF32 => floor_f32 as *const (),
        Libcall::FloorF64 => floor_f64 as *const (),
        Libcall::TruncF32 => trunc_f32 as *const (),
        Libcall::TruncF64 => trunc_f64 as *const (),
        Libcall::NearestF32 => nearest_f32 as *const (),
        Libcall::NearestF64 => nearest_f64 as *const (),
        Libcall::FmaF32 => fma_f32 as *const (),
        Libcall::FmaF64 => fma_f64 as *const (),
        #[cfg(target_arch = "x86_64")]
        Libcall::X86Pshufb => x86_pshufb as *const (),
        #[cfg(not(target_arch = "x86_64"))]
        Libcall::X86Pshufb => return None,
    })
}

macro_rules! rounding {
    ($($name:ident($float:ty) = $method:ident;)*) => {$(
        extern "C" fn $name(value: $float) -> $float {
            // WebAssembly requires a quiet NaN for a signalling one; `value + value` makes it
            // quiet, regardless of the C library.
            if value.is_nan() { value + value } else { value.$method() }
        }
    )*};
}

rounding! {
    ceil_f32(f32) = ceil;
    ceil_f64(f64) = ceil;
    floor_f32(f32) = floor;
    floor_f64(f64) = floor;
    trunc_f32(f32) = trunc;
    trunc_f64(f64) = trunc;
    nearest_f32(f32) = round_ties_even;
    nearest_f64(f64) = round_ties_even;
}

extern "C" fn fma_f32(a: f32, b: f32, c: f32) -> f32 {
    a.mul_add(b, c)
}

extern "C" fn fma_f64(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}

/// Byte `i` of the result is byte `selector[i] % 16` of the value, or 0 if the selector's upper bit
/// is set.
#[cfg(target_arch = "x86_64")]
#[expect(improper_ctypes_definitions, reason = "what C passes is exactly what the caller does")]
extern "C" fn x86_pshufb(
    value: std::arch::x86_64::__m128i,
    selector: std::arch::x86_64::__m128i,
) -> std::arch::x86_64::__m128i {
    use std::arch::x86_64::__m128i;
    // SAFETY: both are 16 bytes in which every bit pattern is valid.
    let (value, selector): ([u8; 16], [u8; 16]) = unsafe {
        (
            std::mem::transmute::<__m128i, [u8; 16]>(value),
            std::mem::transmute::<__m128i, [u8; 16]>(selector),
        )
    };
    let shuffled = selector.map(|at| if at & 0x80 == 0 { value[usize::from(at & 0xf)] } else { 0 });
    // SAFETY: both types are 16 bytes in which every bit pattern is valid.
    unsafe { std::mem::transmute::<[u8; 16], __m128i>(shuffled) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_keeps_signs_and_ties_go_to_even() {
        assert_eq!(ceil_f32(-0.5).to_bits(), (-0.0f32).to_bits());
        assert_eq!(nearest_f64(2.5), 2.0);
        assert_eq!(nearest_f64(-0.5).to_bits(), (-0.0f64).to_bits());
        assert_eq!(nearest_f32(8_388_609.0), 8_388_609.0);
        assert_eq!(trunc_f64(-1.9), -1.0);
        let quiet = ceil_f32(f32::from_bits(0x7f80_0001)).to_bits();
        assert_eq!(quiet & 0x7fc0_0000, 0x7fc0_0000);
        let quiet = floor_f64(f64::from_bits(0xfff0_0000_0000_0001)).to_bits();
        assert_eq!(quiet & 0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0000);
    }

    #[test]
    fn fma_rounds_once() {
        let a = 1.0f64 + f64::EPSILON;
        assert_eq!(fma_f64(a, a, -(1.0 + 2.0 * f64::EPSILON)), f64::EPSILON * f64::EPSILON);
        assert_eq!(fma_f32(0.1, 10.0, -1.0), 1.490_116_1e-8);
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn pshufb_selects_and_clears() {
        let bytes: [u8; 16] = std::array::from_fn(|at| at as u8 + 100);
        let mut selector = [0u8; 16];
        selector[0] = 3;
        selector[1] = 0x83;
        selector[2] = 0x7f;
        // SAFETY: both are 16 bytes in which every bit pattern is valid.
        let result: [u8; 16] = unsafe {
            std::mem::transmute(x86_pshufb(
                std::mem::transmute::<[u8; 16], std::arch::x86_64::__m128i>(bytes),
                std::mem::transmute::<[u8; 16], std::arch::x86_64::__m128i>(selector),
            ))
        };
        assert_eq!(result[..4], [103, 0, 115, 100]);
    }
}

//! The numeric operators by result type, with their operand types. Knows no engine.

use super::outline::Ty;
use wasm_encoder::Instruction as I;

/// A numeric operator.
pub struct Operator {
    pub takes: &'static [Ty],
    pub instruction: I<'static>,
    /// Whether its result may be a NaN of the engine's choice.
    pub rounds: bool,
}

/// Whether the second operand is the amount of a shift or rotation.
pub fn shifts(instruction: &I<'_>) -> bool {
    use I::{
        I32Rotl, I32Rotr, I32Shl, I32ShrS, I32ShrU, I64Rotl, I64Rotr, I64Shl, I64ShrS, I64ShrU,
    };
    matches!(
        instruction,
        I32Rotl
            | I32Rotr
            | I32Shl
            | I32ShrS
            | I32ShrU
            | I64Rotl
            | I64Rotr
            | I64Shl
            | I64ShrS
            | I64ShrU
    )
}

const A: &[Ty] = &[Ty::I32];
const AA: &[Ty] = &[Ty::I32, Ty::I32];
const B: &[Ty] = &[Ty::I64];
const BB: &[Ty] = &[Ty::I64, Ty::I64];
const F: &[Ty] = &[Ty::F32];
const FF: &[Ty] = &[Ty::F32, Ty::F32];
const D: &[Ty] = &[Ty::F64];
const DD: &[Ty] = &[Ty::F64, Ty::F64];

macro_rules! operators {
    ($(#[$doc:meta])* $name:ident
     exact { $($takes:ident $($exact:ident)*;)* }
     rounding { $($rounding_takes:ident $($rounding:ident)*;)* }) => {
        $(#[$doc])*
        pub const $name: &[Operator] = &[
            $($(Operator { takes: $takes, instruction: I::$exact, rounds: false },)*)*
            $($(Operator { takes: $rounding_takes, instruction: I::$rounding, rounds: true },)*)*
        ];
    };
}

operators! {
    /// Operators with an `i32` result.
    I32
    exact {
    A I32Eqz I32Clz I32Ctz I32Popcnt I32Extend8S I32Extend16S;
    AA I32Add I32Sub I32Mul I32DivS I32DivU I32RemS I32RemU I32And I32Or I32Xor I32Shl I32ShrS
        I32ShrU I32Rotl I32Rotr I32Eq I32Ne I32LtS I32LtU I32GtS I32GtU I32LeS I32LeU I32GeS I32GeU;
    B I64Eqz I32WrapI64;
    BB I64Eq I64Ne I64LtS I64LtU I64GtS I64GtU I64LeS I64LeU I64GeS I64GeU;
    F I32TruncF32S I32TruncF32U I32TruncSatF32S I32TruncSatF32U I32ReinterpretF32;
    FF F32Eq F32Ne F32Lt F32Gt F32Le F32Ge;
    D I32TruncF64S I32TruncF64U I32TruncSatF64S I32TruncSatF64U;
    DD F64Eq F64Ne F64Lt F64Gt F64Le F64Ge;
    }
    rounding {}
}

operators! {
    /// Operators with an `i64` result.
    I64
    exact {
    A I64ExtendI32S I64ExtendI32U;
    B I64Clz I64Ctz I64Popcnt I64Extend8S I64Extend16S I64Extend32S;
    BB I64Add I64Sub I64Mul I64DivS I64DivU I64RemS I64RemU I64And I64Or I64Xor I64Shl I64ShrS
        I64ShrU I64Rotl I64Rotr;
    F I64TruncF32S I64TruncF32U I64TruncSatF32S I64TruncSatF32U;
    D I64TruncF64S I64TruncF64U I64TruncSatF64S I64TruncSatF64U I64ReinterpretF64;
    }
    rounding {}
}

operators! {
    /// Operators with an `f32` result.
    F32
    exact {
    A F32ConvertI32S F32ConvertI32U F32ReinterpretI32;
    B F32ConvertI64S F32ConvertI64U;
    F F32Abs F32Neg;
    FF F32Copysign;
    }
    rounding {
    F F32Ceil F32Floor F32Trunc F32Nearest F32Sqrt;
    FF F32Add F32Sub F32Mul F32Div F32Min F32Max;
    D F32DemoteF64;
    }
}

operators! {
    /// Operators with an `f64` result.
    F64
    exact {
    A F64ConvertI32S F64ConvertI32U;
    B F64ConvertI64S F64ConvertI64U F64ReinterpretI64;
    D F64Abs F64Neg;
    DD F64Copysign;
    }
    rounding {
    D F64Ceil F64Floor F64Trunc F64Nearest F64Sqrt;
    DD F64Add F64Sub F64Mul F64Div F64Min F64Max;
    F F64PromoteF32;
    }
}

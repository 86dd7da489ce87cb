//! Integer and float operators, one row each. CLIF's own operators have the semantics of the
//! specification, also for division, minimum and rounding.

use super::state::Translator;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use wasmparser::Operator;

macro_rules! unary {
    ($self:ident, $method:ident) => {{
        let value = $self.pop();
        let value = $self.ins().$method(value);
        $self.push(value)
    }};
    ($self:ident, $method:ident, $ty:ident) => {{
        let value = $self.pop();
        let value = $self.ins().$method(types::$ty, value);
        $self.push(value)
    }};
}

macro_rules! binary {
    ($self:ident, $method:ident) => {{
        let (left, right) = $self.pop2();
        let value = $self.ins().$method(left, right);
        $self.push(value)
    }};
}

impl Translator<'_> {
    /// Translates a numeric operator; false for any other operator.
    pub(super) fn numeric(&mut self, op: &Operator<'_>) -> bool {
        use Operator as Op;
        match op {
            Op::I32Eqz | Op::I64Eqz => {
                let value = self.pop();
                let zero = self.ins().icmp_imm_u(IntCC::Equal, value, 0);
                self.push_bool(zero);
            }
            Op::I32Eq | Op::I64Eq => self.compare(IntCC::Equal),
            Op::I32Ne | Op::I64Ne => self.compare(IntCC::NotEqual),
            Op::I32LtS | Op::I64LtS => self.compare(IntCC::SignedLessThan),
            Op::I32LtU | Op::I64LtU => self.compare(IntCC::UnsignedLessThan),
            Op::I32GtS | Op::I64GtS => self.compare(IntCC::SignedGreaterThan),
            Op::I32GtU | Op::I64GtU => self.compare(IntCC::UnsignedGreaterThan),
            Op::I32LeS | Op::I64LeS => self.compare(IntCC::SignedLessThanOrEqual),
            Op::I32LeU | Op::I64LeU => self.compare(IntCC::UnsignedLessThanOrEqual),
            Op::I32GeS | Op::I64GeS => self.compare(IntCC::SignedGreaterThanOrEqual),
            Op::I32GeU | Op::I64GeU => self.compare(IntCC::UnsignedGreaterThanOrEqual),
            Op::F32Eq | Op::F64Eq => self.compare_float(FloatCC::Equal),
            Op::F32Ne | Op::F64Ne => self.compare_float(FloatCC::NotEqual),
            Op::F32Lt | Op::F64Lt => self.compare_float(FloatCC::LessThan),
            Op::F32Gt | Op::F64Gt => self.compare_float(FloatCC::GreaterThan),
            Op::F32Le | Op::F64Le => self.compare_float(FloatCC::LessThanOrEqual),
            Op::F32Ge | Op::F64Ge => self.compare_float(FloatCC::GreaterThanOrEqual),

            Op::I32Clz | Op::I64Clz => unary!(self, clz),
            Op::I32Ctz | Op::I64Ctz => unary!(self, ctz),
            Op::I32Popcnt | Op::I64Popcnt => unary!(self, popcnt),
            Op::I32Add | Op::I64Add => binary!(self, iadd),
            Op::I32Sub | Op::I64Sub => binary!(self, isub),
            Op::I32Mul | Op::I64Mul => binary!(self, imul),
            Op::I32DivS | Op::I64DivS => binary!(self, sdiv),
            Op::I32DivU | Op::I64DivU => binary!(self, udiv),
            Op::I32RemS | Op::I64RemS => binary!(self, srem),
            Op::I32RemU | Op::I64RemU => binary!(self, urem),
            Op::I32And | Op::I64And => binary!(self, band),
            Op::I32Or | Op::I64Or => binary!(self, bor),
            Op::I32Xor | Op::I64Xor => binary!(self, bxor),
            Op::I32Shl | Op::I64Shl => binary!(self, ishl),
            Op::I32ShrS | Op::I64ShrS => binary!(self, sshr),
            Op::I32ShrU | Op::I64ShrU => binary!(self, ushr),
            Op::I32Rotl | Op::I64Rotl => binary!(self, rotl),
            Op::I32Rotr | Op::I64Rotr => binary!(self, rotr),

            Op::F32Abs | Op::F64Abs => unary!(self, fabs),
            Op::F32Neg | Op::F64Neg => unary!(self, fneg),
            Op::F32Ceil | Op::F64Ceil => unary!(self, ceil),
            Op::F32Floor | Op::F64Floor => unary!(self, floor),
            Op::F32Trunc | Op::F64Trunc => unary!(self, trunc),
            Op::F32Nearest | Op::F64Nearest => unary!(self, nearest),
            Op::F32Sqrt | Op::F64Sqrt => unary!(self, sqrt),
            Op::F32Add | Op::F64Add => binary!(self, fadd),
            Op::F32Sub | Op::F64Sub => binary!(self, fsub),
            Op::F32Mul | Op::F64Mul => binary!(self, fmul),
            Op::F32Div | Op::F64Div => binary!(self, fdiv),
            Op::F32Min | Op::F64Min => binary!(self, fmin),
            Op::F32Max | Op::F64Max => binary!(self, fmax),
            Op::F32Copysign | Op::F64Copysign => binary!(self, fcopysign),

            Op::I32WrapI64 => unary!(self, ireduce, I32),
            Op::I64ExtendI32S => unary!(self, sextend, I64),
            Op::I64ExtendI32U => unary!(self, uextend, I64),
            Op::I32TruncF32S | Op::I32TruncF64S => unary!(self, fcvt_to_sint, I32),
            Op::I32TruncF32U | Op::I32TruncF64U => unary!(self, fcvt_to_uint, I32),
            Op::I64TruncF32S | Op::I64TruncF64S => unary!(self, fcvt_to_sint, I64),
            Op::I64TruncF32U | Op::I64TruncF64U => unary!(self, fcvt_to_uint, I64),
            Op::I32TruncSatF32S | Op::I32TruncSatF64S => unary!(self, fcvt_to_sint_sat, I32),
            Op::I32TruncSatF32U | Op::I32TruncSatF64U => unary!(self, fcvt_to_uint_sat, I32),
            Op::I64TruncSatF32S | Op::I64TruncSatF64S => unary!(self, fcvt_to_sint_sat, I64),
            Op::I64TruncSatF32U | Op::I64TruncSatF64U => unary!(self, fcvt_to_uint_sat, I64),
            Op::F32ConvertI32S | Op::F32ConvertI64S => unary!(self, fcvt_from_sint, F32),
            Op::F32ConvertI32U | Op::F32ConvertI64U => unary!(self, fcvt_from_uint, F32),
            Op::F64ConvertI32S | Op::F64ConvertI64S => unary!(self, fcvt_from_sint, F64),
            Op::F64ConvertI32U | Op::F64ConvertI64U => unary!(self, fcvt_from_uint, F64),
            Op::F32DemoteF64 => unary!(self, fdemote, F32),
            Op::F64PromoteF32 => unary!(self, fpromote, F64),
            Op::I32ReinterpretF32 => self.reinterpret(types::I32),
            Op::I64ReinterpretF64 => self.reinterpret(types::I64),
            Op::F32ReinterpretI32 => self.reinterpret(types::F32),
            Op::F64ReinterpretI64 => self.reinterpret(types::F64),

            Op::I32Extend8S => self.sign_extend(types::I8, types::I32),
            Op::I32Extend16S => self.sign_extend(types::I16, types::I32),
            Op::I64Extend8S => self.sign_extend(types::I8, types::I64),
            Op::I64Extend16S => self.sign_extend(types::I16, types::I64),
            Op::I64Extend32S => self.sign_extend(types::I32, types::I64),

            Op::I64Add128 => self.wide(|builder, left, right| builder.iadd(left, right)),
            Op::I64Sub128 => self.wide(|builder, left, right| builder.isub(left, right)),
            Op::I64MulWideS => {
                self.mul_wide(|translator, value| translator.ins().sextend(types::I128, value))
            }
            Op::I64MulWideU => {
                self.mul_wide(|translator, value| translator.ins().uextend(types::I128, value))
            }
            _ => return false,
        }
        true
    }

    fn compare(&mut self, cond: IntCC) {
        let (left, right) = self.pop2();
        let holds = self.ins().icmp(cond, left, right);
        self.push_bool(holds);
    }

    fn compare_float(&mut self, cond: FloatCC) {
        let (left, right) = self.pop2();
        let holds = self.ins().fcmp(cond, left, right);
        self.push_bool(holds);
    }

    fn reinterpret(&mut self, ty: Type) {
        let value = self.pop();
        let value = self.ins().bitcast(ty, MemFlagsData::new(), value);
        self.push(value);
    }

    fn sign_extend(&mut self, from: Type, to: Type) {
        let value = self.pop();
        let low = self.ins().ireduce(from, value);
        let value = self.ins().sextend(to, low);
        self.push(value);
    }

    /// Wide arithmetic: two 128-bit operands, each as two halves, low first.
    fn wide(
        &mut self,
        operate: impl FnOnce(cranelift_frontend::FuncInstBuilder<'_, '_>, Value, Value) -> Value,
    ) {
        let right = self.pop_wide();
        let left = self.pop_wide();
        let value = operate(self.ins(), left, right);
        self.push_wide(value);
    }

    fn mul_wide(&mut self, extend: impl Fn(&mut Self, Value) -> Value) {
        let (left, right) = self.pop2();
        let left = extend(self, left);
        let right = extend(self, right);
        let value = self.ins().imul(left, right);
        self.push_wide(value);
    }

    fn pop_wide(&mut self) -> Value {
        let (low, high) = self.pop2();
        self.ins().iconcat(low, high)
    }

    fn push_wide(&mut self, value: Value) {
        let (low, high) = self.ins().isplit(value);
        self.push(low);
        self.push(high);
    }
}

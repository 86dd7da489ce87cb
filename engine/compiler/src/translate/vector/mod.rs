//! Operators on 128-bit vectors, one file per family.
//!
//! On the operand stack a vector is always a CLIF value of sixteen bytes. An operator casts its
//! operands to lanes of its own type, and its result back.

/// Pops a vector, applies one CLIF instruction, pushes the result.
macro_rules! unary {
    ($self:ident, $lanes:ident, $method:ident) => {{
        let value = $self.pop_lanes(types::$lanes);
        let value = $self.ins().$method(value);
        $self.push_lanes(value)
    }};
}

/// Pops two vectors, the upper one last, applies one CLIF instruction, pushes the result.
macro_rules! binary {
    ($self:ident, $lanes:ident, $method:ident) => {{
        let (left, right) = $self.pop_lanes2(types::$lanes);
        let value = $self.ins().$method(left, right);
        $self.push_lanes(value)
    }};
}

mod access;
mod compare;
mod convert;
mod float;
mod integer;
mod lanes;
mod relaxed;

use super::state::Translator;
use cranelift_codegen::ir::{Endianness, InstBuilder, MemFlagsData, Type, Value, types};
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates a vector operator; false for any other operator.
    pub(super) fn vector(&mut self, op: &Operator<'_>) -> bool {
        self.vector_access(op)
            || self.vector_lanes(op)
            || self.vector_integer(op)
            || self.vector_float(op)
            || self.vector_compare(op)
            || self.vector_convert(op)
            || self.vector_relaxed(op)
    }

    /// Pops the top operand as lanes of this type.
    fn pop_lanes(&mut self, ty: Type) -> Value {
        let value = self.pop();
        self.cast_lanes(ty, value)
    }

    /// Pops the two top operands as lanes of this type; the upper one is last.
    fn pop_lanes2(&mut self, ty: Type) -> (Value, Value) {
        let second = self.pop_lanes(ty);
        (self.pop_lanes(ty), second)
    }

    /// Pops the three top operands as lanes of this type; the uppermost is last.
    fn pop_lanes3(&mut self, ty: Type) -> (Value, Value, Value) {
        let third = self.pop_lanes(ty);
        let (first, second) = self.pop_lanes2(ty);
        (first, second, third)
    }

    fn push_lanes(&mut self, value: Value) {
        let value = self.cast_lanes(types::I8X16, value);
        self.push(value);
    }

    /// The same 128 bits as lanes of this type.
    fn cast_lanes(&mut self, ty: Type, value: Value) -> Value {
        if self.type_of(value) == ty {
            return value;
        }
        // The assignment of bytes to lanes depends on the byte order; wasm has only one.
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        self.ins().bitcast(ty, flags, value)
    }

    /// A constant vector with these bytes, as lanes of this type.
    fn constant_lanes(&mut self, ty: Type, bytes: [u8; 16]) -> Value {
        let constant = self.builder.func.dfg.constants.insert(bytes.as_slice().into());
        self.ins().vconst(ty, constant)
    }

    /// Whether the target has an optional ISA feature.
    fn has(&self, feature: &str) -> bool {
        self.env.target.isa.iter().any(|name| name == feature)
    }
}

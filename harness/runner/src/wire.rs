//! How the trait's values travel from parent to worker, and into records: takes values, gives their
//! `serde` form, and back. The trait has no dependencies, so this code stands here.

use wassay_engine::{Hierarchy, Ref, Value};
use wassay_record::{self as record, Lanes, Nan, Pattern};

/// For fields of type `Vec<Value>`. They hold only values that a script can write: no handles of an
/// engine.
pub(crate) mod values {
    use super::{Pattern, Value, pattern, value};
    use serde::de::{Deserialize, Error};
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(values: &[Value], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(pattern))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Value>, D::Error> {
        let patterns = Vec::<Pattern>::deserialize(from)?;
        let values: Option<Vec<Value>> = patterns.iter().map(value).collect();
        values.ok_or_else(|| D::Error::custom("a pattern, not a value"))
    }
}

/// The value as a record holds it; of a handle what a script can observe.
pub(crate) fn pattern(value: &Value) -> Pattern {
    match *value {
        Value::I32(bits) => Pattern::I32(bits),
        Value::I64(bits) => Pattern::I64(bits),
        Value::F32(bits) => Pattern::F32(Nan::Bits(bits)),
        Value::F64(bits) => Pattern::F64(Nan::Bits(bits)),
        Value::V128(bits) => Pattern::V128(Lanes::Bits(bits)),
        Value::Ref(Ref::Null(hierarchy)) => Pattern::Null(Some(record_hierarchy(hierarchy))),
        Value::Ref(Ref::Func(_)) => Pattern::Func,
        Value::Ref(Ref::Extern(number)) => Pattern::Extern(Some(number)),
        Value::Ref(Ref::Host(number)) => Pattern::Host(number),
        Value::Ref(Ref::I31(bits)) => Pattern::I31(Some(bits)),
        Value::Ref(Ref::Struct(_)) => Pattern::Struct,
        Value::Ref(Ref::Array(_)) => Pattern::Array,
        Value::Ref(Ref::Exn(_)) => Pattern::Exn,
        Value::Ref(Ref::Externalized(_)) => Pattern::Extern(None),
    }
}

/// The only value that matches the pattern; `None` if there are several, or it is a handle.
pub(crate) fn value(pattern: &Pattern) -> Option<Value> {
    Some(match pattern {
        Pattern::I32(bits) => Value::I32(*bits),
        Pattern::I64(bits) => Value::I64(*bits),
        Pattern::F32(float) => Value::F32(float.bits()?),
        Pattern::F64(float) => Value::F64(float.bits()?),
        Pattern::V128(lanes) => Value::V128(lanes.bits()?),
        Pattern::Null(Some(hierarchy)) => Value::Ref(Ref::Null(engine_hierarchy(*hierarchy))),
        Pattern::Extern(Some(number)) => Value::Ref(Ref::Extern(*number)),
        Pattern::Host(number) => Value::Ref(Ref::Host(*number)),
        Pattern::I31(Some(bits)) => Value::Ref(Ref::I31(*bits)),
        _ => return None,
    })
}

/// The trait's hierarchy as a record's.
pub(crate) fn record_hierarchy(hierarchy: Hierarchy) -> record::Hierarchy {
    match hierarchy {
        Hierarchy::Func => record::Hierarchy::Func,
        Hierarchy::Extern => record::Hierarchy::Extern,
        Hierarchy::Any => record::Hierarchy::Any,
        Hierarchy::Exn => record::Hierarchy::Exn,
    }
}

/// A record's hierarchy as the trait's.
pub(crate) fn engine_hierarchy(hierarchy: record::Hierarchy) -> Hierarchy {
    match hierarchy {
        record::Hierarchy::Func => Hierarchy::Func,
        record::Hierarchy::Extern => Hierarchy::Extern,
        record::Hierarchy::Any => Hierarchy::Any,
        record::Hierarchy::Exn => Hierarchy::Exn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_engine::{Func, Object, Owner};

    #[test]
    fn a_value_survives_its_record() {
        let (owner, null) = (Owner::fresh(), |hierarchy| Value::Ref(Ref::Null(hierarchy)));
        let object = Object::new(owner, 0);
        let values = [
            Value::I32(u32::MAX),
            Value::I64(1 << 63),
            Value::f32(-0.0),
            Value::F32(0xffc0_0001),
            Value::f64(1e300),
            Value::V128(0x7fc0_0000 << 96 | 7),
            null(Hierarchy::Func),
            null(Hierarchy::Extern),
            null(Hierarchy::Any),
            null(Hierarchy::Exn),
            Value::Ref(Ref::Extern(7)),
            Value::Ref(Ref::Host(8)),
            Value::Ref(Ref::I31(9)),
        ];
        for given in values {
            let recorded = pattern(&given);
            assert_eq!(recorded.to_string(), given.to_string());
            assert_eq!(value(&recorded), Some(given));
        }
        let handles = [
            Ref::Func(Func::new(owner, 0)),
            Ref::Struct(object),
            Ref::Array(object),
            Ref::Exn(object),
            Ref::Externalized(object),
        ];
        for given in handles.map(Value::Ref) {
            let recorded = pattern(&given);
            assert_eq!(recorded.to_string(), given.to_string());
            assert_eq!(value(&recorded), None, "a handle is its engine's");
        }
        assert_eq!(value(&Pattern::F32(Nan::Canonical)), None);
    }
}

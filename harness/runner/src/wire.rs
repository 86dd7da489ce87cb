//! How the trait's values travel from parent to worker: takes values, gives their `serde` form, and
//! back. The trait has no dependencies, so this code stands here. Covers only values that a script
//! can write: no handles of an engine.

use serde::{Deserialize, Serialize};
use wassay_engine::{Hierarchy, Ref, Value};

#[derive(Serialize, Deserialize)]
enum Constant {
    I32(u32),
    I64(u64),
    F32(u32),
    F64(u64),
    V128(u128),
    Null(Tree),
    Extern(u32),
    Host(u32),
    I31(u32),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Tree {
    Func,
    Extern,
    Any,
    Exn,
}

/// For fields of type `Vec<Value>`.
pub(crate) mod values {
    use super::{Constant, Deserialize, Value};
    use serde::ser::{Error, SerializeSeq};
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(values: &[Value], to: S) -> Result<S::Ok, S::Error> {
        let mut seq = to.serialize_seq(Some(values.len()))?;
        for value in values {
            let constant = Constant::of(*value);
            seq.serialize_element(&constant.ok_or_else(|| S::Error::custom("a handle"))?)?;
        }
        seq.end()
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Value>, D::Error> {
        let constants = Vec::<Constant>::deserialize(from)?;
        Ok(constants.into_iter().map(Constant::value).collect())
    }
}

/// For fields of type `Option<Hierarchy>`.
pub(crate) mod hierarchy {
    use super::{Deserialize, Hierarchy, Serialize, Tree};
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        hierarchy: &Option<Hierarchy>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        hierarchy.map(Tree::of).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Hierarchy>, D::Error> {
        Ok(Option::<Tree>::deserialize(from)?.map(Tree::hierarchy))
    }
}

impl Constant {
    fn of(value: Value) -> Option<Constant> {
        Some(match value {
            Value::I32(bits) => Constant::I32(bits),
            Value::I64(bits) => Constant::I64(bits),
            Value::F32(bits) => Constant::F32(bits),
            Value::F64(bits) => Constant::F64(bits),
            Value::V128(bits) => Constant::V128(bits),
            Value::Ref(Ref::Null(hierarchy)) => Constant::Null(Tree::of(hierarchy)),
            Value::Ref(Ref::Extern(number)) => Constant::Extern(number),
            Value::Ref(Ref::Host(number)) => Constant::Host(number),
            Value::Ref(Ref::I31(bits)) => Constant::I31(bits),
            Value::Ref(
                Ref::Func(_) | Ref::Struct(_) | Ref::Array(_) | Ref::Exn(_) | Ref::Externalized(_),
            ) => return None,
        })
    }

    fn value(self) -> Value {
        match self {
            Constant::I32(bits) => Value::I32(bits),
            Constant::I64(bits) => Value::I64(bits),
            Constant::F32(bits) => Value::F32(bits),
            Constant::F64(bits) => Value::F64(bits),
            Constant::V128(bits) => Value::V128(bits),
            Constant::Null(tree) => Value::Ref(Ref::Null(tree.hierarchy())),
            Constant::Extern(number) => Value::Ref(Ref::Extern(number)),
            Constant::Host(number) => Value::Ref(Ref::Host(number)),
            Constant::I31(bits) => Value::Ref(Ref::I31(bits)),
        }
    }
}

impl Tree {
    fn of(hierarchy: Hierarchy) -> Tree {
        match hierarchy {
            Hierarchy::Func => Tree::Func,
            Hierarchy::Extern => Tree::Extern,
            Hierarchy::Any => Tree::Any,
            Hierarchy::Exn => Tree::Exn,
        }
    }

    fn hierarchy(self) -> Hierarchy {
        match self {
            Tree::Func => Hierarchy::Func,
            Tree::Extern => Hierarchy::Extern,
            Tree::Any => Hierarchy::Any,
            Tree::Exn => Hierarchy::Exn,
        }
    }
}

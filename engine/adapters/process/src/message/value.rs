//! Values and externs as lines have them, with handles as numbers; and as the trait has them.

use super::number::{I31, I32, I64, U64, V128};
use crate::handles::Handles;
use serde::{Deserialize, Serialize};
use wassay_engine::{self as engine, Fault, Hierarchy, Ref, Value};

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Val {
    I32(I32),
    I64(I64),
    F32(u32),
    F64(U64),
    V128(V128),
    Null(Tree),
    Func(u32),
    Extern(u32),
    Host(u32),
    I31(I31),
    Struct(u32),
    Array(u32),
    Exn(u32),
    Externalized(u32),
}

/// The hierarchy of a null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Tree {
    Func,
    Extern,
    Any,
    Exn,
}

/// Something that is imported or exported, by its handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Extern {
    Func(u32),
    Table(u32),
    Memory(u32),
    Global(u32),
    Tag(u32),
}

impl Val {
    /// The value for a line.
    ///
    /// # Errors
    /// If the other end cannot know a handle.
    pub fn write(value: Value, handles: &impl Handles) -> Result<Val, Fault> {
        Ok(match value {
            Value::I32(bits) => Val::I32(I32(bits)),
            Value::I64(bits) => Val::I64(I64(bits)),
            Value::F32(bits) => Val::F32(bits),
            Value::F64(bits) => Val::F64(U64(bits)),
            Value::V128(bits) => Val::V128(V128(bits)),
            Value::Ref(reference) => match reference {
                Ref::Null(Hierarchy::Func) => Val::Null(Tree::Func),
                Ref::Null(Hierarchy::Extern) => Val::Null(Tree::Extern),
                Ref::Null(Hierarchy::Any) => Val::Null(Tree::Any),
                Ref::Null(Hierarchy::Exn) => Val::Null(Tree::Exn),
                Ref::Func(func) => Val::Func(handles.write(func)?),
                Ref::Extern(number) => Val::Extern(number),
                Ref::Host(number) => Val::Host(number),
                Ref::I31(bits) => Val::I31(I31(bits)),
                Ref::Struct(object) => Val::Struct(handles.write(object)?),
                Ref::Array(object) => Val::Array(handles.write(object)?),
                Ref::Exn(object) => Val::Exn(handles.write(object)?),
                Ref::Externalized(object) => Val::Externalized(handles.write(object)?),
            },
        })
    }

    /// The values for a line.
    ///
    /// # Errors
    /// If the other end cannot know a handle.
    pub fn write_all(values: &[Value], handles: &impl Handles) -> Result<Vec<Val>, Fault> {
        values.iter().map(|value| Val::write(*value, handles)).collect()
    }

    /// The value that a line has.
    ///
    /// # Errors
    /// If there is no such handle.
    pub fn read(self, handles: &impl Handles) -> Result<Value, Fault> {
        Ok(Value::Ref(match self {
            Val::I32(I32(bits)) => return Ok(Value::I32(bits)),
            Val::I64(I64(bits)) => return Ok(Value::I64(bits)),
            Val::F32(bits) => return Ok(Value::F32(bits)),
            Val::F64(U64(bits)) => return Ok(Value::F64(bits)),
            Val::V128(V128(bits)) => return Ok(Value::V128(bits)),
            Val::Null(Tree::Func) => Ref::Null(Hierarchy::Func),
            Val::Null(Tree::Extern) => Ref::Null(Hierarchy::Extern),
            Val::Null(Tree::Any) => Ref::Null(Hierarchy::Any),
            Val::Null(Tree::Exn) => Ref::Null(Hierarchy::Exn),
            Val::Func(number) => Ref::Func(handles.read(number)?),
            Val::Extern(number) => Ref::Extern(number),
            Val::Host(number) => Ref::Host(number),
            Val::I31(I31(bits)) => Ref::I31(bits),
            Val::Struct(number) => Ref::Struct(handles.read(number)?),
            Val::Array(number) => Ref::Array(handles.read(number)?),
            Val::Exn(number) => Ref::Exn(handles.read(number)?),
            Val::Externalized(number) => Ref::Externalized(handles.read(number)?),
        }))
    }

    /// The values that a line has.
    ///
    /// # Errors
    /// If there is no such handle.
    pub fn read_all(values: &[Val], handles: &impl Handles) -> Result<Vec<Value>, Fault> {
        values.iter().map(|value| value.read(handles)).collect()
    }

    /// The reference that a line has.
    ///
    /// # Errors
    /// If it is no reference, or if there is no such handle.
    pub fn read_ref(self, handles: &impl Handles) -> Result<Ref, Fault> {
        match self.read(handles)? {
            Value::Ref(reference) => Ok(reference),
            other => Err(Fault::Misuse(format!("{other} is no reference"))),
        }
    }
}

impl Extern {
    /// The extern for a line.
    ///
    /// # Errors
    /// If the other end cannot know it.
    pub fn write(item: engine::Extern, handles: &impl Handles) -> Result<Extern, Fault> {
        Ok(match item {
            engine::Extern::Func(func) => Extern::Func(handles.write(func)?),
            engine::Extern::Table(table) => Extern::Table(handles.write(table)?),
            engine::Extern::Memory(memory) => Extern::Memory(handles.write(memory)?),
            engine::Extern::Global(global) => Extern::Global(handles.write(global)?),
            engine::Extern::Tag(tag) => Extern::Tag(handles.write(tag)?),
        })
    }

    /// The extern that a line has.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(self, handles: &impl Handles) -> Result<engine::Extern, Fault> {
        Ok(match self {
            Extern::Func(number) => engine::Extern::Func(handles.read(number)?),
            Extern::Table(number) => engine::Extern::Table(handles.read(number)?),
            Extern::Memory(number) => engine::Extern::Memory(handles.read(number)?),
            Extern::Global(number) => engine::Extern::Global(handles.read(number)?),
            Extern::Tag(number) => engine::Extern::Tag(handles.read(number)?),
        })
    }
}

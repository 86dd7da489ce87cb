//! Takes a type; returns the same type with different names for its defined types. If a name may
//! have no counterpart, use `try_map`: its closure also sees the kind that the type claims. Never
//! sees the structure of a defined type.

use crate::types::{
    CompositeKind, ExternType, FuncType, GlobalType, HeapType, RefType, TableType, ValType,
};
use std::convert::Infallible;

impl<T> HeapType<T> {
    /// The same type with a different name for its defined type.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> HeapType<U> {
        infallible(self.try_map(|_, ty| Ok(name(ty))))
    }

    /// The same type with a different name for its defined type.
    ///
    /// # Errors
    /// The error of `name`.
    pub fn try_map<U, E>(
        self,
        name: impl FnOnce(CompositeKind, T) -> Result<U, E>,
    ) -> Result<HeapType<U>, E> {
        Ok(match self {
            HeapType::Func => HeapType::Func,
            HeapType::NoFunc => HeapType::NoFunc,
            HeapType::Extern => HeapType::Extern,
            HeapType::NoExtern => HeapType::NoExtern,
            HeapType::Any => HeapType::Any,
            HeapType::Eq => HeapType::Eq,
            HeapType::I31 => HeapType::I31,
            HeapType::Struct => HeapType::Struct,
            HeapType::Array => HeapType::Array,
            HeapType::None => HeapType::None,
            HeapType::Exn => HeapType::Exn,
            HeapType::NoExn => HeapType::NoExn,
            HeapType::Concrete(kind, ty) => HeapType::Concrete(kind, name(kind, ty)?),
        })
    }
}

impl<T> RefType<T> {
    /// The same type with a different name for its defined type.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> RefType<U> {
        infallible(self.try_map(|_, ty| Ok(name(ty))))
    }

    /// The same type with a different name for its defined type.
    ///
    /// # Errors
    /// The error of `name`.
    pub fn try_map<U, E>(
        self,
        name: impl FnOnce(CompositeKind, T) -> Result<U, E>,
    ) -> Result<RefType<U>, E> {
        Ok(RefType { nullable: self.nullable, heap: self.heap.try_map(name)? })
    }
}

impl<T> ValType<T> {
    /// The same type with a different name for its defined type.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> ValType<U> {
        infallible(self.try_map(|_, ty| Ok(name(ty))))
    }

    /// The same type with a different name for its defined type.
    ///
    /// # Errors
    /// The error of `name`.
    pub fn try_map<U, E>(
        self,
        name: impl FnOnce(CompositeKind, T) -> Result<U, E>,
    ) -> Result<ValType<U>, E> {
        Ok(match self {
            ValType::I32 => ValType::I32,
            ValType::I64 => ValType::I64,
            ValType::F32 => ValType::F32,
            ValType::F64 => ValType::F64,
            ValType::V128 => ValType::V128,
            ValType::Ref(ty) => ValType::Ref(ty.try_map(name)?),
        })
    }
}

impl<T: Copy> FuncType<T> {
    /// The same type with different names for its defined types.
    pub fn map<U>(&self, mut name: impl FnMut(T) -> U) -> FuncType<U> {
        infallible(self.try_map(|_, ty| Ok(name(ty))))
    }

    /// The same type with different names for its defined types.
    ///
    /// # Errors
    /// The first error of `name`.
    pub fn try_map<U, E>(
        &self,
        mut name: impl FnMut(CompositeKind, T) -> Result<U, E>,
    ) -> Result<FuncType<U>, E> {
        let mut list = |types: &[ValType<T>]| -> Result<Vec<_>, E> {
            types.iter().map(|ty| ty.try_map(&mut name)).collect()
        };
        Ok(FuncType { params: list(&self.params)?, results: list(&self.results)? })
    }
}

impl<T> TableType<T> {
    /// The same type with a different name for its defined type.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> TableType<U> {
        infallible(self.try_map(|_, ty| Ok(name(ty))))
    }

    /// The same type with a different name for its defined type.
    ///
    /// # Errors
    /// The error of `name`.
    pub fn try_map<U, E>(
        self,
        name: impl FnOnce(CompositeKind, T) -> Result<U, E>,
    ) -> Result<TableType<U>, E> {
        let TableType { element, minimum, maximum, table64 } = self;
        Ok(TableType { element: element.try_map(name)?, minimum, maximum, table64 })
    }
}

impl<T> GlobalType<T> {
    /// The same type with a different name for its defined type.
    pub fn map<U>(self, name: impl FnOnce(T) -> U) -> GlobalType<U> {
        infallible(self.try_map(|_, ty| Ok(name(ty))))
    }

    /// The same type with a different name for its defined type.
    ///
    /// # Errors
    /// The error of `name`.
    pub fn try_map<U, E>(
        self,
        name: impl FnOnce(CompositeKind, T) -> Result<U, E>,
    ) -> Result<GlobalType<U>, E> {
        Ok(GlobalType { content: self.content.try_map(name)?, mutable: self.mutable })
    }
}

impl<T, F> ExternType<T, F> {
    /// The same type with different names for its defined types, and a different representation of
    /// function and tag types.
    pub fn map<U, G>(
        self,
        name: impl FnOnce(T) -> U,
        func: impl FnOnce(F) -> G,
    ) -> ExternType<U, G> {
        match self {
            ExternType::Func(ty) => ExternType::Func(func(ty)),
            ExternType::Table(ty) => ExternType::Table(ty.map(name)),
            ExternType::Memory(ty) => ExternType::Memory(ty),
            ExternType::Global(ty) => ExternType::Global(ty.map(name)),
            ExternType::Tag(ty) => ExternType::Tag(func(ty)),
        }
    }
}

fn infallible<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

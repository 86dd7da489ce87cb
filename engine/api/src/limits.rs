//! Takes types of globals, tables and memories that an embedder wants to create, and the features
//! of the engine; returns [`Fault::Misuse`] for a type that no valid module can have. Never sees an
//! engine's own limits: a type may be valid and still be too large for the machine.

use crate::features::{Feature, Features};
use crate::outcome::Fault;
use crate::types::{CompositeKind, GlobalType, HeapType, MemoryType, RefType, TableType, ValType};

impl MemoryType {
    /// Checks the type (specification, *Memory Types*; the proposals *threads* and *custom page
    /// sizes*).
    ///
    /// # Errors
    /// [`Fault::Misuse`] if the type needs a feature that is missing, if its page size is neither
    /// one byte nor 64 KiB, if its minimum or maximum exceeds [`MemoryType::page_limit`], if its
    /// minimum exceeds its maximum, or if it is shared and has no maximum.
    pub fn check(&self, features: Features) -> Result<(), Fault> {
        let needs = [
            (self.memory64, Feature::Memory64),
            (self.shared, Feature::Threads),
            (self.page_size_log2 != 16, Feature::CustomPageSizes),
        ];
        for (_, feature) in needs.iter().filter(|(needed, _)| *needed) {
            require(*feature, features, "a memory type")?;
        }
        if !matches!(self.page_size_log2, 0 | 16) {
            let log2 = self.page_size_log2;
            return misuse(format!("a memory with pages of 2^{log2} bytes: 1 and 65536 are valid"));
        }
        check_limits("memory", "pages", self.minimum, self.maximum, self.page_limit())?;
        if self.shared && self.maximum.is_none() {
            return misuse("a shared memory without a maximum".to_string());
        }
        Ok(())
    }

    /// The largest valid number of pages: all that an index can address and `memory.size` can
    /// return.
    pub const fn page_limit(&self) -> u64 {
        match (self.memory64, self.page_size_log2) {
            (false, 0) => u32::MAX as u64,
            (true, 0) => u64::MAX,
            (false, log2) => (1 << 32) >> log2,
            (true, log2) => 1 << (64 - log2),
        }
    }
}

impl<T> TableType<T> {
    /// Checks the type (specification, *Table Types*).
    ///
    /// # Errors
    /// [`Fault::Misuse`] if the type needs a feature that is missing, if its minimum or maximum
    /// exceeds the largest index, or if its minimum exceeds its maximum.
    pub fn check(&self, features: Features) -> Result<(), Fault> {
        if self.table64 {
            require(Feature::Memory64, features, "a table type")?;
        }
        // WebAssembly 1.0 has only the element type `funcref`.
        if !matches!(self.element, RefType { nullable: true, heap: HeapType::Func }) {
            check_ref(&self.element, features)?;
        }
        let limit = if self.table64 { u64::MAX } else { u32::MAX.into() };
        check_limits("table", "elements", self.minimum, self.maximum, limit)
    }
}

impl<T> GlobalType<T> {
    /// Checks the type (specification, *Global Types*).
    ///
    /// # Errors
    /// [`Fault::Misuse`] if the type needs a feature that is missing.
    pub fn check(&self, features: Features) -> Result<(), Fault> {
        match &self.content {
            ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 => Ok(()),
            ValType::V128 => require(Feature::Simd, features, "a value type"),
            ValType::Ref(ty) => check_ref(ty, features),
        }
    }
}

fn check_ref<T>(ty: &RefType<T>, features: Features) -> Result<(), Fault> {
    let heap = match &ty.heap {
        HeapType::Func | HeapType::Extern => Feature::ReferenceTypes,
        HeapType::Concrete(CompositeKind::Func, _) => Feature::FunctionReferences,
        HeapType::Exn => Feature::Exceptions,
        HeapType::NoExn => Feature::Gc,
        HeapType::NoFunc
        | HeapType::NoExtern
        | HeapType::Any
        | HeapType::Eq
        | HeapType::I31
        | HeapType::Struct
        | HeapType::Array
        | HeapType::None
        | HeapType::Concrete(CompositeKind::Struct | CompositeKind::Array, _) => Feature::Gc,
    };
    require(heap, features, "a reference type")?;
    if !ty.nullable {
        require(Feature::FunctionReferences, features, "a reference type")?;
    }
    Ok(())
}

fn check_limits(
    noun: &str,
    unit: &str,
    minimum: u64,
    maximum: Option<u64>,
    limit: u64,
) -> Result<(), Fault> {
    for (name, value) in [("minimum", Some(minimum)), ("maximum", maximum)] {
        if let Some(value) = value.filter(|value| *value > limit) {
            return misuse(format!(
                "a {noun} with a {name} of {value} {unit}: at most {limit} are valid"
            ));
        }
    }
    match maximum {
        Some(maximum) if minimum > maximum => misuse(format!(
            "a {noun} with a minimum of {minimum} {unit}, above its maximum of {maximum}"
        )),
        _ => Ok(()),
    }
}

fn require(feature: Feature, features: Features, noun: &str) -> Result<(), Fault> {
    if features.has(feature) {
        return Ok(());
    }
    misuse(format!("{noun} that needs {feature}, which is not enabled"))
}

fn misuse(what: String) -> Result<(), Fault> {
    Err(Fault::Misuse(what))
}

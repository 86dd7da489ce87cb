//! What is offered against what is wanted: import matching (specification, *Matching*).

use crate::types::TypeRegistry;
use wassay_artifact::types::{CanonicalType, GlobalType, MemoryType, TableType};

/// The type of an extern. Of a function or tag, the number of its function type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ExternType {
    Func(CanonicalType),
    Table(TableType<CanonicalType>),
    Memory(MemoryType),
    Global(GlobalType<CanonicalType>),
    Tag(CanonicalType),
}

impl ExternType {
    /// The kind's name in the text format.
    pub const fn kind(&self) -> &'static str {
        match self {
            ExternType::Func(_) => "func",
            ExternType::Table(_) => "table",
            ExternType::Memory(_) => "memory",
            ExternType::Global(_) => "global",
            ExternType::Tag(_) => "tag",
        }
    }

    /// Whether an extern of this type, with its current size as minimum, can be imported as
    /// `wanted`; if not, in words why.
    ///
    /// # Errors
    /// The reason.
    pub fn matches(&self, wanted: &ExternType, types: &TypeRegistry) -> Result<(), String> {
        match (self, wanted) {
            (ExternType::Func(actual), ExternType::Func(wanted)) => {
                fits(types.is_subtype(*actual, *wanted), || "function type differs".to_string())
            }
            (ExternType::Table(actual), ExternType::Table(wanted)) => {
                fits(actual.table64 == wanted.table64, || "index type differs".to_string())?;
                let (ours, theirs) = (actual.element, wanted.element);
                fits(types.ref_matches(ours, theirs) && types.ref_matches(theirs, ours), || {
                    "element type differs".to_string()
                })?;
                limits((actual.minimum, actual.maximum), (wanted.minimum, wanted.maximum))
            }
            (ExternType::Memory(actual), ExternType::Memory(wanted)) => {
                fits(actual.memory64 == wanted.memory64, || "index type differs".to_string())?;
                fits(actual.shared == wanted.shared, || "sharing differs".to_string())?;
                fits(actual.page_size_log2 == wanted.page_size_log2, || {
                    "page size differs".to_string()
                })?;
                limits((actual.minimum, actual.maximum), (wanted.minimum, wanted.maximum))
            }
            (ExternType::Global(actual), ExternType::Global(wanted)) => {
                fits(actual.mutable == wanted.mutable, || "mutability differs".to_string())?;
                let (ours, theirs) = (actual.content, wanted.content);
                let matches = types.val_matches(ours, theirs)
                    && (!actual.mutable || types.val_matches(theirs, ours));
                fits(matches, || "content type differs".to_string())
            }
            (ExternType::Tag(actual), ExternType::Tag(wanted)) => {
                fits(actual == wanted, || "tag type differs".to_string())
            }
            _ => Err(format!("wanted a {}, got a {}", wanted.kind(), self.kind())),
        }
    }
}

fn fits(matches: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if matches { Ok(()) } else { Err(otherwise()) }
}

fn limits(actual: (u64, Option<u64>), wanted: (u64, Option<u64>)) -> Result<(), String> {
    fits(actual.0 >= wanted.0, || {
        format!("a size of {} where at least {} is wanted", actual.0, wanted.0)
    })?;
    match (actual.1, wanted.1) {
        (_, None) => Ok(()),
        (Some(actual), Some(wanted)) => fits(actual <= wanted, || {
            format!("a maximum of {actual} where at most {wanted} is wanted")
        }),
        (None, Some(wanted)) => Err(format!("no maximum where at most {wanted} is wanted")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_artifact::types::{FuncType, HeapType, RefType, ValType};

    fn memory(minimum: u64, maximum: Option<u64>) -> ExternType {
        ExternType::Memory(MemoryType {
            minimum,
            maximum,
            memory64: false,
            shared: false,
            page_size_log2: 16,
        })
    }

    fn global(nullable: bool, mutable: bool) -> ExternType {
        let content = ValType::Ref(RefType { nullable, heap: HeapType::Extern });
        ExternType::Global(GlobalType { content, mutable })
    }

    #[test]
    fn limits_of_the_import_enclose_those_of_the_extern() {
        let types = TypeRegistry::default();
        let matches = |a: &ExternType, b: &ExternType| a.matches(b, &types).is_ok();
        assert!(matches(&memory(2, Some(3)), &memory(1, None)));
        assert!(matches(&memory(2, Some(3)), &memory(2, Some(3))));
        assert!(!matches(&memory(2, Some(3)), &memory(3, None)));
        assert!(!matches(&memory(2, None), &memory(2, Some(5))));
        assert!(!matches(&memory(2, Some(6)), &memory(2, Some(5))));
    }

    #[test]
    fn mutable_globals_are_invariant() {
        let types = TypeRegistry::default();
        assert!(global(false, false).matches(&global(true, false), &types).is_ok());
        assert!(global(true, false).matches(&global(false, false), &types).is_err());
        assert!(global(false, true).matches(&global(true, true), &types).is_err());
        assert!(global(true, true).matches(&global(true, true), &types).is_ok());
        assert!(global(true, true).matches(&global(true, false), &types).is_err());
    }

    #[test]
    fn kinds_do_not_mix() {
        let types = TypeRegistry::default();
        let ty = types.intern_func(&FuncType { params: vec![], results: vec![] });
        let why = ExternType::Func(ty).matches(&ExternType::Tag(ty), &types).unwrap_err();
        assert_eq!(why, "wanted a tag, got a func");
    }
}

//! Matches the type of an extern with the type that an import wants (specification, *Matching*).

use crate::types::TypeRegistry;
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::types::CanonicalType;

/// The type of an extern; function types are canonical numbers.
pub(crate) type ExternType = wassay_engine::ExternType<CanonicalType, CanonicalType>;

/// The type in terms of the public API.
pub(crate) fn describe(ty: ExternType, types: &TypeRegistry) -> wassay_engine::ExternType {
    ty.map(
        |ty| types.handle(ty),
        |ty| types.func(ty).unwrap_or_default().map(|ty| types.handle(ty)),
    )
}

/// Whether an extern of type `actual`, whose minimum is its current size, can be imported as
/// `wanted`.
///
/// # Errors
/// A message that names the mismatch.
pub(crate) fn matches(
    actual: &ExternType,
    wanted: &ExternType,
    types: &TypeRegistry,
) -> Result<(), String> {
    match (actual, wanted) {
        (ExternType::Func(actual), ExternType::Func(wanted)) => {
            let matches =
                types.is_subtype(*actual, *wanted) || Seeded::ImportTypeUnchecked.is_seeded();
            fits(matches, || "function type differs".to_string())
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
            let is_alike = actual.mutable == wanted.mutable || Seeded::ImportMutability.is_seeded();
            fits(is_alike, || "mutability differs".to_string())?;
            let (ours, theirs) = (actual.content, wanted.content);
            let matches = types.val_matches(ours, theirs)
                && (!actual.mutable || types.val_matches(theirs, ours));
            fits(matches, || "content type differs".to_string())
        }
        (ExternType::Tag(actual), ExternType::Tag(wanted)) => {
            fits(actual == wanted, || "tag type differs".to_string())
        }
        _ => Err(format!("wanted a {}, got a {}", wanted.kind(), actual.kind())),
    }
}

fn fits(matches: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if matches { Ok(()) } else { Err(otherwise()) }
}

fn limits(actual: (u64, Option<u64>), wanted: (u64, Option<u64>)) -> Result<(), String> {
    fits(actual.0 >= wanted.0, || {
        format!("size {} is below the required minimum {}", actual.0, wanted.0)
    })?;
    match (actual.1, wanted.1) {
        _ if Seeded::ImportMaximum.is_seeded() => Ok(()),
        (_, None) => Ok(()),
        (Some(actual), Some(wanted)) => fits(actual <= wanted, || {
            format!("maximum {actual} exceeds the permitted maximum {wanted}")
        }),
        (None, Some(wanted)) => Err(format!("no maximum, but the permitted maximum is {wanted}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_artifact::types::{FuncType, GlobalType, HeapType, MemoryType, RefType, ValType};

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
        let matches = |a: &ExternType, b: &ExternType| matches(a, b, &types).is_ok();
        assert!(matches(&memory(2, Some(3)), &memory(1, None)));
        assert!(matches(&memory(2, Some(3)), &memory(2, Some(3))));
        assert!(!matches(&memory(2, Some(3)), &memory(3, None)));
        assert!(!matches(&memory(2, None), &memory(2, Some(5))));
        assert!(!matches(&memory(2, Some(6)), &memory(2, Some(5))));
    }

    #[test]
    fn mutable_globals_are_invariant() {
        let types = TypeRegistry::default();
        assert!(matches(&global(false, false), &global(true, false), &types).is_ok());
        assert!(matches(&global(true, false), &global(false, false), &types).is_err());
        assert!(matches(&global(false, true), &global(true, true), &types).is_err());
        assert!(matches(&global(true, true), &global(true, true), &types).is_ok());
        assert!(matches(&global(true, true), &global(true, false), &types).is_err());
    }

    #[test]
    fn kinds_do_not_mix() {
        let types = TypeRegistry::default();
        let ty = types.intern_func(&FuncType { params: vec![], results: vec![] });
        let why = matches(&ExternType::Func(ty), &ExternType::Tag(ty), &types).unwrap_err();
        assert_eq!(why, "wanted a tag, got a func");
    }
}

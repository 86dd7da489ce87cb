//! Takes module types; returns engine-wide numbers. Whole recursion groups are hash-consed, with
//! references inside a group relative to it, so that equal numbers are equal types (specification,
//! *Type Equivalence*).
//!
//! Outside the runtime a number is a handle, which no other runtime accepts.
//!
//! Types live as long as the runtime: their number is bounded by the distinct types of all modules
//! ever loaded.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use wassay_artifact::fault::Fault as Seeded;
use wassay_artifact::index::TypeIndex;
use wassay_artifact::types::*;
use wassay_engine::{DefinedType, Fault, Owner};

/// The name of a type in a recursion group during the lookup of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum GroupRef {
    Inside(u32),
    Outside(CanonicalType),
}

/// A defined type with its ancestors.
#[derive(Debug)]
pub(crate) struct Defined {
    pub ty: SubType<CanonicalType>,
    /// The path from the root of the type's tree to the type itself: a type is a subtype of another
    /// if the other is in its path at the other's depth.
    ancestors: Box<[CanonicalType]>,
}

/// All types of a runtime.
#[derive(Debug)]
pub struct TypeRegistry {
    owner: Owner,
    types: RwLock<Types>,
}

impl Default for TypeRegistry {
    fn default() -> TypeRegistry {
        TypeRegistry { owner: Owner::fresh(), types: RwLock::default() }
    }
}

#[derive(Debug, Default)]
struct Types {
    /// The first number of each group.
    groups: HashMap<Box<[SubType<GroupRef>]>, CanonicalType>,
    types: Vec<Arc<Defined>>,
}

impl TypeRegistry {
    /// The numbers of a module's types.
    ///
    /// # Errors
    /// A message, if the groups do not cover the types or a type refers to a later group.
    pub fn intern_module(
        &self,
        types: &[SubType<TypeIndex>],
        group_lengths: &[u32],
    ) -> Result<Vec<CanonicalType>, String> {
        let mut numbers: Vec<CanonicalType> = Vec::with_capacity(types.len());
        for &len in group_lengths {
            let start = numbers.len();
            let group = types.get(start..start + len as usize).ok_or("groups exceed the types")?;
            if group.is_empty() {
                continue;
            }
            let group = relative(group, start, &numbers)?;
            let mut first = self.intern_group(group);
            if let Some(last) = numbers.last()
                && Seeded::TypeNumbersContiguous.is_seeded()
            {
                first = CanonicalType(last.0 + 1);
            }
            numbers.extend((0..len).map(|at| CanonicalType(first.0 + at)));
        }
        if numbers.len() == types.len() { Ok(numbers) } else { Err("types without a group".into()) }
    }

    /// The number of a function type that is alone in its group, final and without a supertype.
    pub fn intern_func(&self, ty: &FuncType<CanonicalType>) -> CanonicalType {
        let composite = CompositeType::Func(ty.map(GroupRef::Outside));
        self.intern_group(Box::new([SubType { is_final: true, supertype: None, composite }]))
    }

    /// The handle of a type.
    pub fn handle(&self, ty: CanonicalType) -> DefinedType {
        DefinedType::new(self.owner, ty.0)
    }

    /// The type of a handle.
    ///
    /// # Errors
    /// [`Fault::Foreign`] for a handle of another registry, [`Fault::Misuse`] if the type has a
    /// different kind.
    pub fn canonical(&self, kind: CompositeKind, ty: DefinedType) -> Result<CanonicalType, Fault> {
        let canonical = CanonicalType(ty.index_in(self.owner)?);
        let actual = self.defined(canonical).map(|defined| defined.ty.composite.kind());
        if actual == Some(kind) {
            Ok(canonical)
        } else {
            Err(Fault::Misuse(format!("{canonical} is not a {kind:?} type of this engine")))
        }
    }

    /// The function type of this number; `None` if it has a different kind.
    pub fn func(&self, ty: CanonicalType) -> Option<FuncType<CanonicalType>> {
        match &self.defined(ty)?.ty.composite {
            CompositeType::Func(ty) => Some(ty.clone()),
            _ => None,
        }
    }

    /// Whether the first type is the second or a declared subtype of it.
    pub fn is_subtype(&self, sub: CanonicalType, sup: CanonicalType) -> bool {
        if sub == sup {
            return true;
        }
        let types = self.types.read().unwrap_or_else(PoisonError::into_inner);
        let (Some(sub), Some(of)) = (types.get(sub), types.get(sup)) else { return false };
        sub.ancestors.get(of.ancestors.len() - 1) == Some(&sup)
    }

    /// Whether the first heap type matches the second (specification, *Matching*).
    pub fn heap_matches(&self, sub: HeapType<CanonicalType>, sup: HeapType<CanonicalType>) -> bool {
        use HeapType::*;
        let aggregate =
            |heap| matches!(heap, Concrete(CompositeKind::Struct | CompositeKind::Array, _) | None);
        match (sub, sup) {
            (Concrete(_, sub), Concrete(_, sup)) => self.is_subtype(sub, sup),
            _ if sub == sup => true,
            (sub, Any) => aggregate(sub) || matches!(sub, Eq | I31 | Struct | Array),
            (sub, Eq) => aggregate(sub) || matches!(sub, I31 | Struct | Array),
            (None, I31) => true,
            (sub, Struct) => matches!(sub, None | Concrete(CompositeKind::Struct, _)),
            (sub, Array) => matches!(sub, None | Concrete(CompositeKind::Array, _)),
            (None, Concrete(kind, _)) => kind != CompositeKind::Func,
            (sub, Func) => matches!(sub, NoFunc | Concrete(CompositeKind::Func, _)),
            (NoFunc, Concrete(kind, _)) => kind == CompositeKind::Func,
            (NoExtern, Extern) | (NoExn, Exn) => true,
            _ => false,
        }
    }

    /// Whether the first reference type matches the second.
    pub fn ref_matches(&self, sub: RefType<CanonicalType>, sup: RefType<CanonicalType>) -> bool {
        (sup.nullable || !sub.nullable) && self.heap_matches(sub.heap, sup.heap)
    }

    /// Whether the first value type matches the second.
    pub fn val_matches(&self, sub: ValType<CanonicalType>, sup: ValType<CanonicalType>) -> bool {
        match (sub, sup) {
            (ValType::Ref(sub), ValType::Ref(sup)) => self.ref_matches(sub, sup),
            _ => sub == sup,
        }
    }

    pub(crate) fn defined(&self, ty: CanonicalType) -> Option<Arc<Defined>> {
        self.types.read().unwrap_or_else(PoisonError::into_inner).get(ty).cloned()
    }

    fn intern_group(&self, group: Box<[SubType<GroupRef>]>) -> CanonicalType {
        let known =
            self.types.read().unwrap_or_else(PoisonError::into_inner).groups.get(&group).copied();
        known.unwrap_or_else(|| {
            self.types.write().unwrap_or_else(PoisonError::into_inner).intern(group)
        })
    }
}

impl Types {
    fn get(&self, ty: CanonicalType) -> Option<&Arc<Defined>> {
        self.types.get(ty.0 as usize)
    }

    fn intern(&mut self, group: Box<[SubType<GroupRef>]>) -> CanonicalType {
        // Another thread may have inserted it first, since the read lock was released.
        if let Some(first) = self.groups.get(&group) {
            return *first;
        }
        let first = CanonicalType(self.types.len() as u32);
        for ty in &group {
            let number = CanonicalType(self.types.len() as u32);
            let ty = ty.map(|name| match name {
                GroupRef::Inside(at) => CanonicalType(first.0 + at),
                GroupRef::Outside(ty) => ty,
            });
            let mut ancestors = match ty.supertype.and_then(|supertype| self.get(supertype)) {
                Some(supertype) => supertype.ancestors.to_vec(),
                None => Vec::new(),
            };
            ancestors.push(number);
            self.types.push(Arc::new(Defined { ty, ancestors: ancestors.into() }));
        }
        self.groups.insert(group, first);
        first
    }
}

/// A group whose own types are named by their place in it and all others by their numbers.
fn relative(
    group: &[SubType<TypeIndex>],
    start: usize,
    earlier: &[CanonicalType],
) -> Result<Box<[SubType<GroupRef>]>, String> {
    let mut wrong = None;
    let group_len = group.len();
    let group = group
        .iter()
        .enumerate()
        .map(|(at, ty)| {
            let ty = ty.map(|name| match name.at().checked_sub(start) {
                None => GroupRef::Outside(earlier[name.at()]),
                Some(inside) => {
                    if inside >= group_len {
                        wrong = Some(name);
                    }
                    GroupRef::Inside(inside as u32)
                }
            });
            // Ancestors are computed in order, so a supertype must come first, as wasm requires.
            if matches!(ty.supertype, Some(GroupRef::Inside(inside)) if inside as usize >= at) {
                wrong = Some(TypeIndex((start + at) as u32));
            }
            ty
        })
        .collect();
    match wrong {
        None => Ok(group),
        Some(name) => Err(format!("type {} refers to a later one", name.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn func(
        params: &[ValType<TypeIndex>],
        is_final: bool,
        supertype: Option<u32>,
    ) -> SubType<TypeIndex> {
        SubType {
            is_final,
            supertype: supertype.map(TypeIndex),
            composite: CompositeType::Func(FuncType { params: params.to_vec(), results: vec![] }),
        }
    }

    fn reference(kind: CompositeKind, to: u32) -> ValType<TypeIndex> {
        ValType::Ref(RefType { nullable: true, heap: HeapType::Concrete(kind, TypeIndex(to)) })
    }

    #[test]
    fn equal_types_of_two_modules_have_one_number() {
        let registry = TypeRegistry::default();
        let a = registry
            .intern_module(
                &[func(&[ValType::I32], true, None), func(&[ValType::F32], true, None)],
                &[1, 1],
            )
            .unwrap();
        let b = registry
            .intern_module(
                &[func(&[ValType::F32], true, None), func(&[ValType::I32], true, None)],
                &[1, 1],
            )
            .unwrap();
        assert_eq!((a[0], a[1]), (b[1], b[0]));
        assert_ne!(a[0], a[1]);
        let i32_param = FuncType { params: vec![ValType::I32], results: vec![] };
        assert_eq!(registry.intern_func(&i32_param), a[0]);
        assert_eq!(registry.func(a[0]), Some(i32_param));
    }

    #[test]
    fn recursion_groups_are_equal_as_wholes() {
        let registry = TypeRegistry::default();
        // (rec (func (param (ref null 0)))) twice, at different indices.
        let own = |at| func(&[reference(CompositeKind::Func, at)], true, None);
        let ids = registry.intern_module(&[own(0), own(1)], &[1, 1]).unwrap();
        assert_eq!(ids[0], ids[1]);
        // A group of two such types differs from two groups of one.
        let pair = registry.intern_module(&[own(0), own(1)], &[2]).unwrap();
        assert_ne!(pair[0], ids[0]);
        assert_ne!(pair[0], pair[1]);
        // A reference to the earlier group differs from one to the own group.
        let other = registry.intern_module(&[own(0), own(0)], &[1, 1]).unwrap();
        assert_ne!(other[1], ids[0]);
        // Finality is part of a type.
        let open =
            registry.intern_module(&[func(&[], false, None), func(&[], true, None)], &[1, 1]);
        let open = open.unwrap();
        assert_ne!(open[0], open[1]);
    }

    #[test]
    fn subtypes_are_found_at_every_depth() {
        let registry = TypeRegistry::default();
        let chain: Vec<_> =
            (0..64u32).map(|at| func(&[ValType::I32], false, at.checked_sub(1))).collect();
        let ids = registry.intern_module(&chain, &[1; 64]).unwrap();
        let stranger = registry.intern_module(&[func(&[], false, None)], &[1]).unwrap()[0];
        for (at, &sub) in ids.iter().enumerate() {
            for (depth, &sup) in ids.iter().enumerate() {
                assert_eq!(registry.is_subtype(sub, sup), depth <= at);
            }
            assert!(!registry.is_subtype(sub, stranger) && !registry.is_subtype(stranger, sub));
        }
    }

    #[test]
    fn heap_types_match_as_the_specification_says() {
        use HeapType::*;
        let registry = TypeRegistry::default();
        let ids = registry
            .intern_module(
                &[
                    func(&[], false, Option::None),
                    SubType {
                        is_final: true,
                        supertype: Option::None,
                        composite: CompositeType::Struct(vec![]),
                    },
                ],
                &[1, 1],
            )
            .unwrap();
        let (function, structure) =
            (Concrete(CompositeKind::Func, ids[0]), Concrete(CompositeKind::Struct, ids[1]));
        let above = |heap| match heap {
            None => vec![None, I31, Struct, Array, Eq, Any, structure],
            I31 => vec![I31, Eq, Any],
            Struct => vec![Struct, Eq, Any],
            Array => vec![Array, Eq, Any],
            Eq => vec![Eq, Any],
            Any => vec![Any],
            NoFunc => vec![NoFunc, Func, function],
            Func => vec![Func],
            NoExtern => vec![NoExtern, Extern],
            Extern => vec![Extern],
            NoExn => vec![NoExn, Exn],
            Exn => vec![Exn],
            Concrete(CompositeKind::Func, _) => vec![function, Func],
            Concrete(..) => vec![structure, Struct, Eq, Any],
        };
        let all = [
            None, I31, Struct, Array, Eq, Any, NoFunc, Func, NoExtern, Extern, NoExn, Exn,
            function, structure,
        ];
        for sub in all {
            for sup in all {
                assert_eq!(
                    registry.heap_matches(sub, sup),
                    above(sub).contains(&sup),
                    "{sub:?} <: {sup:?}"
                );
            }
        }
    }

    #[test]
    fn references_to_later_types_are_refused() {
        let registry = TypeRegistry::default();
        let forward = func(&[reference(CompositeKind::Func, 1)], true, None);
        let other = func(&[], true, None);
        assert!(registry.intern_module(&[forward, other.clone()], &[1, 1]).is_err());
        assert!(registry.intern_module(&[func(&[], true, Some(0))], &[1]).is_err());
        assert!(registry.intern_module(std::slice::from_ref(&other), &[2]).is_err());
        assert!(registry.intern_module(&[other], &[]).is_err());
    }
}

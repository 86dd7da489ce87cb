//! Index spaces of a module. A *whole-space* index counts imports first; a *defined* index counts
//! only what the module defines. They are different types, so that they cannot be mixed.

use serde::{Deserialize, Serialize};

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in a Rust slice.
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// A type of the module's type space, as the binary numbers it.
    TypeIndex,
    /// A function of the whole space, imports first.
    FuncIndex,
    /// A function among those that the module defines.
    DefinedFuncIndex,
    /// A table of the whole space.
    TableIndex,
    /// A memory of the whole space.
    MemoryIndex,
    /// A global of the whole space.
    GlobalIndex,
    /// A tag of the whole space.
    TagIndex,
    /// An element segment.
    ElemIndex,
    /// A data segment.
    DataIndex,
}

/// The number of imports in each space, which converts whole-space and defined indices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct ImportCounts {
    pub functions: u32,
    pub tables: u32,
    pub memories: u32,
    pub globals: u32,
    pub tags: u32,
}

impl ImportCounts {
    /// The defined index of a function, or `None` for an imported one.
    pub fn defined_func(&self, func: FuncIndex) -> Option<DefinedFuncIndex> {
        func.0.checked_sub(self.functions).map(DefinedFuncIndex)
    }

    /// The whole-space index of a defined function.
    pub fn func(&self, defined: DefinedFuncIndex) -> FuncIndex {
        FuncIndex(defined.0 + self.functions)
    }
}

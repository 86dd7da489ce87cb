//! Handles: small numbers for the things that an engine or a session owns. Each carries the tag of
//! its owner, so that a foreign handle is refused instead of misread.
//!
//! A handle keeps its object alive until it has been dropped as often as it was returned
//! ([`Session::drop_extern`](crate::Session::drop_extern)) or its owner is dropped. An owner never
//! reuses a number, so a stale handle is refused, too.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

/// The tag of an owner (an engine or a session), unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner(u32);

impl Owner {
    /// A tag that no other owner in this process has.
    pub fn fresh() -> Owner {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Owner(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name { owner: Owner, index: u32 }

        impl $name {
            /// A handle of the owner's object with this index. Only engines create handles.
            pub const fn new(owner: Owner, index: u32) -> Self {
                $name { owner, index }
            }

            /// The engine or session that created the handle.
            pub const fn owner(self) -> Owner {
                self.owner
            }

            /// The index that the owner chose.
            pub const fn index(self) -> u32 {
                self.index
            }

            /// The index, if the handle belongs to `owner`.
            ///
            /// # Errors
            /// [`Fault::Foreign`](crate::Fault::Foreign), for a handle of another engine or session.
            pub fn index_in(self, owner: Owner) -> Result<u32, crate::Fault> {
                if self.owner == owner {
                    Ok(self.index)
                } else {
                    Err(crate::Fault::foreign(concat!(
                        "a ", stringify!($name), " handle of another owner"
                    )))
                }
            }
        }
    )*};
}

handles! {
    /// A compiled module; belongs to an engine.
    Module,
    /// A memory that several sessions may adopt, as long as one of them uses it; belongs to an
    /// engine.
    SharedMemory,
    /// A canonical defined type: equal handles are equal types (specification, *Type Equivalence*);
    /// belongs to an engine.
    DefinedType,
    /// An instance; belongs to a session.
    Instance,
    /// A function; belongs to a session.
    Func,
    /// A table; belongs to a session.
    Table,
    /// A memory; belongs to a session.
    Memory,
    /// A global; belongs to a session.
    Global,
    /// A tag; belongs to a session.
    Tag,
    /// A struct, an array, an exception or an externalized reference; belongs to a session.
    Object,
}

impl fmt::Display for DefinedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type#{}", self.index)
    }
}

/// Anything that can be imported and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Extern {
    Func(Func),
    Table(Table),
    Memory(Memory),
    Global(Global),
    Tag(Tag),
}

impl Extern {
    /// The kind's name in the text format, for example `func`.
    pub const fn kind(self) -> &'static str {
        match self {
            Extern::Func(_) => "func",
            Extern::Table(_) => "table",
            Extern::Memory(_) => "memory",
            Extern::Global(_) => "global",
            Extern::Tag(_) => "tag",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_handle_is_refused() {
        let (ours, theirs) = (Owner::fresh(), Owner::fresh());
        let func = Func::new(ours, 7);
        assert_eq!(func.index_in(ours), Ok(7));
        assert!(matches!(func.index_in(theirs), Err(crate::Fault::Foreign(_))));
    }
}

//! Names of what a store holds: plain positions. They carry no owner; the glue above does that.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in a Rust slice.
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An instance.
    InstanceId,
    /// A function; one function has one id, however often it is asked for.
    FuncId,
    /// A table.
    TableId,
    /// A memory.
    MemoryId,
    /// A global.
    GlobalId,
    /// A tag.
    TagId,
}

/// What can be imported and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Extern {
    Func(FuncId),
    Table(TableId),
    Memory(MemoryId),
    Global(GlobalId),
    Tag(TagId),
}

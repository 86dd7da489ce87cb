//! Places of objects in a store. A place is reused when its object is freed. Inside the store only
//! reachable objects refer to others by place; the outside has handles.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(pub u32);

        impl $name {
            /// The position in a Rust slice.
            pub(crate) const fn at(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An instance.
    InstanceId,
    /// A table.
    TableId,
    /// A memory.
    MemoryId,
    /// A global.
    GlobalId,
    /// A tag.
    TagId,
    /// A host function.
    HostId,
}

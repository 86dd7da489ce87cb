//! What a number on a line refers to: the two ends of the pipe translate handles in different ways,
//! and share all else. Sees no lines.

use wassay_engine::{
    DefinedType, Fault, Func, Global, Instance, Memory, Module, Object, Owner, SharedMemory, Table,
    Tag,
};

macro_rules! handles {
    ($($name:ident = $words:literal,)*) => {
        /// The kinds of handles.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Kind { $($name,)* }

        impl Kind {
            /// Its name in messages.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$name => $words,)* }
            }
        }

        $(impl Handle for $name {
            const KIND: Kind = Kind::$name;

            fn of(owner: Owner, index: u32) -> $name {
                $name::new(owner, index)
            }

            fn place(self) -> (Owner, u32) {
                (self.owner(), self.index())
            }
        })*
    };
}

handles! {
    Module = "module",
    SharedMemory = "shared memory",
    DefinedType = "type",
    Instance = "instance",
    Func = "function",
    Table = "table",
    Memory = "memory",
    Global = "global",
    Tag = "tag",
    Object = "object",
}

/// A handle of the trait.
pub trait Handle: Copy {
    /// Its kind.
    const KIND: Kind;

    /// The handle of this owner with this index.
    fn of(owner: Owner, index: u32) -> Self;

    /// Its owner and index.
    fn place(self) -> (Owner, u32);
}

/// Translates handles at one end of the pipe.
pub trait Handles {
    /// The number of a handle.
    ///
    /// # Errors
    /// If the other end cannot know it.
    fn number(&self, kind: Kind, owner: Owner, index: u32) -> Result<u32, Fault>;

    /// The owner and index of the handle with this number.
    ///
    /// # Errors
    /// If there is none.
    fn place(&self, kind: Kind, number: u32) -> Result<(Owner, u32), Fault>;

    /// The number of a handle, for a line.
    ///
    /// # Errors
    /// If the other end cannot know it.
    fn write<H: Handle>(&self, handle: H) -> Result<u32, Fault> {
        let (owner, index) = handle.place();
        self.number(H::KIND, owner, index)
    }

    /// The handle with the number that a line has.
    ///
    /// # Errors
    /// If there is none.
    fn read<H: Handle>(&self, number: u32) -> Result<H, Fault> {
        let (owner, index) = self.place(H::KIND, number)?;
        Ok(H::of(owner, index))
    }
}

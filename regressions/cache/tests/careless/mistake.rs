//! What an engine can do wrong with its cache.

/// Makes the mistakes, and the list of all.
macro_rules! mistakes {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One mistake, or none.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Mistake {
            $($(#[$doc])* $name,)*
        }

        const ALL: &[Mistake] = &[$(Mistake::$name,)*];
    };
}

mistakes! {
    /// None: a sound engine.
    None,
    /// Has no cache directory, which is no mistake either.
    NoDirectory,
    /// Neither counts nor reports where code comes from, which is no mistake either.
    Silent,
    /// The same, and it never reads an entry.
    ReadsNothing,
    /// Does not count, but reports where code comes from, which is no mistake either.
    CountsNothingAtAll,
    /// Stores nothing.
    Forgets,
    /// Does not count entries that it refuses.
    CountsNothing,
    /// Compiles again, and stores nothing in the place of a refused entry.
    DoesNotHeal,
    /// Panics at an entry that it refuses.
    Panics,
    /// Rejects the module of an entry that it refuses, once.
    RejectsDamaged,
    /// Calls an entry that it refuses unsupported.
    LacksDamaged,
    /// Reports one entry for all modules.
    SharesEntries,
    /// Loads whatever lies under a module's name.
    IgnoresContents,
    /// Looks entries up without the settings.
    IgnoresSettings,
    /// Writes entries where others look for them.
    WritesInPlace,
    /// Writes all copies of an entry in a process to one temporary file.
    SharesTemporaries,
    /// Fails if an entry cannot be stored.
    NeedsToStore,
    /// Does not remove what could not be written.
    LeavesTemporaries,
    /// Does not ask who may write to the directory.
    UsesAnyDirectory,
    /// Panics if it cannot write.
    FailsWithoutRoom,
    /// Never frees a module.
    KeepsModules,
    /// Does not look into large entries.
    LargeUnverified,
    /// Does not look into entries whose times have not changed.
    BelievesTimes,
    /// Looks modules up by their length and their beginning.
    KeyOfTheBeginning,
    /// Looks entries up by the number of settings.
    CountsSettings,
    /// Writes through a link in the place of an entry.
    FollowsLinks,
    /// Removes what it did not write.
    RemovesAll,
    /// Has entries in a directory below, and does not ask who may write to it.
    IgnoresInner,
    /// Writes files to which the user's mask lets others write.
    BelievesTheMask,
    /// Has its temporary files elsewhere, and leaves them.
    TemporariesElsewhere,
    /// Ignores the limit of the directory.
    IgnoresLimit,
    /// Removes what was stored last if there is no room.
    RemovesTheLast,
    /// Does not remember when an entry was used.
    ForgetsUses,
    /// Never closes what it has loaded.
    LeaksFiles,
}

impl Mistake {
    /// The mistake of this name.
    pub fn of(name: &str) -> Mistake {
        let all = ALL.iter().find(|mistake| format!("{mistake:?}") == name);
        *all.expect("the name of a mistake")
    }
}

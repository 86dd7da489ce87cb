//! The list of seeded faults: a row each, with its name, the bug that it stands for, and what the
//! faulty engine does. The place of the mechanism asks for the fault by its variant.
//!
//! Bugs that have scripts, but cannot be seeded, are in [`UNSEEDED`]. A race in
//! wasmtime, of two threads that unregister one type, is in neither list: no test catches it every
//! time.

use super::Description;

/// Bugs that cannot be seeded, and why.
pub const UNSEEDED: &[(&str, &str)] = &[
    ("wasmtime#8579", "it needs function types with subtypes"),
    ("wasmtime#13095", "it needs function types with subtypes"),
    ("wasmtime#10435", "it needs recursion groups of several types"),
    ("wazero#2496", "it needs exceptions"),
    ("wasmer#2707", "it needs a machine with fewer features than the one that compiles"),
    ("wasmtime#7842", "it needs machines whose pointers differ in width"),
];

/// The faults that no script can see, each with the check of cache directories that must see it: a
/// script neither changes files nor competes with other processes.
pub const CHECKED: &[(Fault, &str)] = &[
    (Fault::DigestUnchecked, "flipped/plain"),
    (Fault::WrittenInPlace, "race/cold"),
    (Fault::PublishedEarly, "race/cold"),
    (Fault::LoadedLeaks, "loaded_and_dropped/plain"),
    (Fault::EvictsNewest, "directory/limited_and_used"),
];

macro_rules! faults {
    ($($fault:ident $name:literal $bug:literal $meaning:literal;)*) => {
        /// A bug that can be seeded.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $(#[doc = $meaning] $fault,)*
        }

        impl Fault {
            /// Every fault: functions across modules, then imports, then caches, then ordinary mistakes.
            pub const ALL: &'static [Fault] = &[$(Fault::$fault,)*];

            /// What it is.
            pub const fn description(self) -> Description {
                match self {
                    $(Fault::$fault => Description { name: $name, bug: $bug, meaning: $meaning },)*
                }
            }
        }
    };
}

faults! {
    // Function identity across modules.
    ImporterTypeId "importer-type-id" "wazero#2313"
        "an importer's reference to a function has the type of the exporter's function K lower, K being its imports";
    ReexportLocalIndex "reexport-local-index" "wazero#2463"
        "a re-exported function is looked up in its exporter by its index without imports";
    TakenFunctionIndex "taken-function-index" "wazero-function-taken-from-a-table"
        "an import that the embedder takes from a table is the first function of its definer";
    TypeIdsOfFirstStore "type-ids-of-first-store" "wazero#2511, qjs#50"
        "functions of a second store have type ids in another order than the code that checks them";
    TableKeepsNothing "table-keeps-nothing" "wazero#2139"
        "a collection frees functions that only a table refers to";
    SignatureUnregistered "signature-unregistered" "wasmtime#809"
        "the types of an instance are unregistered when its handle is dropped";
    ForeignModule "foreign-module" "wasmer#3385"
        "a module of one engine is accepted by the store of another";
    ForeignHandle "foreign-handle" "wasmtime#14044"
        "a store looks up functions, tables, memories and globals of other stores as its own";
    CallCacheSignature "call-cache-signature" "wasmtime#8870"
        "an indirect call after another call in the same function does not check the type";
    CallCacheNull "call-cache-null" "wasmtime#8881"
        "an indirect call of a null element calls element 1, if the table is private and begins with null";
    TypeNumbersContiguous "type-numbers-contiguous" "-"
        "the types of a module are numbered on from its first type";
    CalleeTypeIndex "callee-type-index" "endive#88"
        "an indirect call looks up the caller's type index in the module of the callee";
    ReexportPlaceholder "reexport-placeholder" "zwasm#427"
        "an import of a re-exported import is bound to a placeholder that only traps";

    // Import indices.
    ReexportOwnFunction "reexport-own-function" "wazero#1708"
        "the export of function import N is the function N of the module's own";
    HostStart "host-start" "wazero#2474"
        "a start function of the host breaks the engine";
    HostReexport "host-reexport" "wazero#2475"
        "a call of a host function by the embedder breaks the engine";
    ElementGlobalGet "element-global-get" "wazero#2141"
        "`global.get` in a passive element segment is read as a function index";
    CloseFreesImports "close-frees-imports" "wazero#2512"
        "dropping an instance clears the memories that it imports";
    BulkTableIndex "bulk-table-index" "WAMR#3903"
        "bulk operations use the index of a defined table without imports";
    ImportedTableOwn "imported-table-own" "WAMR#4038"
        "a module that defines no table gets a table of its own for each import";
    TableElementWidth "table-element-width" "WAMR#4041"
        "code accesses elements of tables at half their distance";
    BulkMemoryIndex "bulk-memory-index" "-"
        "`memory.grow` uses the index of a defined memory without imports";
    FuncImportIndex "func-import-index" "-"
        "a call of a defined function uses its index without imports, if the types agree";
    TableImportIndex "table-import-index" "-"
        "accesses to a defined table use its index without imports";
    MemoryImportIndex "memory-import-index" "-"
        "accesses to a defined memory use its index without imports";
    GlobalImportIndex "global-import-index" "-"
        "accesses to a defined global use its index without imports";
    SegmentOffsetEarly "segment-offset-early" "zwasm#282"
        "an active segment whose offset is an imported global is out of bounds";
    SegmentOffsetUnchecked "segment-offset-unchecked" "-"
        "a segment whose offset is a global is dropped in silence if it is out of bounds";
    SegmentGlobalOwn "segment-global-own" "wasmer#800"
        "a `global.get` that is no constant, such as one of the module's own in an offset, breaks the compiler";
    ExportNamesImport "export-names-import" "wasm3#143"
        "an export is looked up among imports of the same name first";
    ImportOrdinal "import-ordinal" "meld#267"
        "the function import N is taken from the import slot N, whatever kinds are before it";
    DataBeforeElements "data-before-elements" "wazero-elements-before-data"
        "data segments are written before element segments";
    FarStubImports "far-stub-imports" "wazero#2346"
        "the stubs for far calls begin as many places too far as there are imports, and the last ones overwrite a function";
    FarCallImports "far-call-imports" "wazero#2387, wazero#2346"
        "a far call goes to a stub as many places too far as there are imports";
    FailedElementsUndone "failed-elements-undone" "-"
        "a failed instantiation removes its functions from imported tables";

    // Caches and stored modules.
    EntriesUnread "entries-unread" "wazero#2358"
        "the entries of a cache directory are never read";
    ImportsNotStored "imports-not-stored" "wazero-imports-after-reload"
        "a module that was not compiled here has no function imports";
    EqualModulesShared "equal-modules-shared" "wazero#2336, wazero#1913"
        "dropping a module drops all that were compiled from the same bytes";
    TrapsNotStored "traps-not-stored" "wazero#1744, wasmer#2768"
        "stored code has no table of its traps";
    LocationsNotStored "locations-not-stored" "wazero#1744"
        "stored code has no table of its places in the module";
    NamesNotStored "names-not-stored" "wazero#1744"
        "stored code has no names of its functions";
    LibraryCallsNotStored "library-calls-not-stored" "wasmtime#5563, wasmtime#5608"
        "stored code has no addresses of the engine's library";
    ArtifactLoadedOnce "artifact-loaded-once" "wasmer#2434"
        "bytes from which a module was loaded are refused as long as it lives";
    KeyWithoutMachine "key-without-machine" "wazero#2220, wasmtime#3897, wasmtime#2608, wasmer#4188, dprint#466"
        "the key of an entry lacks architecture and CPU features";
    KeyWithoutOpt "key-without-opt" "wasmtime#974, wasmtime#10283"
        "the key of an entry lacks the effort of the compiler";
    KeyWithoutBounds "key-without-bounds" "wasmtime#974"
        "the key of an entry lacks how accesses are checked";
    KeyWithoutRelaxed "key-without-relaxed" "wasmtime#974"
        "the key of an entry lacks what relaxed operators do";
    KeyWithoutFeatures "key-without-features" "wasmtime#974"
        "the key of an entry lacks the features of the engine";
    KeyWithoutInterruption "key-without-interruption" "wazero#1381"
        "the key of an entry lacks whether calls can be interrupted";
    CacheKeepsNothing "cache-keeps-nothing" "wazero#2191, wazero#2197, wasmtime#13535"
        "a cache stores nothing";
    DemandIgnored "demand-ignored" "wazero#2541"
        "an engine that demands hits compiles what the cache does not have";
    DigestUnchecked "digest-unchecked" "-"
        "the digest of an artifact is not compared with its bytes";
    WrittenInPlace "written-in-place" "-"
        "an entry is written under its name, without a temporary file";
    PublishedEarly "published-early" "-"
        "the temporary file of an entry gets its name before it is complete";
    StoreHangs "store-hangs" "-"
        "a process waits for ever between writing an entry and giving it its name";
    LoadedLeaks "loaded-leaks" "-"
        "the code of a module that is dropped stays in memory";
    EvictsNewest "evicts-newest" "-"
        "an entry that was used lately is removed before one that was not";
    ForeignArtifact "foreign-artifact" "wasmer#3890"
        "serialized modules of engines with other settings are accepted";

    // Linking and instantiation.
    ImportMaximum "import-maximum" "-" "the maximum of an imported memory or table is not checked";
    ImportMutability "import-mutability" "-" "the mutability of an imported global is not checked";
    ImportedGlobalCopied "imported-global-copied" "-"
        "an imported mutable global is a copy of the exporter's";
    ImportTypeUnchecked "import-type-unchecked" "-"
        "the type of a function import is not checked, so an importer gets any function";
    ReexportFirstImport "reexport-first-import" "-"
        "every re-exported function is the first function import";
    ImportedStart "imported-start" "-" "a start function that is imported does not run";
    DroppedStart "dropped-start" "-" "the start function does not run";
    GlobalInitLost "global-init-lost" "-" "globals with an initial value start as zero";
    TableInitLost "table-init-lost" "-" "tables with an initial value start as null";
    ActiveDataKept "active-data-kept" "-" "an active data segment is not dropped after it is written";
    DeclaredElementsKept "declared-elements-kept" "-" "a declared element segment is not dropped";
    DuplicateExports "duplicate-exports" "-" "a module with two exports of one name is accepted";

    // Memories and tables.
    GuardPageLate "guard-page-late" "-" "page tables let accesses pass up to a page too far";
    ExplicitBoundsLate "explicit-bounds-late" "-" "explicit bounds checks let one byte too much pass";
    TableBoundsLate "table-bounds-late" "-" "`table.get` and the like accept the length as an index";
    EmptyRangeUnchecked "empty-range-unchecked" "-"
        "`table.init` and the like accept empty ranges beyond the end";
    EmptyDataUnchecked "empty-data-unchecked" "-" "`memory.init` accepts empty ranges beyond the end";
    Memory64Truncated "memory64-truncated" "-" "64-bit addresses are cut to 32 bits";
    LoadOffsetDropped "load-offset-dropped" "-" "`i64.load` ignores its offset";
    StoreWidth "store-width" "-" "16-bit stores write 8 bits";
    LoadSignLost "load-sign-lost" "-" "signed 8-bit loads do not extend the sign";
    GrowReturnsNew "grow-returns-new" "-" "`memory.grow` returns the new size";
    GrowMaximumIgnored "grow-maximum-ignored" "-" "`memory.grow` ignores the maximum";
    TableGrowInitLost "table-grow-init-lost" "-" "`table.grow` fills with null";
    MemoryCopyForward "memory-copy-forward" "-" "`memory.copy` always copies upwards";
    TableCopyForward "table-copy-forward" "-" "`table.copy` always copies upwards";
    FillByte "fill-byte" "-" "`memory.fill` writes the second byte of its value";
    DataDropIgnored "data-drop-ignored" "-" "`data.drop` has no effect";
    ElemDropIgnored "elem-drop-ignored" "-" "`elem.drop` has no effect";
    SecondMemory "second-memory" "-" "all accesses are to the first memory";
    PageSizeIgnored "page-size-ignored" "-" "`memory.size` counts pages of 64 KiB";
    AtomicNew "atomic-new" "-" "`atomic.rmw.add` returns the new value";
    AtomicUnaligned "atomic-unaligned" "-" "atomic accesses do not check their alignment";

    // References and calls.
    RefFuncNull "ref-func-null" "-" "`ref.func` returns null";
    UncheckedIndirectCall "unchecked-indirect-call" "WAMR#2494" "indirect calls do not check the type";
    NullCallTrap "null-call-trap" "-" "an indirect call of null traps as a type mismatch";
    HoistedReferenceLoad "hoisted-reference-load" "-"
        "loads from a function reference may move above the null check";
    LostRelocation "lost-relocation" "-" "the second call in a function is not relocated";
    ResultOrder "result-order" "-" "two results of the same type are swapped";
    TailArgumentOrder "tail-argument-order" "-"
        "the last two arguments of a tail call are swapped if their types are the same";
    BrTableDefault "br-table-default" "-" "`br_table` takes the default for its last target";
    SelectSwapped "select-swapped" "-" "`select` returns the other operand";
    LocalsNotZero "locals-not-zero" "-" "integer locals start as one";

    // Numbers.
    ShrSignedX86_64 "x86_64-i32-shr-u" "-" "`i32.shr_u` shifts in the sign, on x86_64 only";
    ShrSignedAarch64 "aarch64-i32-shr-u" "-" "`i32.shr_u` shifts in the sign, on aarch64 only";
    ConstantShift "constant-shift" "-" "`i32.shr_u` by a constant of 32 or more returns 0";
    ShiftUnmasked "shift-unmasked" "-" "`i64.shl` by 64 or more returns 0";
    SignedCompare "signed-compare" "-" "`lt_u` compares signed numbers";
    UnsignedCompare "unsigned-compare" "-" "`ge_s` compares unsigned numbers";
    RotateDirection "rotate-direction" "-" "`rotl` rotates right";
    ExtendSignLost "extend-sign-lost" "-" "`i64.extend32_s` does not extend the sign";
    MulTruncated "mul-truncated" "-" "`i64.mul` returns 32 bits";
    DivideOverflow "divide-overflow" "-" "`div_s` by -1 does not trap";
    TrapKind "trap-kind" "-" "division by zero traps as an overflow";
    TruncSatTraps "trunc-sat-traps" "-" "`i32.trunc_sat_f32_s` traps";
    ClzOfZero "clz-of-zero" "-" "`clz` of 0 is one too small";
    WrongNan "wrong-nan" "-" "the square root of a negative number is no canonical NaN";
    DemoteNan "demote-nan" "-" "`f32.demote_f64` of a NaN is a signalling NaN";
    MinZeroSign "min-zero-sign" "-" "`min` of two zeros is positive";
    MaxZeroSign "max-zero-sign" "-" "`max` of two zeros is the second one";
    NearestHalf "nearest-half" "-" "`nearest` rounds halves up";
    CopysignIgnored "copysign-ignored" "-" "`copysign` returns its first operand";
    WideHighLost "wide-high-lost" "-" "`i64.mul_wide_u` returns 0 as its upper half";

    // Vectors.
    LaneOrder "lane-order" "-" "`i32x4.extract_lane` counts lanes from the end";
    ShuffleSwapped "shuffle-swapped" "-" "`i8x16.shuffle` swaps its operands";
    SaturationLost "saturation-lost" "-" "`i8x16.add_sat_s` wraps";
    BitselectSwapped "bitselect-swapped" "-" "`v128.bitselect` swaps its operands";
    LoadLaneIgnored "load-lane-ignored" "-" "`load_lane` always replaces lane 0";
    OperatorUnknown "operator-unknown" "-" "the compiler has no translation of `i32x4.add`";
}

//! Requests: the operations of providers, engines and sessions.

use super::config::Config;
use super::number::{Base64, U64};
use super::ty::{FuncType, GlobalType, MemoryType, TableType};
use super::value::{Extern, Val};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A line to an adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The number that the answer repeats; `None` for a note, which has no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// What to do.
    #[serde(flatten)]
    pub op: Op,
}

/// What every request has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// The number that the answer repeats.
    #[serde(default)]
    pub id: Option<u64>,
    /// What to do.
    pub op: String,
}

/// What a host function does once the call was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Action {
    Return(Vec<Val>),
    Trap(String),
    Throw { tag: u32, values: Vec<Val> },
    Call(u32),
}

macro_rules! operations {
    ($($variant:ident = $name:literal { $($(#[$meta:meta])* $field:ident: $ty:ty,)* })*) => {
        /// An operation.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(tag = "op")]
        #[allow(missing_docs)]
        pub enum Op {
            $(#[serde(rename = $name)] $variant { $($(#[$meta])* $field: $ty,)* },)*
        }

        impl Op {
            /// The names of all operations.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The operation's name.
            pub const fn name(&self) -> &'static str {
                match self { $(Op::$variant { .. } => $name,)* }
            }

            /// The operation of this name on a line; `None` if there is none. Fields that it does
            /// not have are skipped, and take no memory.
            ///
            /// # Errors
            /// If a field is absent or wrong.
            pub fn read(name: &str, line: &str) -> Option<serde_json::Result<Op>> {
                Some(match name {
                    $($name => {
                        #[derive(Deserialize)]
                        struct Fields { $($(#[$meta])* $field: $ty,)* }
                        serde_json::from_str(line)
                            .map(|Fields { $($field),* }| Op::$variant { $($field),* })
                    })*
                    _ => return None,
                })
            }
        }
    };
}

operations! {
    Hello = "hello" { protocol: u32, harness: String, }
    Start = "start" { engine: u32, config: Config, }
    Stop = "stop" { engine: u32, }
    Compile = "compile" { engine: u32, wasm: Base64, }
    DropModule = "drop_module" { engine: u32, module: u32, }
    Provenance = "provenance" { engine: u32, module: u32, }
    Serialize = "serialize" { engine: u32, module: u32, }
    Deserialize = "deserialize" { engine: u32, bytes: Base64, }
    DeserializeFile = "deserialize_file" { engine: u32, path: PathBuf, }
    CacheStats = "cache_stats" { engine: u32, }
    CacheEntry = "cache_entry" { engine: u32, module: u32, }
    Interrupt = "interrupt" { engine: u32, }
    Open = "open" { engine: u32, session: u32, }
    Close = "close" { session: u32, }
    Instantiate = "instantiate" { session: u32, module: u32, imports: Vec<Extern>, }
    Export = "export" { session: u32, instance: u32, name: String, }
    Call = "call" { session: u32, func: u32, args: Vec<Val>, }
    HostFunc = "host_func" {
        session: u32,
        #[serde(rename = "type")]
        ty: FuncType,
        action: Action,
    }
    TakeHostCalls = "take_host_calls" { session: u32, }
    ExternType = "extern_type" {
        session: u32,
        #[serde(rename = "extern")]
        item: Extern,
    }
    GlobalNew = "global_new" {
        session: u32,
        #[serde(rename = "type")]
        ty: GlobalType,
        value: Val,
    }
    GlobalGet = "global_get" { session: u32, global: u32, }
    GlobalSet = "global_set" { session: u32, global: u32, value: Val, }
    TableNew = "table_new" {
        session: u32,
        #[serde(rename = "type")]
        ty: TableType,
        init: Val,
    }
    TableSize = "table_size" { session: u32, table: u32, }
    TableGet = "table_get" { session: u32, table: u32, index: U64, }
    TableSet = "table_set" { session: u32, table: u32, index: U64, value: Val, }
    TableGrow = "table_grow" { session: u32, table: u32, delta: U64, init: Val, }
    MemoryNew = "memory_new" {
        session: u32,
        #[serde(rename = "type")]
        ty: MemoryType,
    }
    MemorySize = "memory_size" { session: u32, memory: u32, }
    MemoryRead = "memory_read" { session: u32, memory: u32, at: U64, length: U64, }
    MemoryWrite = "memory_write" { session: u32, memory: u32, at: U64, bytes: Base64, }
    MemoryGrow = "memory_grow" { session: u32, memory: u32, delta: U64, }
    ShareMemory = "share_memory" { session: u32, memory: u32, }
    AdoptMemory = "adopt_memory" { session: u32, shared_memory: u32, }
    TagNew = "tag_new" {
        session: u32,
        #[serde(rename = "type")]
        ty: FuncType,
    }
    Same = "same" { session: u32, a: Val, b: Val, }
    DropInstance = "drop_instance" { session: u32, instance: u32, }
    DropExtern = "drop_extern" {
        session: u32,
        #[serde(rename = "extern")]
        item: Extern,
    }
    DropRef = "drop_ref" { session: u32, value: Val, }
    Collect = "collect" { session: u32, }
}

impl Op {
    /// The operations that every adapter must have.
    pub const REQUIRED: &'static [&'static str] =
        &["start", "compile", "open", "instantiate", "export", "call"];
}

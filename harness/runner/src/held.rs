//! An engine that is held to its operations: takes an engine and what its provider claims; gives the
//! same engine, except that an operation may name a feature or a capability as missing only if it is
//! the capability to which the operation belongs. Everything else that an operation calls unsupported
//! is in the engine's own words, and a list of known failures must state it. Sees no script.
//!
//! The harness itself finds out, from a module's bytes, which feature the module needs and the engine
//! lacks. So an answer such as "`gc` is missing" to a call proves nothing.

use crate::limit::{Limit, SECOND_SESSION, STATISTICS};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wassay_engine::*;

/// What a provider claims.
#[derive(Clone, Copy, Debug)]
struct Claims {
    features: Features,
    capabilities: Capabilities,
}

impl Claims {
    /// Whether the engine claims what it calls unsupported: then it fails, and the words stay.
    fn has(&self, what: &str) -> bool {
        what.parse::<Feature>().is_ok_and(|feature| self.features.has(feature))
            || self.capabilities.has(what)
    }
}

/// Starts an engine of this provider.
///
/// # Errors
/// The provider's.
pub(crate) fn start(provider: &dyn Provider, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
    let claims = Claims { features: provider.features(), capabilities: provider.capabilities() };
    let inner = hold(claims, "start", None, provider.start(config))?;
    Ok(Arc::new(Held { inner, claims }))
}

/// The result of an operation, which belongs to this capability or to none.
fn hold<T>(
    claims: Claims,
    op: &str,
    own: Option<&str>,
    done: Result<T, Fault>,
) -> Result<T, Fault> {
    done.map_err(|fault| match fault {
        Fault::Unsupported(what) if !claims.has(&what) && is_excuse(&what, own) => {
            Fault::Unsupported(format!("{op}: {what}"))
        }
        fault => fault,
    })
}

/// Whether the harness would take these words for something that the engine need not have.
fn is_excuse(what: &str, own: Option<&str>) -> bool {
    let capability = Capabilities::named(what);
    what.parse::<Feature>().is_ok()
        || (capability.is_some() && capability != own)
        || (capability.is_none() && Limit::of(what) != Limit::Other)
        || [STATISTICS, SECOND_SESSION].contains(&what)
}

struct Held<T> {
    inner: T,
    claims: Claims,
}

/// Forwards operations. Each row has the capability to which the operation belongs, if there is one.
macro_rules! forward {
    ($(fn $op:ident(&self $(, $arg:ident: $ty:ty)*) -> $result:ty $(, $own:literal)?;)*) => {$(
        fn $op(&self $(, $arg: $ty)*) -> Result<$result, Fault> {
            let own = None::<&str>$(.or(Some($own)))?;
            hold(self.claims, stringify!($op), own, self.inner.$op($($arg),*))
        }
    )*};
    ($(fn $op:ident(&mut self $(, $arg:ident: $ty:ty)*) -> $result:ty $(, $own:literal)?;)*) => {$(
        fn $op(&mut self $(, $arg: $ty)*) -> Result<$result, Fault> {
            let own = None::<&str>$(.or(Some($own)))?;
            hold(self.claims, stringify!($op), own, self.inner.$op($($arg),*))
        }
    )*};
}

impl Engine for Held<Arc<dyn Engine>> {
    forward! {
        fn compile(&self, wasm: &[u8]) -> Result<Module, Rejected>;
        fn imports(&self, module: Module) -> Vec<ImportType>;
        fn exports(&self, module: Module) -> Vec<ExportType>;
        fn provenance(&self, module: Module) -> Provenance;
        fn drop_module(&self, module: Module) -> ();
        fn serialize(&self, module: Module) -> Vec<u8>, "serialize";
        fn deserialize(&self, bytes: &[u8]) -> Deserialized, "serialize";
        fn deserialize_file(&self, path: &Path) -> Deserialized, "serialize";
        fn cache_entry(&self, module: Module) -> Option<PathBuf>, "disk-cache";
        fn interrupter(&self) -> Arc<dyn Interrupter>, "interrupt";
    }

    /// The harness has its own words for an engine that does not count.
    fn cache_stats(&self) -> Result<CacheStats, Fault> {
        self.inner.cache_stats()
    }

    fn another(&self) -> Result<Arc<dyn Engine>, Fault> {
        let inner = hold(self.claims, "another", None, self.inner.another())?;
        Ok(Arc::new(Held { inner, claims: self.claims }))
    }

    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        let inner = hold(self.claims, "session", None, self.inner.session())?;
        Ok(Box::new(Held { inner, claims: self.claims }))
    }

    fn settle(&self) -> Result<(), Fault> {
        self.inner.settle()
    }
}

impl Session for Held<Box<dyn Session>> {
    forward! {
        fn instantiate(&mut self, module: Module, imports: &[Extern]) -> Instantiated;
        fn export(&mut self, instance: Instance, name: &str) -> Option<Extern>;
        fn drop_instance(&mut self, instance: Instance) -> ();
        fn drop_extern(&mut self, item: Extern) -> ();
        fn drop_ref(&mut self, reference: Ref) -> ();
        fn call(&mut self, func: Func, args: &[Value]) -> Outcome;
        fn extern_type(&mut self, item: Extern) -> ExternType;
        fn host_func(&mut self, ty: &FuncType, action: HostAction) -> Func;
        fn take_host_calls(&mut self) -> HostCalls;
        fn global_new(&mut self, ty: GlobalType, value: Value) -> Global;
        fn global_get(&mut self, global: Global) -> Value;
        fn global_set(&mut self, global: Global, value: Value) -> ();
        fn table_new(&mut self, ty: TableType, init: Ref) -> Table;
        fn table_size(&mut self, table: Table) -> u64;
        fn table_get(&mut self, table: Table, index: u64) -> Option<Ref>;
        fn table_set(&mut self, table: Table, index: u64, value: Ref) -> bool;
        fn table_grow(&mut self, table: Table, delta: u64, init: Ref) -> Option<u64>;
        fn memory_new(&mut self, ty: MemoryType) -> Memory;
        fn memory_size(&mut self, memory: Memory) -> u64;
        fn memory_read(&mut self, memory: Memory, at: u64, buffer: &mut [u8]) -> bool;
        fn memory_write(&mut self, memory: Memory, at: u64, bytes: &[u8]) -> bool;
        fn memory_grow(&mut self, memory: Memory, delta: u64) -> Option<u64>;
        fn share_memory(&mut self, memory: Memory) -> SharedMemory, "threads";
        fn adopt_memory(&mut self, memory: SharedMemory) -> Memory, "threads";
        fn tag_new(&mut self, ty: &FuncType) -> Tag;
        fn same(&mut self, a: Ref, b: Ref) -> bool;
        fn collect(&mut self) -> (), "collect";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_may_name_its_own_capability_alone() {
        let claims = Claims {
            features: Features::of(&[Feature::Simd]),
            capabilities: Capabilities { kinds: true, ..Capabilities::default() },
        };
        for (own, what, held) in [
            (None, "gc", "call: gc"),
            (None, "component-model", "call: component-model"),
            (None, "turning off simd", "call: turning off simd"),
            (None, "interruption", "call: interruption"),
            (None, "stages", "call: stages"),
            (None, "forced collection", "call: forced collection"),
            (None, Limit::FUNCTIONS, &format!("call: {}", Limit::FUNCTIONS)),
            (None, STATISTICS, "call: cache statistics"),
            (None, SECOND_SESSION, "call: a second session"),
            (Some("collect"), "forced collection", "forced collection"),
            (Some("collect"), "isa", "call: isa"),
            // The engine's own words, which a list must state.
            (None, "tags", "tags"),
            (None, "", ""),
            // These fail, because the engine claims them.
            (None, "simd", "simd"),
            (None, "kinds", "kinds"),
        ] {
            let done = hold::<()>(claims, "call", own, Err(Fault::unsupported(what)));
            assert_eq!(done, Err(Fault::unsupported(held)), "{what}");
        }
    }
}

//! Starts engines of one strategy. A config that the strategy does not support is refused before
//! wasmtime sees it.

use crate::engine::Started;
use crate::strategy::Strategy;
use std::sync::Arc;
use wasmtime::{Cache, CacheConfig};
use wassay_engine::{Capabilities, Config, Engine, Fault, Features, Identity, Provider};

/// The version of the crate that this one is pinned to.
pub const VERSION: &str = "48.0.8";

struct Wasmtime(&'static Strategy);

/// A provider of engines of this strategy.
pub fn start(strategy: &'static Strategy) -> Box<dyn Provider> {
    Box::new(Wasmtime(strategy))
}

impl Provider for Wasmtime {
    fn identity(&self) -> Result<Identity, Fault> {
        let build = env!("WASSAY_ADAPTER_BUILD").to_string();
        Ok(Identity { build, ..Identity::here(self.0.name, VERSION) })
    }

    fn features(&self) -> Features {
        self.0.features()
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        if let Some(lacking) = self.capabilities().lacking(self.features(), config) {
            return Err(Fault::Unsupported(lacking));
        }
        Ok(Arc::new(Started::new(self.0, config)?))
    }
}

/// wasmtime's cache in the config's directory.
///
/// # Errors
/// `Misuse` if the directory cannot be used.
pub fn cache(config: &Config) -> Result<Option<Cache>, Fault> {
    let wassay_engine::Cache::Directory(directory) = &config.cache else { return Ok(None) };
    let misuse = |error: &dyn std::fmt::Display| {
        Fault::Misuse(format!("the cache directory {}: {error}", directory.display()))
    };
    let directory = std::path::absolute(directory).map_err(|error| misuse(&error))?;
    let mut settings = CacheConfig::new();
    settings.with_directory(directory);
    if let Some(limit) = config.cache_limit {
        settings.with_files_total_size_soft_limit(limit);
    }
    Cache::new(settings).map(Some).map_err(|error| misuse(&format_args!("{error:#}")))
}

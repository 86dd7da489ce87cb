//! Configs to engines.

use crate::engine::CraneliftEngine;
use crate::target;
use std::sync::Arc;
use wassay_engine::{Capabilities, Config, Engine, Fault, Feature, Features, Identity, Provider};

/// The provider of the reference engine.
pub fn provider() -> Box<dyn Provider> {
    Box::new(CraneliftProvider)
}

struct CraneliftProvider;

impl Provider for CraneliftProvider {
    fn identity(&self) -> Result<Identity, Fault> {
        Ok(target::identity())
    }

    fn features(&self) -> Features {
        wassay_compiler::supported_features()
            .filter_map(|name| name.parse::<Feature>().ok())
            .collect()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            serialize: true,
            disk_cache: true,
            interrupt: true,
            collect: true,
            stages: true,
            threads: true,
            kinds: true,
        }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        let lacking = config.features.minus(self.features());
        if !lacking.is_empty() {
            return Err(Fault::Unsupported(format!("features: {lacking}")));
        }
        if config.gc_stress {
            return Err(Fault::Unsupported(
                "GC stress: there are no collected objects yet".to_string(),
            ));
        }
        Ok(Arc::new(CraneliftEngine::start(config)?))
    }
}

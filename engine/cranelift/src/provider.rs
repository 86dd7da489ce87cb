//! Turns configs into engines.

use crate::cache::Keeper;
use crate::engine::CraneliftEngine;
use crate::inspect;
use crate::target;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use wassay_artifact::fault::{Seeding, VARIABLE, seeding};
use wassay_engine::{
    CacheKeeper, Capabilities, Config, Engine, Fault, Feature, Features, Identity, Inspected,
    Instruction, Provider,
};

/// The provider of the reference engine.
pub fn provider() -> Box<dyn Provider> {
    Box::new(CraneliftProvider)
}

struct CraneliftProvider;

impl Provider for CraneliftProvider {
    fn identity(&self) -> Result<Identity, Fault> {
        // A name that is dropped in silence would be a feature that is lost in silence.
        let mut names = wassay_compiler::supported_features();
        match names.find(|name| name.parse::<Feature>().is_err()) {
            None => Ok(target::identity()),
            Some(name) => {
                let what = format!("the compiler has `{name}`, which is no feature");
                Err(Fault::Internal(what))
            }
        }
    }

    fn features(&self) -> Features {
        wassay_compiler::supported_features()
            .filter_map(|name| name.parse::<Feature>().ok())
            .collect()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            serialize: true,
            memory_cache: true,
            disk_cache: true,
            demand_hits: true,
            isa: true,
            interrupt: true,
            collect: true,
            gc_stress: false,
            stages: true,
            threads: true,
            handles: true,
            kinds: true,
            switches: self.features(),
        }
    }

    fn start(&self, config: &Config) -> Result<Arc<dyn Engine>, Fault> {
        if let Seeding::Unknown(name) = seeding() {
            return Err(Fault::Misuse(format!("{VARIABLE}: there is no fault `{name}`")));
        }
        if let Some(lacking) = self.capabilities().lacking(self.features(), config) {
            return Err(Fault::Unsupported(lacking));
        }
        Ok(Arc::new(CraneliftEngine::start(config)?))
    }

    fn inspect(&self, bytes: &[u8]) -> Result<Inspected, Fault> {
        Ok(inspect::inspect(bytes))
    }

    fn disassemble(
        &self,
        bytes: &[u8],
        functions: Range<usize>,
        each: &mut dyn FnMut(&Instruction) -> bool,
    ) -> Result<(), Fault> {
        inspect::disassemble(bytes, functions, each)
    }

    fn cache_keeper(&self, directory: &Path) -> Result<Box<dyn CacheKeeper>, Fault> {
        match Keeper::open(directory, &target::build()) {
            Ok(keeper) => Ok(Box::new(keeper)),
            Err(why) => Err(Fault::Misuse(format!("{}: {why}", directory.display()))),
        }
    }
}

//! The source of artifacts, which is the cache, then the compiler: takes signatures, gives shims, for
//! this process and for those that will load a module from the cache. Never loads a module.

use crate::cache::{ArtifactCache, EntryKind, Key};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use wassay_artifact::abi::AbiSignature;
use wassay_artifact::target::Target;
use wassay_artifact::types::CompositeType;
use wassay_artifact::{Artifact, LoadError};
use wassay_compiler::Compiler;
use wassay_engine::{Fault, Provenance};
use wassay_runtime::{ShimSource, Vouched};

/// The source of artifacts: the cache, then the compiler.
pub(crate) struct Source {
    pub compiler: Compiler,
    pub cache: ArtifactCache,
    /// Whether another process or machine will load the compiled code.
    pub ahead: bool,
    /// Whether only the cache may have what is used.
    pub demand_hits: bool,
    /// Signatures whose shims are in the cache for other processes.
    pub prepared: Mutex<HashSet<AbiSignature>>,
}

impl Source {
    pub fn target(&self) -> &Target {
        self.compiler.target()
    }

    /// Puts the shims of all of a module's function types into the cache, so that a process that
    /// loads the module from the cache finds its shims there, too.
    pub fn prepare(&self, artifact: &Artifact) -> Result<(), Fault> {
        for ty in artifact.module().map_err(Fault::of)?.types {
            let CompositeType::Func(ty) = ty.composite else { continue };
            let signature = AbiSignature::of(&ty);
            let is_new = self.prepared.lock().is_ok_and(|mut all| all.insert(signature.clone()));
            if is_new {
                self.shims(&signature)?;
            }
        }
        Ok(())
    }

    /// The shims of a signature, from the cache or compiled.
    fn shims(&self, signature: &AbiSignature) -> Result<Vouched, Fault> {
        let encoded = postcard::to_stdvec(signature).map_err(Fault::of)?;
        let key = Key::of(EntryKind::Shims, &encoded, self.target());
        let load = |artifact: Artifact, provenance| match artifact.signature()? == *signature {
            true => Ok(vouched(artifact, provenance)),
            false => Err(LoadError::Corrupt("shims of another signature".to_string()).into()),
        };
        let miss = match self.cache.get_shims(&key, load) {
            Ok(Ok(shims)) => return Ok(shims),
            Ok(Err(miss)) => miss,
            Err(failure) => return Err(failure.into()),
        };
        if self.demand_hits {
            let what = "shims for calls between the host and functions with";
            return Err(Fault::Missing(miss.of_demanded(&format!("{what} {signature}"))));
        }
        let artifact = self.compiler.shims(signature).map_err(Fault::of)?;
        self.cache.put_shims(&key, &artifact);
        Ok(Vouched::by_compiler(artifact))
    }
}

/// Gives the runtime its shims, through the same cache as modules.
pub(crate) struct Shims(pub Arc<Source>);

impl ShimSource for Shims {
    fn shims(&self, signature: &AbiSignature) -> Result<Vouched, Fault> {
        self.0.shims(signature)
    }
}

/// An artifact with the party that vouches for its code, which depends on its origin.
pub(crate) fn vouched(artifact: Artifact, provenance: Provenance) -> Vouched {
    match provenance {
        Provenance::Fresh | Provenance::Memory => Vouched::by_compiler(artifact),
        Provenance::Disk => Vouched::by_private_directory(artifact),
        Provenance::Deserialized => Vouched::by_caller(artifact),
    }
}

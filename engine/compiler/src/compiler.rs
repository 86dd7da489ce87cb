//! Compiles wasm bytes to an artifact: the whole compiler on one screen.

use crate::decode::{Body, Decoded, Failure, PassedOn, decode};
use crate::emit::{self, Code};
use crate::error::CompileError;
use crate::link::Linker;
use crate::listing::{self, Listing};
use crate::pool::Pool;
use crate::translate::{ModuleEnv, translate};
use crate::{features, isa, reject, shims};
use cranelift_codegen::Context;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use wasmparser::FuncValidatorAllocations;
use wassay_artifact::abi::{AbiSignature, Layout};
use wassay_artifact::index::DefinedFuncIndex;
use wassay_artifact::target::Target;
use wassay_artifact::{Artifact, ArtifactBuilder};

/// Compiles modules for one target. Shared between threads.
pub struct Compiler {
    target: Target,
    isa: OwnedTargetIsa,
    /// Reusable buffers of earlier compilations: most modules of a test suite are tiny.
    workspaces: Pool<Workspace>,
}

/// The buffers that one thread needs to compile functions, reused for the next function.
pub(crate) struct Workspace {
    pub context: Context,
    pub builder: FunctionBuilderContext,
    pub validator: FuncValidatorAllocations,
    /// The size of the largest body since `context` was new.
    largest: u64,
}

/// A body up to this size, in bytes, never makes buffers large.
const SMALL_BODY: u64 = 1024;

impl Compiler {
    /// A compiler for this target.
    ///
    /// # Errors
    /// `CompileError::Target` if the compiler cannot generate code for it.
    pub fn new(target: Target) -> Result<Compiler, CompileError> {
        let isa = isa::isa(&target)?;
        Ok(Compiler { target, isa, workspaces: Pool::default() })
    }

    /// The target that it compiles for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Decodes, validates and compiles a module.
    ///
    /// # Errors
    /// `Malformed` and `Invalid` if the module is at fault, other errors if the compiler is.
    pub fn compile(&self, wasm: &[u8]) -> Result<Artifact, CompileError> {
        self.decoded(wasm, |env, bodies, passed_on| {
            let functions = self.functions(env, bodies)?;
            let mut builder = ArtifactBuilder::module(self.target.clone(), env.module);
            let imports = env.module.imported.functions;
            Linker::new(self.target.arch, imports).link(&functions, &mut builder)?;
            builder.data(passed_on.data);
            for (func, name) in passed_on.names {
                builder.function_name(func, name);
            }
            Ok(builder.finish())
        })
    }

    /// Decodes a module and passes on its bodies and the rest; a failure is blamed on the module or on
    /// us.
    fn decoded<'w, T>(
        &self,
        wasm: &'w [u8],
        then: impl FnOnce(&ModuleEnv<'_>, Vec<Body<'w>>, PassedOn<'w>) -> Result<T, Failure>,
    ) -> Result<T, CompileError> {
        let features = features::wasm_features(self.target.wasm_features);
        let result = decode(wasm, features).and_then(|decoded| {
            let Decoded { module, types, bodies, passed_on } = decoded;
            let env = ModuleEnv {
                module: &module,
                types: &types,
                layout: Layout::of(&module),
                target: &self.target,
                isa: &*self.isa,
            };
            then(&env, bodies, passed_on)
        });
        result.map_err(|failure| match failure {
            Failure::Wasm(error) => reject::reject(wasm, features, &error),
            Failure::Ours(error) => error,
        })
    }

    /// Each function of a module as text, translated and compiled.
    ///
    /// # Errors
    /// The same as `compile`.
    pub fn listing(&self, wasm: &[u8]) -> Result<Vec<Listing>, CompileError> {
        self.decoded(wasm, |env, bodies, _| {
            let mut workspace = Workspace::default();
            let list = |(at, body)| {
                listing::listing(&mut workspace, env, DefinedFuncIndex(at as u32), body)
            };
            bodies.into_iter().enumerate().map(list).collect()
        })
    }

    /// The two shims of a machine signature.
    ///
    /// # Errors
    /// Only errors of the compiler itself.
    pub fn shims(&self, signature: &AbiSignature) -> Result<Artifact, CompileError> {
        let mut builder = ArtifactBuilder::shims(self.target.clone(), signature);
        let functions = shims::shims(signature, &*self.isa)?;
        Linker::new(self.target.arch, 0).link(&functions, &mut builder)?;
        Ok(builder.finish())
    }

    /// Compiles all functions; if several fail, reports the failure with the lowest index.
    fn functions(&self, env: &ModuleEnv<'_>, bodies: Vec<Body<'_>>) -> Result<Vec<Code>, Failure> {
        let compile = |workspace: &mut Workspace, at: usize, body: Body<'_>| {
            workspace.function(env, DefinedFuncIndex(at as u32), body)
        };
        self.workspaces.map(bodies, size, compile).into_iter().collect()
    }
}

/// The approximate cost of compiling a body.
fn size(body: &Body<'_>) -> u64 {
    let range = body.body.range();
    range.end - range.start
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace {
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            validator: FuncValidatorAllocations::default(),
            largest: 0,
        }
    }
}

impl Workspace {
    /// Empties the context for a body of this size, or replaces it if it served one more than twice
    /// as large. The register allocator empties a hash table each time it tries a register, which
    /// takes time in proportion to the table's capacity: with the buffers of a large function, small
    /// ones compile slowly.
    fn empty_for(&mut self, size: u64) {
        if self.largest > SMALL_BODY && size < self.largest / 2 {
            self.context = Context::new();
            self.largest = size;
        } else {
            self.context.clear();
            self.largest = self.largest.max(size);
        }
    }

    fn function(
        &mut self,
        env: &ModuleEnv<'_>,
        index: DefinedFuncIndex,
        body: Body<'_>,
    ) -> Result<Code, Failure> {
        self.empty_for(size(&body));
        let allocations = std::mem::take(&mut self.validator);
        let func = &mut self.context.func;
        match translate(env, index, body, allocations, func, &mut self.builder) {
            Ok(allocations) => self.validator = allocations,
            Err(failure) => {
                // An aborted translation leaves its builder half filled.
                self.builder = FunctionBuilderContext::new();
                return Err(failure);
            }
        }
        Ok(emit::emit(&mut self.context, env.isa)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_replaced_after_a_much_larger_function() {
        let mut workspace = Workspace::default();
        let sizes = [100_000, 50_000, 49_999, 30_000, 24_999, 24_998, 12_400, 400, 1000, 10, 900];
        let largest = sizes.map(|size| {
            workspace.empty_for(size);
            workspace.largest
        });
        let (first, second) = (100_000, 49_999);
        let expected =
            [first, first, second, second, second, 24_998, 12_400, 400, 1000, 1000, 1000];
        assert_eq!(largest, expected);
    }
}

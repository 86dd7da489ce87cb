//! Wasm bytes to an artifact: the whole compiler on one screen.

use crate::decode::{Body, Decoded, Failure, decode};
use crate::emit::{self, Code};
use crate::error::CompileError;
use crate::translate::{ModuleEnv, translate};
use crate::{features, isa, link, reject, shims};
use cranelift_codegen::Context;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use rayon::prelude::*;
use std::sync::Mutex;
use wasmparser::FuncValidatorAllocations;
use wassay_artifact::abi::{AbiSignature, Layout};
use wassay_artifact::index::DefinedFuncIndex;
use wassay_artifact::target::Target;
use wassay_artifact::{Artifact, ArtifactBuilder};

/// Below this many functions, handing them to threads costs more than it gains.
const PARALLEL_FROM: usize = 50;

/// Compiles modules for one target. Shared between threads.
pub struct Compiler {
    target: Target,
    isa: OwnedTargetIsa,
    /// Buffers of earlier compilations: most modules of a test suite are tiny.
    idle: Mutex<Vec<Workspace>>,
}

/// What one thread needs to compile functions, used again for the next.
struct Workspace {
    context: Context,
    builder: FunctionBuilderContext,
    validator: FuncValidatorAllocations,
}

impl Compiler {
    /// A compiler for this target.
    ///
    /// # Errors
    /// `CompileError::Target` if code cannot be generated for it.
    pub fn new(target: Target) -> Result<Compiler, CompileError> {
        let isa = isa::isa(&target)?;
        Ok(Compiler { target, isa, idle: Mutex::default() })
    }

    /// What it compiles for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Decodes, validates and compiles a module.
    ///
    /// # Errors
    /// `Malformed` and `Invalid` on the module's account, others on ours.
    pub fn compile(&self, wasm: &[u8]) -> Result<Artifact, CompileError> {
        let features = features::wasm_features(self.target.wasm_features);
        self.compile_valid(wasm).map_err(|failure| match failure {
            Failure::Wasm(error) => reject::reject(wasm, features, &error),
            Failure::Ours(error) => error,
        })
    }

    fn compile_valid(&self, wasm: &[u8]) -> Result<Artifact, Failure> {
        let features = features::wasm_features(self.target.wasm_features);
        let Decoded { module, types, bodies, data } = decode(wasm, features)?;
        let env = ModuleEnv {
            module: &module,
            types: &types,
            layout: Layout::of(&module),
            target: &self.target,
            isa: &*self.isa,
        };
        let functions = self.functions(&env, bodies)?;
        let mut builder = ArtifactBuilder::module(self.target.clone(), &module);
        link::link(&functions, &mut builder)?;
        builder.data(data);
        Ok(builder.finish())
    }

    /// The two shims of a machine signature.
    ///
    /// # Errors
    /// Only our own.
    pub fn shims(&self, signature: &AbiSignature) -> Result<Artifact, CompileError> {
        let mut builder = ArtifactBuilder::shims(self.target.clone(), signature);
        link::link(&shims::shims(signature, &*self.isa)?, &mut builder)?;
        Ok(builder.finish())
    }

    /// Compiles all functions; of several failures, reports that of the lowest index.
    fn functions(&self, env: &ModuleEnv<'_>, bodies: Vec<Body<'_>>) -> Result<Vec<Code>, Failure> {
        if bodies.len() < PARALLEL_FROM {
            let mut workspace = self.workspace();
            let codes = bodies
                .into_iter()
                .enumerate()
                .map(|(at, body)| workspace.function(env, DefinedFuncIndex(at as u32), body))
                .collect();
            self.give_back(workspace);
            return codes;
        }
        let mut jobs: Vec<(usize, Body<'_>)> = bodies.into_iter().enumerate().collect();
        // The largest first, so that no thread is left with one at the end.
        jobs.sort_by_key(|(_, body)| {
            std::cmp::Reverse(body.body.range().end - body.body.range().start)
        });
        let mut codes: Vec<(usize, Result<Code, Failure>)> = jobs
            .into_par_iter()
            .with_max_len(16)
            .map_init(
                || self.workspace(),
                |workspace, (at, body)| {
                    (at, workspace.function(env, DefinedFuncIndex(at as u32), body))
                },
            )
            .collect();
        codes.sort_by_key(|(at, _)| *at);
        codes.into_iter().map(|(_, code)| code).collect()
    }

    fn workspace(&self) -> Workspace {
        self.idle.lock().ok().and_then(|mut idle| idle.pop()).unwrap_or_else(Workspace::new)
    }

    fn give_back(&self, workspace: Workspace) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(workspace);
        }
    }
}

impl Workspace {
    fn new() -> Workspace {
        Workspace {
            context: Context::new(),
            builder: FunctionBuilderContext::new(),
            validator: FuncValidatorAllocations::default(),
        }
    }

    fn function(
        &mut self,
        env: &ModuleEnv<'_>,
        index: DefinedFuncIndex,
        body: Body<'_>,
    ) -> Result<Code, Failure> {
        self.context.clear();
        let allocations = std::mem::take(&mut self.validator);
        let func = &mut self.context.func;
        match translate(env, index, body, allocations, func, &mut self.builder) {
            Ok(allocations) => self.validator = allocations,
            Err(failure) => {
                // A translation that was broken off leaves its builder half filled.
                self.builder = FunctionBuilderContext::new();
                return Err(failure);
            }
        }
        Ok(emit::emit(&mut self.context, env.isa)?)
    }
}

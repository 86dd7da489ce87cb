//! Compiles wasm bytes to text for reviews and tests: the CLIF of each function as translated, the
//! CLIF after optimization, and the resulting instructions. No code reads the text back.

use crate::compiler::Workspace;
use crate::decode::{Body, Failure};
use crate::emit;
use crate::translate::{ModuleEnv, translate};
use wassay_artifact::index::DefinedFuncIndex;

/// The compilation stages of one defined function.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The function's index among those that the module defines.
    pub function: u32,
    /// CLIF as translated from wasm.
    pub clif: String,
    /// CLIF as lowered to machine code; differs from `clif` only at `OptLevel::Speed`.
    pub optimized: String,
    /// Machine code in the code generator's own notation.
    pub assembly: String,
}

pub(crate) fn listing(
    workspace: &mut Workspace,
    env: &ModuleEnv<'_>,
    index: DefinedFuncIndex,
    body: Body<'_>,
) -> Result<Listing, Failure> {
    let Workspace { context, builder, validator, .. } = workspace;
    context.clear();
    context.set_disasm(true);
    *validator =
        translate(env, index, body, std::mem::take(validator), &mut context.func, builder)?;
    let clif = context.func.display().to_string();
    emit::emit(context, env.isa)?;
    let optimized = context.func.display().to_string();
    let assembly = context.compiled_code().and_then(|code| code.vcode.clone()).unwrap_or_default();
    Ok(Listing { function: index.0, clif, optimized, assembly })
}

//! Loads and drops modules again and again, in each way that an engine has. Sees no parent, and does
//! not measure the process itself.

use crate::message::Repeated;
use crate::probe::optional;
use crate::process::repeat;
use wassay_engine::{Deserialized, Engine, Fault};

/// Loads and drops the modules so many times, from the cache and from bytes.
///
/// # Errors
/// If a module is not loaded, or cannot be dropped.
pub(crate) fn measure(
    engine: &dyn Engine,
    modules: &[Vec<u8>],
    rounds: u32,
) -> Result<Vec<Repeated>, Fault> {
    let compile = |wasm: &[u8]| {
        let module = engine.compile(wasm)?;
        module.map_err(|why| Fault::Internal(format!("rejected: {}", why.message)))
    };
    let compiled =
        || Ok::<_, Fault>(optional(engine.cache_stats())?.map(|it| it.functions_compiled));
    let growth = rounds_of(rounds, || {
        modules.iter().try_for_each(|wasm| engine.drop_module(compile(wasm)?))
    })?;
    let what = "from the cache".to_string();
    let mut all = vec![Repeated { what, growth, compiled: compiled()? }];
    let serialize = |wasm: &Vec<u8>| -> Result<Option<Vec<u8>>, Fault> {
        let module = compile(wasm)?;
        let bytes = optional(engine.serialize(module))?;
        engine.drop_module(module)?;
        Ok(bytes)
    };
    let serialized: Result<Option<Vec<Vec<u8>>>, Fault> = modules.iter().map(serialize).collect();
    if let Some(serialized) = serialized? {
        let growth = rounds_of(rounds, || {
            serialized.iter().try_for_each(|bytes| match engine.deserialize(bytes)? {
                Deserialized::Module(module) => engine.drop_module(module),
                other => Err(Fault::Internal(format!("its own module is refused: {other:?}"))),
            })
        })?;
        all.push(Repeated { what: "from bytes".to_string(), growth, compiled: None });
    }
    Ok(all)
}

fn rounds_of(
    rounds: u32,
    mut round: impl FnMut() -> Result<(), Fault>,
) -> Result<crate::process::Growth, Fault> {
    repeat(rounds, |_| round().map_err(Failure), || {}).map_err(|Failure(fault)| fault)
}

/// A fault, also one of measuring the process.
struct Failure(Fault);

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure(Fault::of(error))
    }
}

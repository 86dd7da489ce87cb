//! Loads and drops modules, and measures the process. Sees no parent.

use crate::message::Growth;
use crate::probe::optional;
use wassay_engine::{Deserialized, Engine, Fault};

/// Loads and drops the modules so many times, from the cache and from bytes; measures the process
/// after a tenth of the rounds and at the end.
///
/// # Errors
/// If a module is not loaded, or cannot be dropped.
pub(crate) fn measure(
    engine: &dyn Engine,
    modules: &[Vec<u8>],
    rounds: u32,
) -> Result<Vec<Growth>, Fault> {
    let compile = |wasm: &[u8]| {
        let module = engine.compile(wasm)?;
        module.map_err(|why| Fault::Internal(format!("rejected: {}", why.message)))
    };
    let compiled =
        || Ok::<_, Fault>(optional(engine.cache_stats())?.map(|it| it.functions_compiled));
    let mut all = vec![repeat("from the cache", rounds, || {
        modules.iter().try_for_each(|wasm| engine.drop_module(compile(wasm)?))
    })?];
    all[0].compiled = compiled()?;
    let serialize = |wasm: &Vec<u8>| -> Result<Option<Vec<u8>>, Fault> {
        let module = compile(wasm)?;
        let bytes = optional(engine.serialize(module))?;
        engine.drop_module(module)?;
        Ok(bytes)
    };
    let serialized: Result<Option<Vec<Vec<u8>>>, Fault> = modules.iter().map(serialize).collect();
    if let Some(serialized) = serialized? {
        all.push(repeat("from bytes", rounds, || {
            serialized.iter().try_for_each(|bytes| match engine.deserialize(bytes)? {
                Deserialized::Module(module) => engine.drop_module(module),
                other => Err(Fault::Internal(format!("its own module is refused: {other:?}"))),
            })
        })?);
    }
    Ok(all)
}

/// After so many rounds, open files are counted.
const A_FEW: u32 = 10;

fn repeat(
    what: &str,
    rounds: u32,
    mut round: impl FnMut() -> Result<(), Fault>,
) -> Result<Growth, Fault> {
    let (mut early, mut opened) = ((0, 0), 0);
    for at in 0..rounds {
        round()?;
        if at == A_FEW {
            opened = open()?;
        }
        if at == rounds / 10 {
            early = size()?;
        }
    }
    let late = size()?;
    Ok(Growth {
        what: what.to_string(),
        bytes: (early.0, late.0),
        mappings: (early.1, late.1),
        open: (opened, open()?),
        compiled: None,
    })
}

/// The number of open files of this process. There is a limit to it, so it is compared early.
fn open() -> Result<usize, Fault> {
    Ok(std::fs::read_dir("/proc/self/fd").map_err(Fault::of)?.count())
}

/// The resident bytes and the number of mappings of this process.
fn size() -> Result<(u64, usize), Fault> {
    let read = |name: &str| std::fs::read_to_string(name).map_err(Fault::of);
    let pages = read("/proc/self/statm")?.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    let pages: u64 = pages.ok_or_else(|| Fault::internal("statm has no resident pages"))?;
    let page = rustix::param::page_size() as u64;
    Ok((pages * page, read("/proc/self/maps")?.lines().count()))
}

//! Checks of serialized and cached modules: a loaded module must run, and damaged bytes must be
//! refused.

use super::NamedCheck;
use super::bench::{Bench, Live, Stop, claimed, equal, fail, refused};
use super::modules::answer;
use super::wasm::Wasm;
use crate::config::{Cache, Config, Opt};
use crate::handle::Module;
use crate::inspection::{Inspected, Instruction};
use crate::module::{Deserialized, Provenance};
use crate::outcome::{Fault, Instantiated};
use crate::value::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

pub const CHECKS: &[NamedCheck] = &[
    ("a serialized module runs in another engine", round_trip),
    ("damaged bytes are not loaded", damaged),
    ("foreign bytes are not loaded", strangers),
    ("only intact bytes can be inspected", inspected),
    ("a module of another config is distinguished from damage", other_config),
    ("the memory cache compiles a module once", memory_cache),
    ("the cache directory serves another engine", disk_cache),
    ("a removed cache entry is compiled again", removed_entry),
    ("only modules of a cache directory have entries", no_entries),
    ("an engine that must find every module compiles none", demanded_hits),
];

fn serialized(bench: &Bench<'_>) -> Result<Vec<u8>, Stop> {
    bench.claims(|can| can.serialize, "serialization")?;
    let live = bench.open()?;
    let module = live.compile(&answer())?;
    claimed("serialization", live.engine.serialize(module))
}

fn round_trip(bench: &Bench<'_>) -> Result<(), Stop> {
    let bytes = serialized(bench)?;
    let mut live = bench.open()?;
    match claimed("serialization", live.engine.deserialize(&bytes))? {
        Deserialized::Module(module) => {
            let provenance = live.engine.provenance(module)?;
            equal("provenance", provenance, Provenance::Deserialized)?;
            equal("functions compiled", live.engine.cache_stats()?.functions_compiled, 0)?;
            answers(&mut live, module)
        }
        other => fail(format!("{other:?}")),
    }
}

/// Every single bit counts: a flip anywhere must be detected. Large artifacts are sampled.
fn damaged(bench: &Bench<'_>) -> Result<(), Stop> {
    let bytes = serialized(bench)?;
    let engine = bench.engine()?;
    let step = (bytes.len() / 512).max(1);
    for at in (0..bytes.len()).step_by(step) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        if let Deserialized::Module(_) = engine.deserialize(&flipped)? {
            return fail(format!("loaded with a bit of byte {at} of {} flipped", bytes.len()));
        }
    }
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        if let Deserialized::Module(_) = engine.deserialize(&bytes[..length])? {
            return fail(format!("loaded {length} of {} bytes", bytes.len()));
        }
    }
    Ok(())
}

fn strangers(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.serialize, "serialization")?;
    let engine = bench.engine()?;
    let answer = answer().bytes();
    for bytes in [&b"\x7fELF\x02\x01\x01\0"[..], &answer, &[0; 4096]] {
        if let Deserialized::Module(_) = claimed("serialization", engine.deserialize(bytes))? {
            return fail(format!("loaded bytes that begin with {:?}", &bytes[..4]));
        }
    }
    Ok(())
}

fn inspected(bench: &Bench<'_>) -> Result<(), Stop> {
    let bytes = serialized(bench)?;
    let Inspected::Intact(found) = bench.provider.inspect(&bytes)? else {
        return fail("a serialized module was not inspected".to_string());
    };
    equal("functions", found.functions.len(), 1)?;
    let mut length = 0;
    let mut sum = |instruction: &Instruction| {
        length += instruction.bytes.len() as u64;
        true
    };
    bench.provider.disassemble(&bytes, 0..1, &mut sum)?;
    equal("the length of all instructions", length, found.functions[0].length)?;
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for bytes in [&flipped[..], &bytes[..bytes.len() - 1], &[]] {
        if let Inspected::Intact(_) = bench.provider.inspect(bytes)? {
            return fail("damaged bytes were inspected".to_string());
        }
        let mut ignore = |_: &Instruction| true;
        refused(
            "disassembling damaged bytes",
            bench.provider.disassemble(bytes, 0..1, &mut ignore),
        )?;
    }
    let mut ignore = |_: &Instruction| true;
    refused("disassembling no function", bench.provider.disassemble(&bytes, 0..2, &mut ignore))
}

fn other_config(bench: &Bench<'_>) -> Result<(), Stop> {
    let bytes = serialized(bench)?;
    let config = Config { opt: Opt::None, ..bench.config() };
    let mut live = Live::on(bench.provider.start(&config)?)?;
    match live.engine.deserialize(&bytes)? {
        Deserialized::Incompatible(_) => Ok(()),
        // An engine may decide that the difference does not matter.
        Deserialized::Module(module) => answers(&mut live, module),
        Deserialized::Corrupt(why) => fail(format!("intact bytes were rejected as corrupt: {why}")),
    }
}

fn memory_cache(bench: &Bench<'_>) -> Result<(), Stop> {
    let config = Config { cache: Cache::Memory, ..bench.config() };
    let mut live = Live::on(bench.provider.start(&config)?)?;
    live.compile(&answer())?;
    let first = live.engine.cache_stats()?;
    let again = live.compile(&answer())?;
    let second = live.engine.cache_stats()?;
    equal("provenance", live.engine.provenance(again)?, Provenance::Memory)?;
    equal("functions compiled", second.functions_compiled, first.functions_compiled)?;
    equal("memory hits", second.memory_hits, first.memory_hits + 1)?;
    answers(&mut live, again)
}

fn disk_cache(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.disk_cache, "a cache directory")?;
    let directory = Directory::new()?;
    let config = Config { cache: Cache::Directory(directory.0.join("cache")), ..bench.config() };
    let first = Live::on(claimed("a cache directory", bench.provider.start(&config))?)?;
    let module = first.compile(&answer())?;
    equal("provenance at first", first.engine.provenance(module)?, Provenance::Fresh)?;
    equal("modules stored", first.engine.cache_stats()?.stores, 1)?;
    let mut second = Live::on(bench.provider.start(&config)?)?;
    let module = second.compile(&answer())?;
    let stats = second.engine.cache_stats()?;
    equal("provenance in another engine", second.engine.provenance(module)?, Provenance::Disk)?;
    equal("functions compiled", stats.functions_compiled, 0)?;
    equal("disk hits", stats.disk_hits, 1)?;
    answers(&mut second, module)
}

/// The entry of a module is a file of its own, and the engine loads the module from there.
fn removed_entry(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.disk_cache, "a cache directory")?;
    let directory = Directory::new()?;
    let path = directory.0.join("cache");
    let config = Config { cache: Cache::Directory(path.clone()), ..bench.config() };
    let live = Live::on(claimed("a cache directory", bench.provider.start(&config))?)?;
    let other = live.compile(&Wasm::default())?;
    let other = live.engine.cache_entry(other)?;
    let module = live.compile(&answer())?;
    let Some(entry) = live.engine.cache_entry(module)? else {
        return fail("a module that was stored has no entry");
    };
    if !entry.starts_with(&path) || !entry.is_file() || other.as_ref() == Some(&entry) {
        return fail(format!("{} is no file of this module alone", entry.display()));
    }
    std::fs::remove_file(&entry).map_err(Fault::of)?;
    let mut second = Live::on(bench.provider.start(&config)?)?;
    let module = second.compile(&answer())?;
    equal("provenance", second.engine.provenance(module)?, Provenance::Fresh)?;
    equal("entry", second.engine.cache_entry(module)?, Some(entry.clone()))?;
    equal("whether it is stored again", entry.is_file(), true)?;
    answers(&mut second, module)
}

fn no_entries(bench: &Bench<'_>) -> Result<(), Stop> {
    let live = bench.open()?;
    let module = live.compile(&answer())?;
    equal("entry without a cache", live.engine.cache_entry(module)?, None)?;
    bench.claims(|can| can.disk_cache && can.serialize, "a cache directory")?;
    let directory = Directory::new()?;
    let config = Config { cache: Cache::Directory(directory.0.join("cache")), ..bench.config() };
    let engine = claimed("a cache directory", bench.provider.start(&config))?;
    match engine.deserialize(&live.engine.serialize(module)?)? {
        Deserialized::Module(loaded) => {
            equal("entry of a deserialized module", engine.cache_entry(loaded)?, None)
        }
        // An engine may require the same config.
        _ => Ok(()),
    }
}

fn demanded_hits(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims(|can| can.disk_cache && can.demand_hits, "demanding hits of the cache")?;
    let directory = Directory::new()?;
    let filling = Config { cache: Cache::Directory(directory.0.join("cache")), ..bench.config() };
    let demanding = Config { demand_hits: true, ..filling.clone() };
    let start = |config| claimed("demanding hits of the cache", bench.provider.start(config));
    let cold = start(&demanding)?;
    if let Ok(Ok(_)) = cold.compile(&answer().bytes()) {
        return fail("a module that is not in the cache was compiled".to_string());
    }
    equal("functions compiled", cold.cache_stats()?.functions_compiled, 0)?;
    if cold.compile(b"\0asm\x01\0\0\0\x01").map(|compiled| compiled.is_ok()) != Ok(false) {
        return fail("a module that is not valid was not rejected".to_string());
    }
    // The call: an engine may compile for it, too.
    let mut first = Live::on(start(&filling)?)?;
    let module = first.compile(&answer())?;
    answers(&mut first, module)?;
    let mut warm = Live::on(start(&demanding)?)?;
    let module = warm.compile(&answer())?;
    equal("functions compiled", warm.engine.cache_stats()?.functions_compiled, 0)?;
    answers(&mut warm, module)
}

fn answers(live: &mut Live, module: Module) -> Result<(), Stop> {
    match live.session.instantiate(module, &[])? {
        Instantiated::Ready(instance) => live.returns(instance, "answer", &[], &[Value::I32(42)]),
        other => fail(format!("the module was not instantiated: {other}")),
    }
}

/// A temporary directory, removed when the check is over.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Result<Directory, Stop> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("wassay-contract-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match std::fs::create_dir(&path) {
            Ok(()) => Ok(Directory(path)),
            Err(error) => Err(Fault::Internal(format!("{}: {error}", path.display())).into()),
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // If removal fails, the files stay in the system's directory for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

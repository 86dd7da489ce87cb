//! Damages entries in the process of the engine, and has the engine look at each damage without
//! compiling anything. So every byte and every length can be tried also where an engine is slow. Sees
//! no parent.

use crate::message::Place;
use crate::probe::{Halt, binaries};
use crate::scene::Which;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use wassay_engine::{CacheKeeper, Engine, Fault, Provider};

/// Stores the modules of a scene, damages each entry at every byte and every length, and returns how
/// many damages the keeper of the directory has found. It must find all of them, and nothing else.
///
/// # Errors
/// If it overlooks one, or if the engine has no such keeper.
pub(crate) fn sweep(
    provider: &dyn Provider,
    engine: &dyn Engine,
    place: &Place,
    which: &Which,
) -> Result<u64, Halt> {
    let directory = place.directory.as_deref();
    let directory = directory.ok_or_else(|| Fault::misuse("a sweep needs a directory"))?;
    let mut entries = BTreeSet::new();
    for wasm in binaries(&which.scene().map_err(Fault::Misuse)?)? {
        let rejects = |why: wassay_engine::Rejected| Halt::Wrong(why.message);
        let module = engine.compile(&wasm)?.map_err(rejects)?;
        let entry = engine.cache_entry(module)?;
        entries.extend(entry.filter(|entry| entry.is_file()));
        engine.drop_module(module)?;
    }
    let keeper = provider.cache_keeper(directory)?;
    let mut count = 0;
    for entry in &entries {
        let aside = Aside::move_others(entry, &directory.with_extension("aside")).map_err(broke)?;
        count += damages(&*keeper, entry)?;
        aside.bring_back().map_err(broke)?;
    }
    Ok(count)
}

fn broke(error: io::Error) -> Halt {
    Halt::Fault(Fault::of(error))
}

/// Tries every damage of an entry that is alone in its directory.
fn damages(keeper: &dyn CacheKeeper, entry: &Path) -> Result<u64, Halt> {
    let good = fs::read(entry).map_err(broke)?;
    let looks = |damage: &str, is_good: bool| -> Result<(), Halt> {
        let verified = keeper.verify(false)?;
        let found = (verified.intact.entries, verified.bad.len());
        let expected = if is_good { (1, 0) } else { (0, 1) };
        let has_reason = verified.bad.iter().all(|bad| !bad.why.is_empty());
        match found == expected && has_reason {
            true => Ok(()),
            false => {
                let entry = entry.display();
                Err(Halt::Wrong(format!("{entry}, {damage} of {}: {verified:?}", good.len())))
            }
        }
    };
    looks("nothing damaged", true)?;
    let mut bytes = good.clone();
    for at in 0..good.len() {
        bytes[at] ^= 1 << (at % 8);
        fs::write(entry, &bytes).map_err(broke)?;
        looks(&format!("byte {at} flipped"), false)?;
        bytes[at] = good[at];
        fs::write(entry, &good[..at]).map_err(broke)?;
        looks(&format!("cut to {at} bytes"), false)?;
    }
    fs::write(entry, &good).map_err(broke)?;
    looks("repaired", true)?;
    Ok(2 * good.len() as u64)
}

/// The other files of a directory, which are elsewhere for a while: reading them takes time.
struct Aside {
    files: Vec<(PathBuf, PathBuf)>,
}

impl Aside {
    fn move_others(entry: &Path, to: &Path) -> io::Result<Aside> {
        fs::create_dir_all(to)?;
        let mut files = Vec::new();
        for file in fs::read_dir(entry.parent().unwrap_or(entry))? {
            let from = file?.path();
            if from != entry {
                let to = to.join(from.file_name().unwrap_or_default());
                fs::rename(&from, &to)?;
                files.push((from, to));
            }
        }
        Ok(Aside { files })
    }

    fn bring_back(self) -> io::Result<()> {
        self.files.iter().try_for_each(|(from, to)| fs::rename(to, from))
    }
}

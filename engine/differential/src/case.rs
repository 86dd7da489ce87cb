//! A case: takes a generator and a seed; gives modules that are linked with each other and called.
//! Knows no engine.

use crate::{smith, structured};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use wassay_engine::Features;

/// The global that each module exports to count its loops and calls; the driver refills it before
/// each call. Every generated function ends, because it traps or returns when the fuel is used up.
pub const FUEL: &str = "fuel";

/// The fuel of a call: fewer nested calls than wasmi's limit of 1000.
pub const FUEL_PER_CALL: u32 = 700;

/// A generator of modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Generator {
    /// `wasm-smith`: any valid module.
    Smith,
    /// Our own generator: modules that use references, tables, memories and calls as programs do.
    Structured,
}

impl Generator {
    /// Every generator.
    pub const ALL: [Generator; 2] = [Generator::Smith, Generator::Structured];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Generator::Smith => "smith",
            Generator::Structured => "structured",
        }
    }
}

impl fmt::Display for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Generator {
    type Err = String;

    fn from_str(name: &str) -> Result<Generator, String> {
        let found = Generator::ALL.into_iter().find(|generator| generator.name() == name);
        found.ok_or_else(|| format!("there is no generator `{name}`; use smith or structured"))
    }
}

/// The origin of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Id {
    /// The generator of its modules.
    pub generator: Generator,
    /// The seed.
    pub seed: u64,
    /// The features that the modules may use, as [`Features::bits`].
    within: u64,
}

impl Id {
    /// The origin of a case that may use every feature.
    pub fn new(generator: Generator, seed: u64) -> Id {
        Id { generator, seed, within: Features::all().bits() }
    }

    /// The same, with modules that use no other features than these.
    pub fn within(self, features: Features) -> Id {
        Id { within: features.bits(), ..self }
    }

    /// The features that the modules may use.
    pub fn features(self) -> Features {
        Features::from_bits(self.within)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.generator, self.seed)
    }
}

impl FromStr for Id {
    type Err = String;

    fn from_str(text: &str) -> Result<Id, String> {
        let wrong = || format!("`{text}` is not a case; write one like smith:1");
        let (generator, seed) = text.split_once(':').ok_or_else(wrong)?;
        Ok(Id::new(generator.parse()?, seed.parse().map_err(|_| wrong())?))
    }
}

/// Modules; each may import from the earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its origin; arguments are drawn from its seed.
    pub id: Id,
    /// The features that an engine needs to run it, as [`Features::bits`].
    features: u64,
    /// The modules; later ones import the first as `m0`, and so on.
    pub modules: Vec<Vec<u8>>,
}

impl Case {
    /// Generates the case.
    pub fn generate(id: Id) -> Case {
        let (features, modules) = match id.generator {
            Generator::Smith => smith::generate(id.seed, id.features()),
            Generator::Structured => structured::generate(id.seed, id.features()),
        };
        Case { id, features: features.bits(), modules }
    }

    /// The features that an engine needs to run it.
    pub fn features(&self) -> Features {
        Features::from_bits(self.features)
    }
}

/// The name by which later modules import the module with this index.
pub fn module_name(index: usize) -> String {
    format!("m{index}")
}

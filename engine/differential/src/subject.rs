//! Takes a name such as `cranelift/speed/guard`; gives an engine in that configuration. The only
//! file that names engines. Runs no case.

use std::collections::HashMap;
use std::sync::Arc;
use wassay_engine::{Bounds, Config, Engine, Fault, Features, Opt, Provider};

/// An engine in one configuration.
pub struct Subject {
    /// The engine's name, and how its configuration differs from the others.
    pub name: String,
    provider: Start,
    opt: Opt,
    bounds: Bounds,
    /// The engine's features.
    pub features: Features,
    /// Running engines, by the features that they accept.
    running: HashMap<u64, Arc<dyn Engine>>,
}

/// Creates the provider of an engine.
type Start = fn() -> Box<dyn Provider>;

/// The engines, and the configurations in which they differ.
const ENGINES: &[(&str, Start, bool)] =
    &[("cranelift", wassay_cranelift::provider, true), ("wasmi", wassay_wasmi::provider, false)];

/// Every subject; the others are compared with the first.
pub fn all() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for &(name, provider, compiles) in ENGINES {
        let features = provider().features();
        let mut add = |name: String, opt, bounds| {
            let running = HashMap::new();
            subjects.push(Subject { name, provider, opt, bounds, features, running });
        };
        if !compiles {
            add(name.to_string(), Opt::Speed, Bounds::Guard);
            continue;
        }
        for (opt_name, opt) in [("none", Opt::None), ("speed", Opt::Speed)] {
            for (bounds_name, bounds) in [("explicit", Bounds::Explicit), ("guard", Bounds::Guard)]
            {
                add(format!("{name}/{opt_name}/{bounds_name}"), opt, bounds);
            }
        }
    }
    subjects
}

/// The subjects with these names or prefixes; all subjects if there are no names.
///
/// # Errors
/// If a name matches no subject.
pub fn named(names: &[String]) -> Result<Vec<Subject>, String> {
    let fits = |subject: &Subject, name: &String| {
        subject.name == *name || subject.name.starts_with(&format!("{name}/"))
    };
    if let Some(unknown) = names.iter().find(|name| !all().iter().any(|one| fits(one, name))) {
        let known: Vec<String> = all().into_iter().map(|subject| subject.name).collect();
        return Err(format!("there is no engine `{unknown}`; there are {}", known.join(", ")));
    }
    let chosen = |subject: &Subject| names.is_empty() || names.iter().any(|n| fits(subject, n));
    Ok(all().into_iter().filter(chosen).collect())
}

/// The prefix of names of subjects on another machine.
pub const THERE: &str = "there:";

/// The engine of a subject, for any configuration and machine.
pub fn engine_of(subject: &str) -> &str {
    let here = subject.strip_prefix(THERE).unwrap_or(subject);
    here.split_once('/').map_or(here, |(engine, _)| engine)
}

impl Subject {
    /// The engine, accepting exactly these features.
    ///
    /// # Errors
    /// Errors of the provider.
    pub fn engine(&mut self, features: Features) -> Result<Arc<dyn Engine>, Fault> {
        if let Some(engine) = self.running.get(&features.bits()) {
            return Ok(engine.clone());
        }
        let config = Config { opt: self.opt, bounds: self.bounds, ..Config::new(features) };
        let engine = (self.provider)().start(&config)?;
        self.running.insert(features.bits(), engine.clone());
        Ok(engine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_chosen_by_engine_or_in_full() {
        let names = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            named(&names).map(|found| found.into_iter().map(|s| s.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]).unwrap().len(), 5);
        assert_eq!(names(&["cranelift"]).unwrap().len(), 4);
        let chosen = names(&["wasmi", "cranelift/speed/guard"]).unwrap();
        assert_eq!(chosen, ["cranelift/speed/guard", "wasmi"]);
        assert!(names(&["crane"]).unwrap_err().contains("cranelift/none/explicit"));
        for (subject, engine) in [("a", "a"), ("a/b/c", "a"), ("there:a/b", "a"), ("there:a", "a")]
        {
            assert_eq!(engine_of(subject), engine);
        }
    }
}

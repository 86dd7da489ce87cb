//! Takes a name such as `cranelift/speed/guard`, or the command of an adapter; gives an engine in that
//! configuration. The only file that names engines. Runs no case.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use wassay_engine::{Bounds, Config, Engine, Fault, Features, Opt, Provider};
use wassay_process::{Adapter, Launch};

/// What precedes the command of an adapter.
const EXEC: &str = "exec:";

/// How long an adapter may take for one answer. The parent of a worker has a shorter limit; without
/// a parent, the adapter still ends.
const LONGEST: Duration = Duration::from_secs(600);

/// An engine in one configuration.
pub struct Subject {
    /// The engine's name, and how its configuration differs from the others.
    pub name: String,
    /// The command of its adapter, if it has one.
    pub command: Option<String>,
    /// The engine's features.
    pub features: Features,
    /// Whether it reports kinds of traps and link errors.
    pub kinds: bool,
    provider: Arc<dyn Provider>,
    opt: Opt,
    bounds: Bounds,
    /// Running engines, by the features that they accept.
    running: HashMap<u64, Arc<dyn Engine>>,
}

/// Creates the provider of an engine.
type Start = fn() -> Box<dyn Provider>;

/// The engines, and the configurations in which they differ.
const ENGINES: &[(&str, Start, bool)] =
    &[("cranelift", wassay_cranelift::provider, true), ("wasmi", wassay_wasmi::provider, false)];

/// Every subject that needs no adapter; the others are compared with the first.
pub fn all() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for &(name, provider, compiles) in ENGINES {
        let provider: Arc<dyn Provider> = Arc::from(provider());
        let mut add = |name: String, opt, bounds| {
            let (provider, command) = (provider.clone(), None);
            subjects.push(Subject { opt, bounds, ..Subject::new(name, provider, command) });
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

/// The subjects with these names or prefixes, and those of adapters, written as `exec:COMMAND` or
/// `NAME=exec:COMMAND`; all subjects that need no adapter if there are no names. They have the order
/// of the names, except that those of one engine stay together.
///
/// # Errors
/// If a name matches no subject, or if an adapter does not start.
pub fn named(names: &[String]) -> Result<Vec<Subject>, String> {
    if names.is_empty() {
        return Ok(all());
    }
    let fits = |subject: &Subject, name: &str| {
        subject.name == *name || subject.name.starts_with(&format!("{name}/"))
    };
    let mut chosen: Vec<Subject> = Vec::new();
    for name in names {
        let found: Vec<Subject> = match exec(name) {
            Some((alias, command)) => vec![adapted(alias, command)?],
            None => all().into_iter().filter(|subject| fits(subject, name)).collect(),
        };
        if found.is_empty() {
            let known: Vec<String> = all().into_iter().map(|subject| subject.name).collect();
            return Err(format!(
                "there is no engine `{name}`; there are {}, and adapters: exec:COMMAND",
                known.join(", ")
            ));
        }
        for subject in found {
            match chosen.iter().find(|other| other.name == subject.name) {
                Some(other) if other.command.is_some() || subject.command.is_some() => {
                    return Err(format!(
                        "two engines are called `{}`: give one of them another name, as in \
                         --engine mine=exec:./my-adapter",
                        other.name
                    ));
                }
                Some(_) => {}
                None => chosen.push(subject),
            }
        }
    }
    Ok(chosen)
}

/// The command of an adapter in the name of an engine, and the name that the user gives to it.
fn exec(name: &str) -> Option<(Option<&str>, &str)> {
    if let Some(command) = name.strip_prefix(EXEC) {
        return Some((None, command));
    }
    let (alias, rest) = name.split_once('=')?;
    Some((Some(alias), rest.strip_prefix(EXEC)?))
}

/// The engine of an adapter.
fn adapted(alias: Option<&str>, command: &str) -> Result<Subject, String> {
    let launch = Launch {
        // The worker's group, which its parent kills as a whole.
        shares_group: true,
        limit: Some(LONGEST),
        alias: alias.map(str::to_string),
        ..Launch::new(command)
    };
    let adapter = Adapter::start(launch).map_err(|fault| match fault {
        Fault::Internal(why) => why,
        fault => fault.to_string(),
    })?;
    let name = adapter.identity().map_err(|fault| fault.to_string())?.name;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(format!("`{name}` is no name for an engine: use letters, digits, -, _ and ."));
    }
    Ok(Subject::new(name, Arc::new(adapter), Some(command.to_string())))
}

/// The prefix of names of subjects on another machine.
pub const THERE: &str = "there:";

/// The engine of a subject, for any configuration and machine.
pub fn engine_of(subject: &str) -> &str {
    let here = subject.strip_prefix(THERE).unwrap_or(subject);
    here.split_once('/').map_or(here, |(engine, _)| engine)
}

impl Subject {
    fn new(name: String, provider: Arc<dyn Provider>, command: Option<String>) -> Subject {
        Subject {
            name,
            command,
            features: provider.features(),
            kinds: provider.capabilities().kinds,
            provider,
            opt: Opt::Speed,
            bounds: Bounds::Guard,
            running: HashMap::new(),
        }
    }

    /// How the command line names it.
    pub fn typed(&self) -> String {
        match &self.command {
            Some(command) => format!("{}={EXEC}{command}", self.name),
            None => self.name.clone(),
        }
    }

    /// The engine, accepting these features; that of an adapter accepts all that it has, because it
    /// may be unable to turn one off.
    ///
    /// # Errors
    /// Errors of the provider.
    pub fn engine(&mut self, features: Features) -> Result<Arc<dyn Engine>, Fault> {
        let features = if self.command.is_some() { self.features } else { features };
        if let Some(engine) = self.running.get(&features.bits()) {
            return Ok(engine.clone());
        }
        let config = Config { opt: self.opt, bounds: self.bounds, ..Config::new(features) };
        let engine = self.provider.start(&config)?;
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
        let chosen = names(&["wasmi", "cranelift/speed/guard", "wasmi"]).unwrap();
        assert_eq!(chosen, ["wasmi", "cranelift/speed/guard"]);
        assert!(names(&["crane"]).unwrap_err().contains("cranelift/none/explicit"));
        assert!(names(&["exec:no-such-program"]).unwrap_err().contains("cannot be started"));
        assert!(names(&["exec:false"]).unwrap_err().contains("exit status: 1"));
        for (subject, engine) in [("a", "a"), ("a/b/c", "a"), ("there:a/b", "a"), ("there:a", "a")]
        {
            assert_eq!(engine_of(subject), engine);
        }
    }

    #[test]
    fn a_command_may_have_a_name() {
        assert_eq!(exec("exec:a b=c"), Some((None, "a b=c")));
        assert_eq!(exec("x=exec:a b"), Some((Some("x"), "a b")));
        assert_eq!(exec("x=a"), None);
    }
}

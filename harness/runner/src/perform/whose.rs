//! Explains where an engine or a name comes from, for the messages of failures: takes what the script
//! has started and entered; gives words. Performs nothing.

use super::sessions::Key;
use super::stage::Stage;
use super::stop::Stop;
use crate::script::EngineSetting;

/// The number of characters of an engine's settings that a message repeats.
const LONGEST: usize = 100;

/// An engine that the script has started.
#[derive(Debug)]
pub(super) struct Started {
    id: String,
    line: u32,
    /// Its settings, as the script has them.
    settings: String,
    /// Its cache directory.
    directory: Option<String>,
}

impl Started {
    /// The engine that a directive starts, with the line and the text of the directive.
    pub(super) fn new(
        id: &str,
        settings: &[EngineSetting<'_>],
        line: u32,
        source: &[u8],
    ) -> Started {
        let directory = settings.iter().find_map(|setting| match setting {
            EngineSetting::Directory(directory) => Some(directory.to_string()),
            _ => None,
        });
        let text = String::from_utf8_lossy(source);
        let words: Vec<&str> = text.split_whitespace().collect();
        // The name of the annotation and the id come first, and a parenthesis is last.
        let settings = words.get(2..).unwrap_or_default().join(" ");
        let settings = settings.strip_suffix(')').unwrap_or(&settings);
        let settings = settings.chars().take(LONGEST).collect();
        Started { id: id.to_string(), line, settings, directory }
    }
}

impl Stage<'_, '_> {
    /// The settings of the engine, and those of the first engine with its directory, after a colon;
    /// nothing if the script did not start it.
    pub(super) fn started_with(&self) -> String {
        let all = &self.embedder.started;
        let is_this = |started: &&Started| Some(&started.id) == self.key.engine.as_ref();
        let Some(this) = all.iter().find(is_this) else { return String::new() };
        let Started { id, line, settings, directory } = this;
        let own = format!(": engine `${id}` of line {line} has {settings}");
        let shares = |first: &&Started| directory.is_some() && first.directory == *directory;
        match all.iter().find(shares).filter(|first| first.id != *id) {
            Some(Started { id, line, settings, .. }) => {
                format!(
                    "{own}; the first with its directory, `${id}` of line {line}, has {settings}"
                )
            }
            None => own,
        }
    }

    /// A name that nothing has here: `what` says so. Another session may have it, or a module.
    pub(super) fn unknown(&self, id: Option<&str>, what: String) -> Stop {
        let Some(id) = id else { return Stop::Script(what) };
        let has = |stage: &Stage<'_, '_>| {
            stage.names.instance(Some(id)).is_ok() || stage.names.module(Some(id)).is_ok()
        };
        let is_module = self.names.module(Some(id)).is_ok_and(Result::is_ok);
        Stop::Script(match self.embedder.stages.values().any(has) {
            _ if is_module => {
                format!("{what}, but a module: (module instance ${id} ${id}) instantiates it")
            }
            true => {
                let (here, line) = (here(&self.key), self.embedder.entered);
                format!("{what} in {here}, entered on line {line}: it has names of its own")
            }
            false => what,
        })
    }
}

/// The session, as a message names it.
fn here(key: &Key) -> String {
    match key {
        Key { session: Some(session), .. } => format!("session `${session}`"),
        Key { engine: Some(engine), session: None } => format!("engine `${engine}`"),
        Key { engine: None, session: None } => "the first engine".to_string(),
    }
}

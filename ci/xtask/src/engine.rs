//! `cargo xtask engine build|list`: builds the adapters of external engines from this tree, or lists
//! which are there. Takes the source tree and `ci/engines.toml`; returns success or failure. Runs no
//! engine.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::path::Path;
use std::process;
use wassay_external::{External, Places, Table};
use wassay_lanes::in_ci;

/// A command for external engines.
#[derive(Subcommand)]
pub enum Command {
    /// Build the adapters of engines into target-engines/bin; one whose compiler is not installed is
    /// skipped by name, or fails if CI=true
    Build(Selection),
    /// List the external engines: which are installed, and the command that installs the others
    List,
}

/// Selected engines.
#[derive(Args)]
pub struct Selection {
    /// Every engine of ci/engines.toml whose adapter is built from this tree
    #[arg(long, conflicts_with = "names")]
    all: bool,
    /// Engines
    #[arg(required_unless_present = "all")]
    names: Vec<String>,
}

/// Runs the command; `false` if something failed and has been reported.
///
/// # Errors
/// If the command could not run at all.
pub fn run(root: &Path, command: &Command) -> Result<bool> {
    let table = Table::of_tree(root)?;
    match command {
        Command::Build(selection) => {
            let mut complete = true;
            for build in selection.builds(&table)? {
                complete &= self::build(root, build)?;
            }
            Ok(complete)
        }
        Command::List => {
            let places = Places::of(&root.join("target/release/wassay")).relative_to(root);
            print!("{}", list(&table, &places));
            Ok(true)
        }
    }
}

impl Selection {
    /// The commands that build the selected engines, each once: several engines may have one adapter.
    fn builds<'a>(&self, table: &'a Table) -> Result<Vec<&'a [String]>> {
        let mut builds: Vec<&[String]> = Vec::new();
        for engine in self.engines(table)? {
            if engine.build.is_empty() {
                bail!("{} is not built: install it with `{}`", engine.name, engine.remedy());
            }
            if !builds.contains(&&*engine.build) {
                builds.push(&engine.build);
            }
        }
        Ok(builds)
    }

    fn engines<'a>(&self, table: &'a Table) -> Result<Vec<&'a External>> {
        if self.all {
            return Ok(table.iter().filter(|engine| !engine.build.is_empty()).collect());
        }
        let named = |name: &String| {
            let names = || table.iter().map(|engine| &*engine.name).collect::<Vec<_>>().join(", ");
            let engine = table.get(name);
            engine.with_context(|| format!("there is no engine `{name}`; there are: {}", names()))
        };
        self.names.iter().map(named).collect()
    }
}

/// Runs a build. A machine that lacks its program prints a message and fails only in CI: elsewhere the
/// engine is skipped by name.
fn build(root: &Path, words: &[String]) -> Result<bool> {
    let shown = words.join(" ");
    let Some((program, arguments)) = words.split_first() else { return Ok(true) };
    let own = root.join(program);
    let program = if program.contains('/') { own.as_os_str() } else { program.as_ref() };
    let mut command = process::Command::new(program);
    // These are about the build of this program.
    for variable in ["CARGO_TARGET_DIR", "CARGO_MANIFEST_DIR"] {
        command.env_remove(variable);
    }
    eprintln!("{shown}");
    match command.current_dir(root).args(arguments).status() {
        Ok(status) if status.success() => Ok(true),
        Ok(status) => {
            eprintln!("no adapter: `{shown}` ended with {status}");
            Ok(false)
        }
        Err(error) => {
            eprintln!("no adapter: `{shown}` does not start: {error}; to run it: `ci/setup`");
            Ok(!in_ci())
        }
    }
}

/// The engines, and which of them are installed.
fn list(table: &Table, places: &Places) -> String {
    let width = table.iter().map(|engine| engine.name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for engine in table.iter() {
        let state = match places.find(engine) {
            Ok(found) => format!("installed: {}", found.program()),
            Err(absent) => format!("not installed: {absent}"),
        };
        out += &format!("{:<width$}  {state}\n", engine.name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "
        [[engine]]
        name = 'one'
        command = ['made', '1']
        build = ['sh', '-c', 'mkdir -p target-engines/bin && : >>target-engines/bin/made']
        [[engine]]
        name = 'two'
        command = ['made', '2']
        build = ['sh', '-c', 'mkdir -p target-engines/bin && : >>target-engines/bin/made']
        [[engine]]
        name = 'broken'
        command = ['broken']
        build = ['sh', '-c', 'exit 3']
        [[engine]]
        name = 'tool'
        command = ['no-such-tool']
        install = 'ci/setup'
    ";

    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("ci")).unwrap();
        std::fs::write(dir.path().join("ci/engines.toml"), ROWS).unwrap();
        dir
    }

    fn selected(names: &[&str]) -> Command {
        let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
        Command::Build(Selection { all: names.is_empty(), names })
    }

    #[test]
    fn adapters_are_built_once_in_the_tree() {
        let tree = tree();
        assert!(run(tree.path(), &selected(&["one", "two"])).unwrap());
        assert!(tree.path().join("target-engines/bin/made").is_file());
        assert!(!run(tree.path(), &selected(&[])).unwrap(), "one build fails");
        let table = Table::of_file(Path::new("t.toml"), ROWS).unwrap();
        let both = Selection { all: false, names: vec!["one".into(), "two".into()] };
        assert_eq!(both.builds(&table).unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_built_is_named() {
        let tree = tree();
        for (name, message) in [
            ("none", "there is no engine `none`; there are: one, two, broken, tool"),
            ("tool", "tool is not built: install it with `ci/setup`"),
        ] {
            let error = run(tree.path(), &selected(&[name])).unwrap_err().to_string();
            assert_eq!(error, message);
        }
    }

    #[test]
    fn a_list_names_what_installs_an_engine() {
        let table = Table::of_file(Path::new("t.toml"), ROWS).unwrap();
        let list = list(&table, &Places::of(Path::new("/nowhere/wassay")));
        for line in [
            "one     not installed: its adapter `made` is not built; to run it: `cargo xtask \
             engine build one`\n",
            "tool    not installed: `no-such-tool` is not installed; to run it: `ci/setup`\n",
        ] {
            assert!(list.contains(line), "{list}");
        }
    }
}

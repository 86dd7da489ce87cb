//! Takes a lane and the workers of this machine; gives the way to start the lane's workers, or the
//! obstacle. Runs only `--version` of a worker, with a time limit.

use crate::arch::Arch;
use crate::ask::ask;
use crate::error::Obstacle;
use crate::lane::Lane;
use crate::program::program;
use crate::workers::{Workers, said};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to start the workers of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// The worker.
    pub worker: PathBuf,
    /// The command before the worker's path; empty to run it directly.
    pub prefix: Vec<String>,
    /// Additional environment variables.
    pub env: Vec<(String, String)>,
    /// The factor for the time limit of a directive.
    pub timeout_factor: f64,
    /// The number of bytes of data that a worker and its emulator may hold.
    pub memory_limit: Option<u64>,
    /// Substrings of a standard error line in which the prefix reports its own failure.
    pub own_failure: Vec<String>,
    /// Substrings of a line in which the prefix reports anything else: a warning, or that the
    /// worker crashed. The last line of either kind counts.
    pub not_own_failure: Vec<String>,
}

/// Substrings of the lines in which QEMU reports its own failure.
const QEMU_FAILS: &[&str] = &[
    "qemu-aarch64: ",
    "qemu-x86_64: ",
    "qemu-aarch64-static: ",
    "qemu-x86_64-static: ",
    "qemu: ",
    "QEMU internal SIG",
    "mmap stack: ",
    "Requested guest base ",
    "Reserved virtual address too big",
    "GLib-ERROR",
    "ERROR:../",
];

/// Substrings of the lines in which QEMU reports a crash of its guest program, or a warning.
const QEMU_TELLS: &[&str] = &["uncaught target signal", ": warning: "];

/// Substrings of the lines in which QEMU rejects a file as a program.
const QEMU_REFUSES: &[&str] = &["Error mapping file", "Invalid ELF image", "Exec format error"];

/// The text before the name of a CPU that QEMU does not know.
const NO_CPU: &str = "unable to find CPU model";

impl Lane {
    /// How to start the workers of this lane on this machine.
    ///
    /// For a lane with a prefix, starts the worker once to check that it starts.
    ///
    /// # Errors
    /// The obstacle that keeps the lane from running here.
    pub fn launch(&self, workers: &Workers) -> Result<Launch, Obstacle> {
        self.launch_with(workers, std::env::var_os("PATH").unwrap_or_default().as_os_str())
    }

    /// Like [`Lane::launch`], with programs looked up in `path`.
    ///
    /// # Errors
    /// See [`Lane::launch`].
    pub fn launch_with(&self, workers: &Workers, path: &OsStr) -> Result<Launch, Obstacle> {
        let worker = match self.arch() {
            None => workers.native().to_path_buf(),
            Some(arch) => built_for(arch, workers.path(arch)?)?,
        };
        let mut prefix = self.prefix.clone();
        match (prefix.first_mut(), self.arch()) {
            (Some(program), _) => *program = installed(program, path)?,
            (None, Some(arch)) if Some(arch) != Arch::host() => {
                return Err(Obstacle::OtherHost { arch });
            }
            (None, _) => {}
        }
        let mut launch = Launch {
            worker,
            prefix,
            env: self.env.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            timeout_factor: self.timeout_factor,
            memory_limit: self.memory_limit_mib.map(|mib| mib << 20),
            own_failure: self.own_failure.clone(),
            not_own_failure: Vec::new(),
        };
        if self.is_qemu() {
            launch.own_failure.extend(QEMU_FAILS.iter().map(|line| line.to_string()));
            launch.not_own_failure.extend(QEMU_TELLS.iter().map(|line| line.to_string()));
        }
        if !self.prefix.is_empty() || (self.arch().is_some() && workers.version().is_some()) {
            let version = self.starts(&launch, workers)?;
            self.is_of(version, workers, &launch.worker)?;
        }
        Ok(launch)
    }

    fn is_qemu(&self) -> bool {
        let program = self.prefix.first().and_then(|program| program.rsplit('/').next());
        program.is_some_and(|program| program.starts_with("qemu-"))
    }

    /// Checks the worker's version. A lane for the host runs the parent's own program; any other
    /// worker may have been built before the sources changed.
    fn is_of(&self, found: String, workers: &Workers, path: &Path) -> Result<(), Obstacle> {
        match (self.arch(), workers.version()) {
            (Some(arch), Some(wanted)) if found != wanted => {
                let (path, wanted) = (path.to_path_buf(), wanted.to_string());
                Err(Obstacle::Stale { arch, path, found, wanted })
            }
            _ => Ok(()),
        }
    }

    /// Starts the worker once, to check that the emulator knows the CPU. Returns the version that
    /// the worker reports.
    fn starts(&self, launch: &Launch, workers: &Workers) -> Result<String, Obstacle> {
        let words: Vec<String> = launch.words().collect();
        let envs = launch.env.iter().map(|(name, value)| (name, value));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg("--version").envs(envs);
        let limit = workers.limit();
        let answer = ask(&mut command, limit);
        let program = self.prefix.first().unwrap_or(&words[0]).clone();
        let message = match answer {
            Ok(answer) if answer.status.success() => return Ok(said(&answer.stdout)),
            Ok(answer) => {
                let first = said(&answer.stderr);
                let silent = first.is_empty();
                let message = if silent { answer.status.to_string() } else { first };
                if let Some(arch) = self.arch().filter(|_| self.is_qemu())
                    && (silent || QEMU_REFUSES.iter().any(|words| message.contains(words)))
                {
                    let path = launch.worker.clone();
                    return Err(Obstacle::Broken { arch, path, message });
                }
                message
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                return Err(Obstacle::NoAnswer { program, limit, command: launch.shown() });
            }
            Err(error) => error.to_string(),
        };
        if let Some((_, cpu)) = message.split_once(NO_CPU).filter(|_| !self.prefix.is_empty()) {
            // Without `-cpu`, the environment names the CPU.
            let cpu = self.cpu().unwrap_or(cpu.trim().trim_matches(['\'', '`', '"'])).to_string();
            return Err(Obstacle::UnknownCpu { program, cpu });
        }
        Err(Obstacle::DoesNotStart { program, message, command: launch.shown() })
    }
}

impl Launch {
    /// The words of the command that starts a worker, ending with the worker's path.
    pub fn words(&self) -> impl Iterator<Item = String> {
        let worker = self.worker.to_string_lossy().into_owned();
        self.prefix.iter().cloned().chain([worker])
    }

    /// The shell command that asks a worker for its version in the same way.
    fn shown(&self) -> String {
        let variables = self.env.iter().map(|(name, value)| format!("{name}={value}"));
        let env = (!self.env.is_empty()).then(|| "env".to_string());
        let words = env.into_iter().chain(variables).chain(self.words());
        words.chain(["--version".to_string()]).map(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// The word, quoted for a shell.
fn quoted(word: String) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./=:,+@%".contains(letter);
    match !word.is_empty() && word.chars().all(plain) {
        true => word,
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The worker at this path, if it exists and is for this architecture.
fn built_for(arch: Arch, path: PathBuf) -> Result<PathBuf, Obstacle> {
    let mut header = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(64).read_to_end(&mut header));
    if read.is_err() {
        return Err(Obstacle::WorkerMissing { arch, path });
    }
    let found = match Arch::of_elf(&header) {
        Ok(found) if found == arch => return Ok(path),
        Ok(found) => format!("for {found}"),
        Err(found) => found,
    };
    Err(Obstacle::WrongArchitecture { arch, path, found })
}

/// The path of an emulator.
fn installed(name: &str, path: &OsStr) -> Result<String, Obstacle> {
    program(name, path).ok_or_else(|| Obstacle::EmulatorMissing { program: name.to_string() })
}

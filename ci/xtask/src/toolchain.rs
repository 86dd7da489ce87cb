//! Takes an architecture; gives the compiler and the linker that build static workers for it on
//! this machine, or says what is missing.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use wassay_lanes::Arch;

/// What builds workers for an architecture.
#[derive(Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// For which.
    pub arch: Arch,
    /// The Rust compiler, where it is not the one that cargo takes anyway.
    pub rustc: Option<PathBuf>,
    /// The linker, where it is not the one that rustc takes anyway.
    pub linker: Option<String>,
}

impl Toolchain {
    /// Looks for one: first the compiler that cargo takes, then the one that Debian installs.
    ///
    /// # Errors
    /// If neither has a standard library for the architecture, or there is no linker.
    pub fn find(arch: Arch) -> Result<Toolchain> {
        let usual = std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
        let debian = PathBuf::from("/usr/bin/rustc");
        let rustc = match [None, Some(debian)]
            .into_iter()
            .find(|rustc| has_library(rustc.as_deref().unwrap_or(&usual), arch))
        {
            Some(rustc) => rustc,
            None => bail!("no Rust standard library for {}; run ci/setup", arch.triple()),
        };
        if Arch::host() == Some(arch) {
            return Ok(Toolchain { arch, rustc, linker: None });
        }
        let linker = format!("{arch}-linux-gnu-gcc");
        if Command::new(&linker).arg("--version").output().is_err() {
            bail!("no linker `{linker}`; run ci/setup");
        }
        Ok(Toolchain { arch, rustc, linker: Some(linker) })
    }

    /// The cargo command that builds a static worker with it; `target_dir` is its own, since the
    /// compiler may be another one than for the rest.
    pub fn build(&self, root: &Path, target_dir: &Path) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(root).args(["build", "--release", "--locked", "--package", "wassay"]);
        cargo.args(["--bin", "wassay", "--target", self.arch.triple()]);
        cargo.arg("--target-dir").arg(target_dir);
        let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
        cargo.env("RUSTFLAGS", format!("{flags} -C target-feature=+crt-static").trim_start());
        cargo.env_remove("CARGO_ENCODED_RUSTFLAGS");
        if let Some(rustc) = &self.rustc {
            cargo.env("RUSTC", rustc);
        }
        if let Some(linker) = &self.linker {
            let variable = self.arch.triple().replace('-', "_").to_uppercase();
            cargo.env(format!("CARGO_TARGET_{variable}_LINKER"), linker);
        }
        cargo
    }
}

/// Whether the compiler has the standard library for the architecture.
fn has_library(rustc: &Path, arch: Arch) -> bool {
    let asked =
        Command::new(rustc).args(["--print", "target-libdir", "--target", arch.triple()]).output();
    let Ok(output) = asked else { return false };
    let directory = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    std::fs::read_dir(directory).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    #[test]
    fn the_build_is_static_and_in_its_own_directory() {
        let toolchain = Toolchain {
            arch: Arch::Aarch64,
            rustc: Some(PathBuf::from("/usr/bin/rustc")),
            linker: Some("aarch64-linux-gnu-gcc".to_string()),
        };
        let command = toolchain.build(Path::new("."), Path::new("target-aarch64"));
        let variable = |name: &str| {
            let value = command.get_envs().find(|(key, _)| *key == OsStr::new(name));
            value.and_then(|(_, value)| value).map(|value| value.to_string_lossy().into_owned())
        };
        assert!(variable("RUSTFLAGS").unwrap().ends_with("-C target-feature=+crt-static"));
        assert_eq!(variable("RUSTC").unwrap(), "/usr/bin/rustc");
        let linker = variable("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER");
        assert_eq!(linker.unwrap(), "aarch64-linux-gnu-gcc");
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        assert!(words.contains(&"aarch64-unknown-linux-gnu".into()));
        assert!(words.contains(&"target-aarch64".into()));
    }

    #[test]
    fn a_compiler_that_is_not_there_has_no_library() {
        assert!(!has_library(Path::new("/no/such/rustc"), Arch::X86_64));
    }
}

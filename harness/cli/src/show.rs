//! `wassay show`: takes the words that name scripts; gives their texts, or those of the directives on
//! some lines. Runs nothing.

use crate::exit::Failure;
use crate::selection::{Selected, catalogue, find};
use crate::values::input;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use wassay_runner::{Script, Step};

/// The arguments of `wassay show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wassay show wasm-v1/address.wast
  wassay show regressions/identity/call.wast:30 > one.wast")]
pub struct ShowArgs {
    /// Which scripts, as for `wassay run`.
    #[arg(required = true, value_name = "PATH[:LINE[-LINE]] | SUITE | NAME | GLOB")]
    pub what: Vec<OsString>,
    /// Rows beside those of `suites.toml`, in its format, for folders that it does not have.
    #[arg(long, value_name = "FILE", value_parser = input())]
    pub suites: Option<PathBuf>,
}

/// The texts, byte by byte. Several scripts have comments with their names before them.
///
/// # Errors
/// A word that selects nothing, or a script that cannot be read.
pub fn show(args: &ShowArgs) -> Result<Vec<u8>, Failure> {
    let mut unreadable = Vec::new();
    let catalogue = catalogue(args.suites.as_deref())?;
    let scripts = find(&catalogue, &args.what, &mut unreadable, &mut Vec::new())?;
    if let Some(problem) = unreadable.first() {
        return Err(Failure::usage(format_args!("{} {}", problem.path, problem.message)));
    }
    let mut out = Vec::new();
    for selected in &scripts {
        if scripts.len() > 1 {
            out.extend(format!(";; {}\n", selected.script.name).into_bytes());
        }
        out.extend(text(selected));
    }
    Ok(out)
}

fn text(selected: &Selected) -> Vec<u8> {
    let Some(lines) = &selected.lines else { return selected.text.to_vec() };
    let script = Script::parse(selected.text.clone());
    let is_on = |step: &&Step| lines.iter().any(|lines| script.is_on(step, *lines));
    let steps = script.steps().iter().filter(is_on);
    steps.flat_map(|step| [script.source(step), b"\n"].concat()).collect()
}

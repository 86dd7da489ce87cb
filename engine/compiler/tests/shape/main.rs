//! The code of every file in `tests/codegen`, held against what stands at the file's end, and the
//! rule on movable loads, held against all of it.
//!
//! A file is a module, then its expected listing as comments. `WASSAY_BLESS=1` writes the listings
//! anew; what changed is for the review to judge. A line `;;! assembly = true` adds the machine code.

#[path = "../lowering/modules.rs"]
mod modules;
mod rule;
#[path = "../lowering/targets.rs"]
mod targets;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wassay_artifact::target::{BoundsMode, OptLevel, Target};
use wassay_compiler::{Compiler, Listing};

/// What begins the expected part of a file.
const MARK: &str = "\n;; ====";

const BLESS: &str = "WASSAY_BLESS";

fn main() -> ExitCode {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codegen");
    let files = modules::files(&directory, &["wat"]);
    let mut trials: Vec<Trial> = files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || check(&path))
        })
        .collect();
    trials.extend(rule::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn check(path: &PathBuf) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let module = text.split_once(MARK).map_or(&*text, |(module, _)| module).trim_end();
    let want_assembly = module.lines().any(|line| line == ";;! assembly = true");
    let expected = format!("{module}\n{}", listing(path, want_assembly)?);
    if expected == text {
        return Ok(());
    }
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(path, expected)?;
        return Ok(());
    }
    let differs = expected.lines().zip(text.lines()).position(|(new, old)| new != old);
    let at = differs.unwrap_or_else(|| expected.lines().count().min(text.lines().count()));
    let line = |text: &str| text.lines().nth(at).unwrap_or("(the file ends)").to_string();
    Err(format!(
        "{}:{}: generated code differs\n  expected {}\n  actual   {}\n\
         If the new code is what you want, run\n  \
         {BLESS}=1 cargo test -p wassay-compiler --test shape\nand review the diff.",
        path.display(),
        at + 1,
        line(&text),
        line(&expected),
    )
    .into())
}

/// The targets of the listings: both architectures, both ways to check bounds.
fn targets() -> Vec<Target> {
    let processors = targets::processors().into_iter().filter(|it| it.isa.is_empty());
    let all = processors.flat_map(|processor| targets::configurations(&processor));
    all.filter(|target| target.opt == OptLevel::Speed && !target.native_relaxed).collect()
}

/// All functions' optimized CLIF, and the assembly if it is wanted. Targets of equal code share a
/// section.
fn listing(path: &Path, want_assembly: bool) -> Result<String, Failed> {
    let mut sections: Vec<(&str, String, Vec<String>)> = Vec::new();
    let mut add = |kind, body: String, name: &str| {
        let same = sections.iter_mut().find(|it| it.0 == kind && it.1 == body);
        match same {
            Some((.., names)) => names.push(name.to_string()),
            None => sections.push((kind, body, vec![name.to_string()])),
        }
    };
    for target in targets() {
        let bounds = match target.bounds {
            BoundsMode::Guard => "guard",
            BoundsMode::Explicit => "explicit",
        };
        let name = format!("{} {bounds}", target.arch);
        let compiler = Compiler::new(target)?;
        let mut clif = String::new();
        let mut assembly = String::new();
        for module in modules::Script::read(path).modules()? {
            let functions = compiler.listing(&module.bytes);
            for function in functions.map_err(|error| format!("{}: {error}", module.name))? {
                rule::check(&function)?;
                clif.push_str(&body(&function));
                assembly.push_str(&comment(&function.assembly));
            }
        }
        add("clif", clif, &name);
        if want_assembly {
            add("assembly", assembly, &name);
        }
    }
    let mut text = String::new();
    for (kind, body, names) in sections {
        write!(text, "{MARK} {kind}: {}\n{body}", names.join(", "))?;
    }
    Ok(text)
}

/// The blocks of a function, and the flags' regions; without what is the same in every function.
fn body(function: &Listing) -> String {
    let same = ["gv", "stack_limit", "region"];
    let lines = function.optimized.lines().map(str::trim_end);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !same.iter().any(|it| line.trim_start().starts_with(it)))
        .collect();
    comment(&lines.join("\n"))
}

fn comment(text: &str) -> String {
    text.lines().fold(String::new(), |all, line| all + ";; " + line + "\n")
}

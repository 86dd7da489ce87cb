//! Compares the code of every file in `tests/codegen` with the listing at the file's end, checks
//! the rule on movable loads in all of it, and checks that every family of operators has a file
//! for each form of memory and table.
//!
//! A file is a module, then its expected listing as comments. `WASSAY_BLESS=1` rewrites the
//! listings; review the differences. Lines before the module select the listing: `;;! assembly =
//! true` adds the machine code, `;;! interruption = true` polls the interrupt flag, `;;! preamble =
//! true` adds the declarations that are the same in every function, and `;;! relaxed = true` compiles
//! for processors and settings that differ in relaxed SIMD.

mod families;
mod forms;
#[path = "../lowering/modules.rs"]
mod modules;
#[path = "../lowering/operators.rs"]
mod operators;
mod rule;
#[path = "../lowering/targets.rs"]
mod targets;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wassay_artifact::target::{Arch, BoundsMode, OptLevel, Target};
use wassay_compiler::{Compiler, Listing};

/// The start of the expected part of a file.
const MARK: &str = "\n;; ====";

const BLESS: &str = "WASSAY_BLESS";

fn main() -> ExitCode {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = manifest.join("tests/codegen");
    let files = modules::files(&directory, &["wat"]);
    let mut trials: Vec<Trial> = files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || check(&path))
        })
        .collect();
    trials.extend(families::trials(&directory));
    trials.push(forms::trial());
    trials.extend(rule::trials());
    trials.extend(modules::files(&manifest.join("tests/wat"), &["wat"]).into_iter().map(movable));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The trial that the rule on movable loads holds in every function of a file, in all
/// configurations.
fn movable(path: PathBuf) -> Trial {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Trial::test(format!("movable::{name}"), move || {
        let modules = modules::Script::read(&path).modules()?;
        let mut functions = 0;
        for target in baselines().iter().flat_map(targets::configurations) {
            let compiler = Compiler::new(target)?;
            for module in &modules {
                let imported = forms::imported_functions(&module.bytes);
                let listings = compiler.listing(&module.bytes);
                for function in listings.map_err(|error| format!("{}: {error}", module.name))? {
                    rule::check(&function, imported)?;
                    functions += 1;
                }
            }
        }
        if functions > 0 { Ok(()) } else { Err("no function was checked".into()) }
    })
}

/// The processors with no optional features.
fn baselines() -> Vec<targets::Processor> {
    targets::processors().into_iter().filter(|it| it.isa.is_empty()).collect()
}

fn check(path: &PathBuf) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let module = text.split_once(MARK).map_or(&*text, |(module, _)| module).trim_end();
    let expected = format!("{module}\n{}", listing(path, Settings::of(module))?);
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

/// The settings in the lines before a module.
#[derive(Clone, Copy)]
struct Settings {
    assembly: bool,
    interruption: bool,
    preamble: bool,
    relaxed: bool,
}

impl Settings {
    fn of(module: &str) -> Settings {
        let has = |name: &str| module.lines().any(|line| line == format!(";;! {name} = true"));
        Settings {
            assembly: has("assembly"),
            interruption: has("interruption"),
            preamble: has("preamble"),
            relaxed: has("relaxed"),
        }
    }
}

/// The targets of the listings, with their names: both architectures, both ways to check bounds.
fn targets(interruption: bool) -> Vec<(String, Target)> {
    let bounds = [(BoundsMode::Guard, "guard"), (BoundsMode::Explicit, "explicit")];
    let target = |processor: &targets::Processor, (bounds, name)| {
        let target = targets::target(processor, OptLevel::Speed, bounds, false);
        (format!("{} {name}", target.arch), Target { interruption, ..target })
    };
    let processors = baselines();
    processors.iter().flat_map(|processor| bounds.map(|bounds| target(processor, bounds))).collect()
}

/// The targets of listings of relaxed operators, with their names: processors that have more and
/// more features, both settings.
fn relaxed_targets() -> Vec<(String, Target)> {
    let features = ["has_avx", "has_fma", "has_sse3", "has_sse41", "has_sse42", "has_ssse3"];
    let x86 = |name, left_out: &[&str]| {
        let isa = features.iter().filter(|feature| !left_out.contains(feature));
        let isa = isa.map(ToString::to_string).collect();
        (name, targets::Processor { arch: Arch::X86_64, isa })
    };
    let processors = [
        x86("x86_64", &features),
        x86("x86_64 has_ssse3", &["has_avx", "has_fma"]),
        x86("x86_64 has_avx", &["has_fma"]),
        x86("x86_64 has_fma", &[]),
        ("aarch64", targets::Processor { arch: Arch::Aarch64, isa: Vec::new() }),
    ];
    let settings = [("deterministic", false), ("native", true)];
    let target = |(name, processor): &(&str, _), (setting, native)| {
        let target = targets::target(processor, OptLevel::Speed, BoundsMode::Explicit, native);
        (format!("{name} {setting}"), target)
    };
    processors.iter().flat_map(|named| settings.map(|setting| target(named, setting))).collect()
}

/// The optimized CLIF of all functions, and the assembly if requested. Targets with equal code
/// share a section.
fn listing(path: &Path, settings: Settings) -> Result<String, Failed> {
    let mut sections: Vec<(&str, String, Vec<String>)> = Vec::new();
    let mut add = |kind, body: String, name: &str| {
        let same = sections.iter_mut().find(|it| it.0 == kind && it.1 == body);
        match same {
            Some((.., names)) => names.push(name.to_string()),
            None => sections.push((kind, body, vec![name.to_string()])),
        }
    };
    let targets = match settings.relaxed {
        true => relaxed_targets(),
        false => targets(settings.interruption),
    };
    for (name, target) in targets {
        let compiler = Compiler::new(target)?;
        let mut clif = String::new();
        let mut assembly = String::new();
        for module in modules::Script::read(path).modules()? {
            let imported = forms::imported_functions(&module.bytes);
            let functions = compiler.listing(&module.bytes);
            for function in functions.map_err(|error| format!("{}: {error}", module.name))? {
                rule::check(&function, imported)?;
                clif.push_str(&body(&function, settings.preamble));
                assembly.push_str(&comment(&function.assembly));
            }
        }
        add("clif", clif, &name);
        if settings.assembly {
            add("assembly", assembly, &name);
        }
    }
    let mut text = String::new();
    for (kind, body, names) in sections {
        write!(text, "{MARK} {kind}: {}\n{body}", names.join(", "))?;
    }
    Ok(text)
}

/// The blocks of a function and the flags' regions, without the parts that are the same in every
/// function.
fn body(function: &Listing, preamble: bool) -> String {
    let same: &[&str] = if preamble { &[] } else { &["gv", "stack_limit", "region"] };
    let lines = function.optimized.lines().map(str::trim_end);
    let lines: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !same.iter().any(|it| line.trim_start().starts_with(it)))
        .collect();
    comment(&lines.join("\n"))
}

fn comment(text: &str) -> String {
    text.lines().fold(String::new(), |all, line| all + ";; " + line + "\n")
}

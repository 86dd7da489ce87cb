//! `wassay compile`: a module in, the file of its compiled code out. Runs none of the code.

use crate::engines;
use crate::exit::{self, Failure};
use crate::outcome::{print_beside, write_to};
use crate::targets::{check_target, replaced};
use crate::values::{features, input};
use clap::Args;
use std::path::{Path, PathBuf};
use wassay_engine::{Engine, Fault, Features, Provider};
use wassay_record::{Bounds, Config, Isa, Opt, Relaxed};
use wassay_runner::worker::{STACK, configure};

/// The arguments of `wassay compile`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wassay compile app.wasm -o app.art
  wassay compile app.wat -o app.art --target aarch64 --isa-with has_lse
  wassay compile /dev/stdin --opt none -o - --features wasm2,-simd")]
pub struct CompileArgs {
    /// The module, in the binary or the text format; `/dev/stdin` is standard input.
    #[arg(value_parser = input())]
    pub file: PathBuf,
    /// Where to write the compiled code; `-` is standard output. Must not be the module.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The engine; `wassay engines` lists those that can serialize modules [default: cranelift].
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
    /// The architecture to compile for, x86_64 or aarch64, with no optional feature of its CPUs
    /// [default: this machine, with all features that it has].
    #[arg(long, value_name = "ARCH")]
    pub target: Option<String>,
    /// With --target: use this feature of its CPUs, for example has_avx; may be repeated.
    #[arg(long, value_name = "FEATURE", requires = "target")]
    pub isa_with: Vec<String>,
    /// Without --target: compile without this feature of this machine's CPU; may be repeated.
    #[arg(long, value_name = "FEATURE", conflicts_with = "target")]
    pub isa_without: Vec<String>,
    /// The features that the module may use, as for `wassay run`; those that the engine lacks are
    /// left out [default: all that the engine has].
    #[arg(long, value_name = "FEATURES", value_parser = features, allow_hyphen_values = true)]
    pub features: Option<Features>,
    /// How much effort the compiler makes [default: speed].
    #[arg(long, value_name = "LEVEL")]
    pub opt: Option<Opt>,
    /// How memory accesses are checked [default: guard].
    #[arg(long, value_name = "MODE")]
    pub bounds: Option<Bounds>,
    /// What relaxed SIMD operators do: the same on every CPU, or what is fastest on the target
    /// [default: deterministic].
    #[arg(long, value_name = "HOW")]
    pub relaxed: Option<Relaxed>,
}

/// Compiles the module and writes its code.
///
/// # Errors
/// If the module cannot be read or is not valid, if the engine lacks a setting or cannot serialize
/// modules, or if the file cannot be written.
pub fn run_compile(args: &CompileArgs) -> Result<u8, Failure> {
    engines::check_seeding()?;
    let (file, output) = (&args.file, &args.output);
    if replaced([&**output], [&**file]).is_some() {
        let (file, output) = (file.display(), output.display());
        return Err(Failure::usage(format_args!(
            "{output} would replace the module {file}: name another file"
        )));
    }
    check_target("the compiled code", output)?;
    let is_read_only = |path: &Path| {
        std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().readonly())
    };
    if is_read_only(output) {
        let output = output.display();
        return Err(Failure::usage(format_args!("{output} is read-only: name another file")));
    }
    let provider = engines::provider(args.engine.as_deref())?;
    let source = wassay_suites::read_file(file)
        .map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", file.display())))?;
    // Deeply nested code needs more stack than the main thread may have.
    let compiled = std::thread::scope(|scope| {
        let compile = || compiled(args, &*provider, &source);
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, compile);
        let thread = thread
            .map_err(|error| Failure::harness(format_args!("cannot start a thread: {error}")))?;
        let ended = thread.join();
        ended.unwrap_or_else(|_| Err(Failure::harness("the engine panicked while it compiled")))
    })?;
    let shown = output.display();
    write_to(output, &compiled)
        .map_err(|error| Failure::harness(format_args!("cannot write {shown}: {error}")))?;
    let text = format!("wrote {shown}: {} bytes\n", compiled.len());
    print_beside(std::iter::once(&**output), &wassay_report::plain(&text));
    Ok(exit::OK)
}

/// The compiled code of the module in this file.
fn compiled(args: &CompileArgs, provider: &dyn Provider, file: &[u8]) -> Result<Vec<u8>, Failure> {
    let name = args.file.display();
    let is_script = args.file.extension().is_some_and(|extension| extension == "wast");
    let what = if is_script { "a script, and `compile` takes one module; " } else { "" };
    let wasm = wassay_runner::binary(file).map_err(|bad| {
        Failure::usage(format_args!("{name}:{}:{}: {what}{}", bad.line, bad.column, bad.message))
    })?;
    let refused = |fault| refused(args.engine.as_deref(), fault);
    let engine = start(args, provider)?;
    let module = match engine.compile(&wasm).map_err(refused)? {
        Ok(module) => module,
        Err(rejected) => {
            let stage = rejected.stage.map_or("not valid", |stage| match stage {
                wassay_engine::Stage::Malformed => "malformed",
                wassay_engine::Stage::Invalid => "invalid",
            });
            let is_binary = file == &*wasm;
            let origin = rejected.offset.filter(|_| !is_binary);
            let origin = origin.and_then(|offset| wassay_runner::origin(file, offset as u64));
            let place = match (origin, rejected.offset) {
                (Some((line, column)), _) => format!("{name}:{line}:{column}: {stage}"),
                (None, None) => format!("{name} is {stage}"),
                (None, Some(offset)) if is_binary => {
                    format!("{name} is {stage} at offset {offset:#x}")
                }
                (None, Some(offset)) => {
                    format!("{name} is {stage} at offset {offset:#x} of its binary form")
                }
            };
            return Err(Failure::usage(format_args!("{place}: {}", rejected.message)));
        }
    };
    engine.serialize(module).map_err(refused)
}

fn start(
    args: &CompileArgs,
    provider: &dyn Provider,
) -> Result<std::sync::Arc<dyn Engine>, Failure> {
    let defaults = Config::default();
    let config = Config {
        opt: args.opt.unwrap_or(defaults.opt),
        bounds: args.bounds.unwrap_or(defaults.bounds),
        relaxed: args.relaxed.unwrap_or(defaults.relaxed),
        isa: args.target.clone().map_or(Isa::Host, Isa::Named),
        isa_with: args.isa_with.clone(),
        isa_without: args.isa_without.clone(),
        ..defaults
    };
    let all = provider.features();
    let features = args.features.map_or(all, |asked| asked.minus(asked.minus(all)));
    let config = configure(&config, features).map_err(Failure::harness)?;
    let refused = |fault| refused(args.engine.as_deref(), fault);
    if let Some(lacking) = provider.capabilities().lacking(all, &config) {
        return Err(refused(Fault::Unsupported(lacking)));
    }
    provider.start(&config).map_err(refused)
}

/// An engine that lacks something cannot be used for this; anything else is a failure of its own.
pub fn refused(engine: Option<&str>, fault: Fault) -> Failure {
    let engine = engine.unwrap_or(engines::REFERENCE);
    match fault {
        Fault::Unsupported(what) => {
            Failure::usage(format_args!("`{engine}` does not support {what}"))
        }
        fault => Failure::harness(fault),
    }
}

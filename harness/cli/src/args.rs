//! The command line as types. Its help texts are the manual. Runs nothing.

use crate::cache::CacheArgs;
use crate::check::EnginesArgs;
use crate::compile::CompileArgs;
use crate::engines::VERSION;
use crate::inspect::InspectArgs;
use crate::partition::Partition;
use crate::show::ShowArgs;
use crate::table::TableArgs;
use crate::values::{
    Engines, ReportTo, bytes, engines, features, input, jobs, named, partition, report, seconds,
    shown, ways,
};
use crate::ways::{CacheUse, Ways};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;
use wassay_engine::Features;
use wassay_record::{Bounds, Messages, Opt, Relaxed};

/// What a user typed.
#[derive(Debug, Parser)]
#[command(
    name = "wassay",
    version = VERSION,
    about = "Assays WebAssembly engines: runs the official and other .wast suites, and says what \
             held, what did not and what was never checked",
    long_about = None,
    max_term_width = 80,
    args_conflicts_with_subcommands = true,
    after_help = EXAMPLES,
)]
pub struct Cli {
    /// What to do; without it, the whole official suite is run on the reference engine.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to run.
    #[command(flatten)]
    pub options: RunOptions,
}

const EXAMPLES: &str = "\
Examples:
  wassay                                  the official suite on the reference engine
  wassay run constant_shift.wast:187      one directive of one script
  wassay run wasm-v1 --engine wasmi       one suite on another engine
  wassay run --report json=today.json     ... and keep a record
  wassay compare yesterday.json today.json

Exit codes:
    0  all as expected; the last line says if nothing was tested
    1  a regression, an unexpected pass, a stale known failure, lost or unstated
       support, a difference between lanes or ways, or a damaged cache entry
    2  wrong usage, or an input file that cannot be used
    3  the harness or an engine could not be started, or a fault
    4  the selection matches no script, or has no directive
  130  interrupted";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs scripts on engines.
    Run(Box<RunArgs>),
    /// Lists the engines, with their features and capabilities, or checks one.
    Engines(EnginesArgs),
    /// Serves an engine over the process protocol, on standard input and output: the reference for
    /// authors of adapters.
    #[command(
        after_help = "Example:\n  wassay run wasm-v1 --engine exec:'wassay serve-engine wasmi'"
    )]
    ServeEngine {
        /// The engine.
        #[arg(value_name = "ENGINE")]
        engine: String,
    },
    /// Lists the suites, with what they need.
    Suites {
        /// Rows beside those of `suites.toml`, in its format, for folders that it does not have.
        #[arg(long, value_name = "FILE", value_parser = input())]
        suites: Option<PathBuf>,
    },
    /// Prints the text of a script, which may be built in; with a line, of the directive on it.
    Show(ShowArgs),
    /// Lists the lanes, with what they need to run here.
    Lanes {
        /// The table of lanes to use instead of the one that wassay was built with.
        #[arg(long, value_name = "FILE", value_parser = input())]
        lanes: Option<PathBuf>,
    },
    /// Shows what changed between two JSON reports, regressions first.
    #[command(
        after_help = "Examples:\n  wassay compare yesterday.json today.json\n  wassay compare \
                      --fail-on regression main.json branch.json"
    )]
    Compare {
        /// What makes the exit code 1: any difference, or only regressions. A regression is a
        /// directive that passed and no longer does, a failure that only B lists, a lost feature or
        /// capability, a skipped lane, a run that B lacks, or a file that B ran only in part. A
        /// script that only one report has is none, but its failures are, if only B has it. The
        /// command also fails if B has a fault, if the reports have no script in common, if B is of
        /// another engine or lane or has a weaker `--messages`, or if either report is a single
        /// shard or was stopped early.
        #[arg(long, value_name = "WHAT", default_value = "difference")]
        fail_on: FailOn,
        /// How many differences of each kind are shown; if there are more, all are summarized by
        /// cause. 0 only summarizes.
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = shown)]
        show: usize,
        /// The first report.
        #[arg(value_parser = input())]
        a: PathBuf,
        /// The second report.
        #[arg(value_parser = input())]
        b: PathBuf,
    },
    /// Merges the JSON reports of shards and lanes into one, compares the lanes and prints the
    /// combined result; exits as a single combined run would.
    #[command(
        after_help = "Examples:\n  wassay merge shard1.json shard2.json -o all.json\n  wassay \
                            merge native.json aarch64.json -o lanes.json"
    )]
    Merge {
        /// The reports.
        #[arg(required = true, num_args = 1.., value_parser = input())]
        reports: Vec<PathBuf>,
        /// Where to write the result; `-` for standard output. Must not be one of the reports.
        #[arg(short, long)]
        output: PathBuf,
        /// Write more reports of the result, separated by commas: json=FILE, junit=FILE,
        /// markdown=FILE; `-` is standard output.
        #[arg(long, value_name = "KIND=FILE", value_delimiter = ',', value_parser = report)]
        report: Vec<ReportTo>,
        /// Merge although shards are missing; the result records which shards it has.
        #[arg(long)]
        partial: bool,
    },
    /// Makes a Markdown table of a JSON report: a row per suite or proposal, a column per run.
    Table(TableArgs),
    /// Lists the generated families of our own suite, or writes their scripts for other runners.
    #[command(
        after_help = "Examples:\n  wassay generate --list\n  wassay generate --emit families\n  \
                      wassay generate --emit far-calls far\n  wassay run regressions/identity"
    )]
    Generate {
        /// List the families with their axes, the rules that leave combinations out, and counts;
        /// this is the default.
        #[arg(long)]
        list: bool,
        /// Write all scripts of the families into this directory, which must be new or empty. Any
        /// runner of `.wast` scripts can run them; their first lines name the features that they
        /// need.
        #[arg(long, value_name = "DIR", conflicts_with = "list")]
        emit: Option<PathBuf>,
        /// Which families [default: all; `--emit` leaves out those that take minutes to run]
        #[arg(value_name = "FAMILY")]
        families: Vec<String>,
    },
    /// Compiles a module and writes the compiled code to a file.
    Compile(Box<CompileArgs>),
    /// Shows what is in a file of compiled code: target, sections, functions, traps, instructions.
    Inspect(InspectArgs),
    /// Shows, checks, trims or clears a cache directory.
    Cache(CacheArgs),
    /// Becomes a program that ends with its parent (internal).
    #[command(hide = true)]
    Guard {
        /// The parent's process id.
        parent: i32,
        /// The program and its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<OsString>,
    },
    /// Uses engines and their cache directories as a parent process asks (internal).
    #[command(hide = true)]
    Probe,
    /// Serves a parent process (internal).
    #[command(hide = true)]
    Worker {
        /// The shared memory in which the worker marks its position.
        #[arg(long)]
        mark: PathBuf,
        /// The command of an adapter, whose engine is then the only one.
        #[arg(long)]
        exec: Option<String>,
        /// The name of that engine, instead of its own.
        #[arg(long)]
        alias: Option<String>,
    },
}

/// The arguments of `wassay run`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  wassay run                                    the whole official suite
  wassay run wasm-v1 proposals/threads          two suites
  wassay run 'wasm-v?/memory*.wast'             scripts by a pattern over their names
  wassay run bugs/ tests/one.wast:10-20         a directory, and some lines of a file
  wassay run --partition hash:1/4 --report json=1.json")]
pub struct RunArgs {
    /// What to run: a suite, a script's name or the end of one, a glob over names, a file or a
    /// directory; a file or name may end in `:LINE`, `:LINE:COLUMN` or `:LINE-LINE`. Without it,
    /// everything runs.
    #[arg(value_name = "PATH[:LINE[-LINE]] | SUITE | NAME | GLOB")]
    pub what: Vec<OsString>,
    /// How to run.
    #[command(flatten)]
    pub options: RunOptions,
}

/// How to run.
#[derive(Clone, Debug, Default, Args)]
pub struct RunOptions {
    /// The engines, separated by commas, or `all`; `wassay engines` lists them. `exec:COMMAND` is the
    /// engine of an adapter, any program that speaks the process protocol, and `NAME=exec:COMMAND`
    /// gives it another name. Of several engines, those that are not installed are skipped [default:
    /// cranelift, or the only engine of `--worker`].
    #[arg(help_heading = "What runs", long, value_name = "ENGINE", value_parser = engines)]
    pub engine: Vec<Engines>,
    /// The table of external engines to use instead of the one that wassay was built with.
    #[arg(help_heading = "What runs", long, value_name = "FILE", value_parser = input())]
    pub engines: Option<PathBuf>,
    /// The lanes, separated by commas, or `all`; `wassay lanes` lists them [default: native].
    #[arg(help_heading = "What runs", long, value_name = "LANE", value_delimiter = ',')]
    pub lane: Vec<String>,
    /// The ways to run each script, separated by commas, or `all` [default: fresh]. Each is a run of
    /// its own, and all must agree: `fresh`, on the modules that the engine compiles; `serialized`,
    /// on modules that were serialized, dropped and deserialized; `reloaded`, twice on one cache
    /// directory, where the second time, in new processes, nothing may be compiled; `sessions`, in
    /// two sessions of one engine at a time. What an engine lacks for a way is unsupported in it.
    #[arg(help_heading = "What runs", long, value_name = "WAY", value_parser = ways)]
    pub ways: Option<Ways>,
    /// The table of lanes to use instead of the one that wassay was built with.
    #[arg(help_heading = "What runs", long, value_name = "FILE", value_parser = input())]
    pub lanes: Option<PathBuf>,
    /// The features that files outside every suite need, for example wasm2,+gc,-simd: a version of
    /// the specification or `all`, then features to add and remove [default: lines such as `;;! gc
    /// = true` at the top of a file, else all].
    #[arg(help_heading = "What runs", long, value_name = "FEATURES", value_parser = features, allow_hyphen_values = true)]
    pub features: Option<Features>,
    /// Rows beside those of `suites.toml`, in its format, for folders that it does not have.
    #[arg(help_heading = "What runs", long, value_name = "FILE", value_parser = input())]
    pub suites: Option<PathBuf>,
    /// Run this worker program instead of wassay itself: for engines that wassay does not ship.
    #[arg(help_heading = "What runs", long, value_name = "PROGRAM")]
    pub worker: Option<PathBuf>,
    /// How many worker processes run at once [default: one per CPU].
    #[arg(help_heading = "How it runs", long, short, value_name = "N", value_parser = jobs)]
    pub jobs: Option<usize>,
    /// How many seconds one directive may take; lanes multiply it by a factor [default: 30]. A
    /// worker has the same time to start, at least 10 seconds.
    #[arg(help_heading = "How it runs", long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// How strictly the engine's messages are compared [default: kind].
    #[arg(help_heading = "How it runs", long, value_name = "HOW")]
    pub messages: Option<Messages>,
    /// How much effort the engine's compiler makes [default: speed].
    #[arg(help_heading = "The engine", long, value_name = "LEVEL")]
    pub opt: Option<Opt>,
    /// Where compiled code is kept: nowhere, in a directory that is filled, or, for `reload`, in a
    /// directory that is filled and then used by a second run, as with `--ways reloaded` [default:
    /// off].
    #[arg(help_heading = "The engine", long, value_name = "HOW", conflicts_with = "ways")]
    pub cache: Option<CacheUse>,
    /// The cache directory to use instead of one that is removed after the run. With `--cache fresh`,
    /// old entries stay, and may be loaded. With `--cache reload` or `--ways reloaded` it must be new
    /// or empty, so that the first run compiles everything; several lanes or engines get directories
    /// of their own in it.
    #[arg(help_heading = "The engine", long, value_name = "DIR", value_parser = named())]
    pub cache_dir: Option<PathBuf>,
    /// The most bytes that the entries of the cache directory may have, for example 500M or 2GiB,
    /// where M is 1024 x 1024 bytes. An engine that stores one more removes those that were not used
    /// for the longest time; `wassay cache trim` does so at once. The second run of `reload` fails
    /// if it misses one [default: no limit].
    #[arg(help_heading = "The engine", long, value_name = "BYTES", value_parser = bytes)]
    pub cache_limit: Option<u64>,
    /// How memory accesses are checked [default: the lane's, natively guard].
    #[arg(help_heading = "The engine", long, value_name = "MODE")]
    pub bounds: Option<Bounds>,
    /// What relaxed SIMD operators do: the same on every CPU, or what is fastest on this one
    /// [default: deterministic].
    #[arg(help_heading = "The engine", long, value_name = "HOW")]
    pub relaxed: Option<Relaxed>,
    /// Compile without this feature of the CPU, for example has_avx; may be repeated.
    #[arg(help_heading = "The engine", long, value_name = "FEATURE")]
    pub isa_without: Vec<String>,
    /// The list of known failures to use instead of the engine's own.
    #[arg(help_heading = "Known failures", long, value_name = "FILE", conflicts_with = "no_known", value_parser = input())]
    pub known: Option<PathBuf>,
    /// Ignore all lists of known failures.
    #[arg(help_heading = "Known failures", long)]
    pub no_known: bool,
    /// Write what was found into the list of known failures; a person then adds the reasons.
    #[arg(help_heading = "Known failures", long, conflicts_with = "no_known")]
    pub bless: bool,
    /// Write reports, separated by commas: json=FILE, junit=FILE, markdown=FILE; `-` is standard
    /// output.
    #[arg(help_heading = "Output", long, value_name = "KIND=FILE", value_delimiter = ',', value_parser = report)]
    pub report: Vec<ReportTo>,
    /// Run one of N shards; each script always belongs to the same shard.
    #[arg(help_heading = "What runs", long, value_name = "hash:K/N", value_parser = partition)]
    pub partition: Option<Partition>,
    /// Stop at the first unexpected failure.
    #[arg(help_heading = "How it runs", long)]
    pub fail_fast: bool,
    /// Show only failures, problems, differences between lanes or ways and the totals of each run: no
    /// progress, no table of suites and no notes.
    #[arg(help_heading = "Output", long, short)]
    pub quiet: bool,
    /// How many failures of each run are shown in full, and how many differences between lanes or
    /// ways; if there are more failures, all are summarized by cause. 0 only summarizes [default: 20].
    #[arg(help_heading = "Output", long, value_name = "N", value_parser = shown)]
    pub show: Option<usize>,
    /// When to use colours [default: auto].
    #[arg(help_heading = "Output", long, value_name = "WHEN")]
    pub color: Option<Color>,
}

/// What a comparison fails on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only regressions.
    Regression,
    /// Any difference.
    Difference,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The words of each `wassay` command in a text with one command a line, without comments.
    fn examples(text: &str) -> Vec<Vec<&str>> {
        let lines = text.lines().map(str::trim).filter(|line| line.starts_with("wassay "));
        let lines = lines.filter(|line| !line.contains('<'));
        let end = |line: &str| line.find("  ").or(line.find(" #")).unwrap_or(line.len());
        let commands = lines.map(|line| line[..end(line)].split(' '));
        commands.map(|words| words.map(|word| word.trim_matches('\'')).collect()).collect()
    }

    #[test]
    fn every_example_is_understood() {
        let blocks = include_str!("../../../README.md").split("```").skip(1).step_by(2);
        let mut texts = vec![blocks.collect::<String>()];
        let mut command = Cli::command().term_width(200);
        command.build();
        texts.push(command.render_long_help().to_string());
        let subcommands = command.get_subcommands_mut();
        texts.extend(subcommands.map(|command| command.render_long_help().to_string()));
        let blocks = include_str!("../../../regressions/README.md").split("```").skip(1).step_by(2);
        texts.push(blocks.collect());
        let counts: Vec<usize> = texts.iter().map(|text| examples(text).len()).collect();
        assert!(counts[0] >= 7 && counts[1] >= 5 && counts[2] >= 5, "{counts:?}");
        for words in texts.iter().flat_map(|text| examples(text)) {
            let parsed = Cli::try_parse_from(&words);
            assert!(parsed.is_ok(), "{words:?}: {}", parsed.unwrap_err());
        }
    }
}

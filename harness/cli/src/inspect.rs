//! `wassay inspect`: the file of compiled code in, text out. Loads and runs none of the code.

use crate::compile::refused;
use crate::engines;
use crate::exit::{self, Failure};
use crate::interrupt::at_once;
use crate::values::input;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::PathBuf;
use wassay_engine::{Fault, FunctionCode, Inspected, Inspection, Instruction, Provider};

/// The width of a terminal, which a trap and its instruction exceed only apart.
const WIDTH: usize = 80;

/// The arguments of `wassay inspect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  wassay inspect app.art
  wassay inspect app.art --asm
  wassay inspect app.art --function 12
  wassay inspect app.art --function parse")]
pub struct InspectArgs {
    /// The file: what `wassay compile` writes, or an entry of a cache directory.
    #[arg(value_parser = input())]
    pub file: PathBuf,
    /// Disassemble the functions, too: each instruction with its offset in the code, the offset in
    /// the module of its operator, its bytes, and the trap that it may cause.
    #[arg(long)]
    pub asm: bool,
    /// Only disassemble the function of this index or name.
    #[arg(long, value_name = "INDEX | NAME")]
    pub function: Option<String>,
    /// The engine that made the file [default: cranelift].
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
}

/// Prints what is in the file.
///
/// # Errors
/// If the file cannot be read, is damaged or of another build, if there is no such function, or if
/// the engine cannot inspect files.
pub fn run_inspect(args: &InspectArgs) -> Result<u8, Failure> {
    engines::check_seeding()?;
    let provider = engines::provider(args.engine.as_deref())?;
    let refused = |fault| refused(args.engine.as_deref(), fault);
    let shown = args.file.display();
    let bytes = wassay_suites::read_file(&args.file)
        .map_err(|error| Failure::usage(format_args!("cannot read {shown}: {error}")))?;
    let inspection = match provider.inspect(&bytes).map_err(refused)? {
        Inspected::Intact(inspection) => inspection,
        Inspected::Incompatible(why) => {
            return Err(Failure::usage(format_args!(
                "{shown} is intact, but not for this build of the engine: {why}"
            )));
        }
        Inspected::Corrupt(_) if is_module(&bytes) => {
            return Err(Failure::usage(format_args!(
                "{shown} is a module, not compiled code: `wassay compile {shown} -o FILE` makes that"
            )));
        }
        Inspected::Corrupt(why) => {
            return Err(Failure::usage(format_args!(
                "{shown} is damaged, or is not compiled code of this engine: {why}"
            )));
        }
    };
    let functions = &inspection.functions;
    let disassembled = match &args.function {
        None => 0..if args.asm { functions.len() } else { 0 },
        Some(asked) => {
            let found = find(functions, asked);
            let at = found.map_err(|why| Failure::usage(format_args!("{shown}: {why}")))?;
            at..at + 1
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = at_once(|| {
        if args.function.is_none() {
            out.write_all(overview(&inspection).as_bytes())?;
        }
        let is_alone = args.function.is_some();
        let code = Code { provider: &*provider, bytes: &bytes, functions, is_alone };
        code.write(disassembled, &mut out)
    });
    match written {
        Ok(Ok(())) => Ok(exit::OK),
        Ok(Err(fault)) => Err(refused(fault)),
        // A reader that has seen enough is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(exit::OK),
        Err(error) => Err(Failure::harness(format_args!("cannot write the result: {error}"))),
    }
}

/// Whether these bytes are a module, in the binary or the text format.
fn is_module(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    bytes.starts_with(b"\0asm") || [&b"("[..], b";;"].iter().any(|begin| text.starts_with(begin))
}

/// The place in the list of the function of this index or name.
///
/// # Errors
/// A sentence about which functions have code.
fn find(functions: &[FunctionCode], asked: &str) -> Result<usize, String> {
    let index = asked.parse::<u32>().ok();
    let is_asked = |function: &FunctionCode| match index {
        Some(index) => function.index == index,
        None => function.name.as_deref() == Some(asked),
    };
    let found: Vec<usize> = (0..functions.len()).filter(|at| is_asked(&functions[*at])).collect();
    let (first, last) = match (&found[..], functions) {
        ([at], _) => return Ok(*at),
        (_, []) => return Err("no function has code".to_string()),
        (_, [only]) => (only.index, only.index),
        (_, [first, .., last]) => (first.index, last.index),
    };
    Err(match (found.len(), index) {
        (0, Some(index)) if index < first => {
            format!("function {index} is imported; {first} to {last} have code")
        }
        (0, Some(index)) => format!("there is no function {index}; {first} to {last} have code"),
        (0, None) => {
            let names = functions.iter().filter_map(|function| function.name.as_deref());
            let meant = wassay_suites::did_you_mean(asked, names);
            format!("no function with code has the name `{asked}`{meant}")
        }
        (count, _) => {
            let indices = found.iter().map(|at| functions[*at].index.to_string());
            let indices = indices.take(5).collect::<Vec<_>>().join(", ");
            let more = if count > 5 { ", ..." } else { "" };
            format!(
                "{count} functions have the name `{asked}`: name one by its index, {indices}{more}"
            )
        }
    })
}

/// Everything but the code.
fn overview(inspection: &Inspection) -> String {
    let mut out = String::new();
    for (name, value) in &inspection.header {
        out += &wassay_report::wrapped(&format!("{name:<20} "), &in_one_line(value));
        out.push('\n');
    }
    out += "\nsections\n      offset      length  name\n";
    for section in &inspection.sections {
        out += &format!("  {:>#10x}  {:>10}  {}\n", section.offset, section.length, section.name);
    }
    out += &format!("\ncode of {}\n", counted(inspection.functions.len(), "function"));
    if !inspection.functions.is_empty() {
        out += "     in text      length      module  function\n";
    }
    for function in &inspection.functions {
        let (offset, length, wasm) = (function.offset, function.length, origin(function.wasm));
        out += &format!("  {offset:>#10x}  {length:>10}  {wasm:>10}  {}\n", called(function));
    }
    out += &format!("\n{} that may trap\n", counted(inspection.traps.len(), "instruction"));
    if !inspection.traps.is_empty() {
        out += "     in text      module  kind\n";
    }
    for trap in &inspection.traps {
        let (offset, wasm) = (trap.offset, origin(trap.wasm));
        out += &format!("  {offset:>#10x}  {wasm:>10}  {}\n", trap.kind);
    }
    out += &format!("\n{} of the runtime\n", counted(inspection.routines.len(), "routine"));
    for (place, routine) in &inspection.routines {
        out += &format!("  {place:>10}  {routine}\n");
    }
    wassay_report::plain(&out).into_owned()
}

/// The code of an intact file.
struct Code<'a> {
    provider: &'a dyn Provider,
    bytes: &'a [u8],
    functions: &'a [FunctionCode],
    /// Whether nothing else is written.
    is_alone: bool,
}

impl Code<'_> {
    /// Writes the instructions of these functions.
    ///
    /// # Errors
    /// The failure of writing; the failure of the engine is in the result.
    fn write(&self, which: Range<usize>, out: &mut dyn Write) -> io::Result<Result<(), Fault>> {
        let mut functions = self.functions[which.clone()].iter().peekable();
        let mut written = Ok(());
        let mut each = |instruction: &Instruction| {
            let begun = functions.next_if(|function| function.offset <= instruction.offset);
            let mut heading = begun.map(heading).unwrap_or_default();
            if !self.is_alone && !heading.is_empty() {
                heading.insert(0, '\n');
            }
            written = out.write_all((heading + &line(instruction)).as_bytes());
            written.is_ok()
        };
        let ended = match which.is_empty() {
            true => Ok(()),
            false => self.provider.disassemble(self.bytes, which, &mut each),
        };
        written?;
        out.flush()?;
        Ok(ended)
    }
}

fn heading(function: &FunctionCode) -> String {
    let (name, length) = (called(function), function.length);
    let text = format!("function {name}: {length} bytes\n");
    wassay_report::plain(&text).into_owned()
}

fn line(instruction: &Instruction) -> String {
    let bytes: String = instruction.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let (offset, wasm) = (instruction.offset, origin(instruction.wasm));
    let place = format!("{offset:>#8x} {wasm:>8}  {bytes:<20}  ");
    let text = &instruction.text;
    match &instruction.trap {
        None => format!("{place}{text}\n"),
        Some(kind) => {
            let (whole, margin) = (format!("{place}{text}  ; trap: {kind}\n"), place.len());
            match whole.len() <= WIDTH + 1 {
                true => whole,
                false => format!("{place}{text}\n{:margin$}; trap: {kind}\n", ""),
            }
        }
    }
}

/// A function's index and name.
fn called(function: &FunctionCode) -> String {
    match &function.name {
        Some(name) => format!("{} {}", function.index, in_one_line(name)),
        None => function.index.to_string(),
    }
}

/// A name that begins no line of its own.
fn in_one_line(name: &str) -> String {
    name.replace('\n', "\\n")
}

fn origin(wasm: Option<u64>) -> String {
    wasm.map_or("-".to_string(), |offset| format!("{offset:#x}"))
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

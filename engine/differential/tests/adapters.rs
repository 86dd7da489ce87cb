//! Tests the program on engines behind the process protocol: this program is their adapter. With
//! `serve ENGINE HOW` as its arguments, it serves that engine and changes its answers, or dies or
//! hangs at the first call. Each row of [`CASES`] is a test.

use libtest_mimic::{Arguments, Failed, Trial};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode};
use wassay_engine::Provider;

struct Case {
    why: &'static str,
    /// The engines; `@ENGINE HOW` is this program's adapter.
    engines: &'static [&'static str],
    count: &'static str,
    code: i32,
    /// Parts of its output, in this order.
    says: &'static [&'static str],
}

/// The reference engine in one configuration.
const FIRST: &str = "cranelift/speed/guard";

const CASES: &[Case] = &[
    Case {
        why: "an adapter agrees with an engine in process",
        engines: &[FIRST, "served=@cranelift truly"],
        count: "60",
        code: 0,
        says: &["60 cases", "0 found", "cranelift/speed/guard: 60 cases", "served: 60 cases"],
    },
    Case {
        why: "an adapter without an alias has its own name, and two adapters can be compared",
        engines: &["@wasmi truly", "served=@wasmi truly"],
        count: "20",
        code: 0,
        says: &["served: 20 cases", "wasmi: 20 cases"],
    },
    Case {
        why: "modules use only features that both have",
        engines: &[FIRST, "small=@cranelift without"],
        count: "60",
        code: 0,
        says: &["small: 60 cases"],
    },
    Case {
        why: "an engine without kinds agrees with every kind of trap",
        engines: &[FIRST, "vague=@cranelift unkindly"],
        count: "60",
        code: 0,
        says: &["0 found", "vague: 60 cases"],
    },
    Case {
        why: "an engine that hides calls of host functions is compared without them",
        engines: &[FIRST, "silent=@cranelift silently"],
        count: "60",
        code: 0,
        says: &["0 found", "silent: 60 cases"],
    },
    Case {
        why: "a wrong result of an adapter is found",
        engines: &[FIRST, "liar=@cranelift falsely"],
        count: "200",
        code: 1,
        says: &["cranelift/speed/guard: ", "liar: ", " found, in "],
    },
    Case {
        why: "an adapter that dies is blamed with its step",
        engines: &[FIRST, "mortal=@cranelift dying"],
        count: "10",
        code: 1,
        says: &["mortal", "the adapter, during (`call`)", "exit status: 7", "(invoke $m0"],
    },
    Case {
        why: "an adapter that hangs is blamed with its step",
        engines: &[FIRST, "slow=@cranelift hanging"],
        count: "10",
        code: 1,
        says: &["slow", "no end after 3 s", "(invoke $m0"],
    },
    Case {
        why: "an adapter that does not start is named before anything runs",
        engines: &[FIRST, "exec:no-such-program"],
        count: "10",
        code: 2,
        says: &["the adapter `no-such-program` cannot be started"],
    },
    Case {
        why: "an adapter that ends at once is named with its last words",
        engines: &[FIRST, "exec:sh -c 'echo why >&2; exit 5'"],
        count: "10",
        code: 2,
        says: &["exit status: 5", "its last words: why"],
    },
    Case {
        why: "two engines of one name cannot be told apart",
        engines: &["wasmi", "@wasmi truly"],
        count: "10",
        code: 2,
        says: &["two engines are called `wasmi`: give one of them another name"],
    },
    Case {
        why: "an unknown engine is named with those that there are",
        engines: &["wasmtim"],
        count: "10",
        code: 2,
        says: &["there is no engine `wasmtim`; there are cranelift/none/explicit", "exec:COMMAND"],
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [serve, engine, how] = &words[..]
        && serve == "serve"
    {
        let served = self::serve(engine, how);
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let trial = |case: &'static Case| Trial::test(case.why, move || check(case));
    libtest_mimic::run(&Arguments::from_args(), CASES.iter().map(trial).collect()).exit_code()
}

/// Runs a case.
fn check(case: &Case) -> Result<(), Failed> {
    let own = std::env::current_exe()?.display().to_string();
    let output = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_wassay-differential"));
    command.args(["--count", case.count, "--jobs", "1", "--findings", "1", "--shrink", "1"]);
    command
        .args(["--limit", if case.says.iter().any(|it| it.contains("3 s")) { "3" } else { "60" }]);
    command.arg("--output").arg(output.path());
    for engine in case.engines {
        let engine = match engine.split_once('@') {
            Some((alias, served)) => format!("{alias}exec:'{own}' serve {served}"),
            None => engine.to_string(),
        };
        command.args(["--engine", &engine]);
    }
    let output = command.output()?;
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.code() != Some(case.code) {
        return Err(format!("{}, not exit code {}:\n{text}", output.status, case.code).into());
    }
    let mut rest = &*text;
    for part in case.says {
        let Some(at) = rest.find(part) else { return Err(format!("no `{part}`:\n{text}").into()) };
        rest = &rest[at + part.len()..];
    }
    Ok(())
}

/// Serves an engine.
fn serve(engine: &str, how: &str) -> io::Result<()> {
    let provider: Box<dyn Provider> = match engine {
        "wasmi" => wassay_wasmi::provider(),
        _ => wassay_cranelift::provider(),
    };
    let how = how.to_string();
    let input = Requests { input: BufReader::new(io::stdin()), line: Vec::new(), how: how.clone() };
    let serve = move || {
        wassay_process::serve(&*provider, BufReader::new(input), Answers { line: Vec::new(), how })
    };
    // wasm recursion happens on this stack.
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(serve)?;
    thread.join().map_err(|_| io::Error::other("the engine panicked"))?
}

/// The requests, one of which may end or stop this program.
struct Requests {
    input: BufReader<io::Stdin>,
    line: Vec<u8>,
    how: String,
}

impl Read for Requests {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.line.is_empty() {
            self.input.read_until(b'\n', &mut self.line)?;
            if String::from_utf8_lossy(&self.line).contains("\"op\":\"call\"") {
                match &*self.how {
                    "dying" => std::process::exit(7),
                    "hanging" => std::thread::sleep(std::time::Duration::from_secs(600)),
                    _ => {}
                }
            }
        }
        let count = self.line.len().min(into.len());
        into[..count].copy_from_slice(&self.line[..count]);
        self.line.drain(..count);
        Ok(count)
    }
}

/// The answers, changed.
struct Answers {
    line: Vec<u8>,
    how: String,
}

impl Write for Answers {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        while let Some(end) = self.line.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.line.drain(..=end).collect();
            let line = changed(&String::from_utf8_lossy(&line), &self.how);
            io::stdout().write_all(line.as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

/// An answer as an adapter of another kind would give it.
fn changed(line: &str, how: &str) -> String {
    match how {
        "falsely" => line.replace("[{\"i32\":0}]", "[{\"i32\":1}]"),
        "unkindly" => match line.split_once("\"kind\":\"") {
            // The end of a call or an instantiation; other answers have kinds of externs.
            Some((before, rest)) if before.ends_with(":{") => {
                let (_, after) = rest.split_once('"').unwrap_or_default();
                format!("{before}{}", after.trim_start_matches(','))
            }
            _ => without(line, "kinds"),
        },
        "silently" => without(line, "take_host_calls"),
        "without" => {
            let lacking = ["memory64", "multi-memory", "custom-page-sizes", "tail-call", "threads"];
            lacking.iter().fold(line.to_string(), |line, name| without(&line, name))
        }
        _ => line.to_string(),
    }
}

/// The answer to `hello` without one name in its lists.
fn without(line: &str, name: &str) -> String {
    match line.contains("\"protocol\":") {
        true => line
            .replace(&format!("\"{name}\","), "")
            .replace(&format!(",\"{name}\""), "")
            .replace(&format!("\"{name}\""), ""),
        false => line.to_string(),
    }
}

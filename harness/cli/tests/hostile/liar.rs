//! A worker that follows a script, one step a line: it lies, is silent, floods its parent or dies.
//! It serves no engine and knows only the protocol.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wassay_record::EVENTS_VERSION;

/// The variable with the name of the file that has the steps.
pub const VARIABLE: &str = "WASSAY_LIAR";

/// Performs the steps, with this mark.
///
/// # Errors
/// If a step is unknown or fails.
pub fn serve(steps: &Path, mark: &Path) -> io::Result<()> {
    let is_first = File::create_new(steps.with_extension("begun")).is_ok();
    let steps = std::fs::read_to_string(steps)?;
    let mut liar = Liar { mark: mark.to_path_buf(), request: 0, length: 0, marks: 0, is_first };
    let before = steps.lines().take_while(|step| *step != "again");
    before.clone().try_for_each(|step| liar.take_step(step))?;
    // With `again` at the end, it returns to the first request.
    while steps.lines().any(|step| step == "again") {
        before
            .clone()
            .skip_while(|step| *step != "take")
            .try_for_each(|step| liar.take_step(step))?;
    }
    Ok(())
}

struct Liar {
    mark: std::path::PathBuf,
    /// The number of the last request, and the bytes that follow its line.
    request: u64,
    length: u64,
    marks: u64,
    is_first: bool,
}

impl Liar {
    fn take_step(&mut self, step: &str) -> io::Result<()> {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        match verb {
            "ready" => self.say(&ready(EVENTS_VERSION, &[])?),
            "ready-as" => self.say(&ready(number(rest)? as u32, &[])?),
            "ready-with" => self.say(&ready(EVENTS_VERSION, &[rest])?),
            "say" => self.say(rest),
            "answer" => self.answer(rest),
            "started" => self.answer(&format!("{{\"started\":{{\"directives\":{rest}}}}}")),
            "spans" => self.answer(&format!("{{\"verdicts\":{{\"spans\":{rest}}}}}")),
            "notes" => self.answer(&format!("{{\"verdicts\":{{\"notes\":[{rest}]}}}}")),
            "finished" => self.answer("{\"finished\":{\"functions\":0}}"),
            "write" => write(rest.as_bytes()),
            "fill" => (0..number(rest)?).try_for_each(|_| write(&[b'x'; 1 << 20])),
            "junk" => write(&(0..=255).filter(|&byte| byte != b'\n').collect::<Vec<u8>>()),
            "forever" => loop {
                self.take_step(rest)?;
            },
            "times" => {
                let (count, step) = rest.split_once(' ').unwrap_or((rest, ""));
                (0..number(count)?).try_for_each(|_| self.take_step(step))
            }
            // Only the first worker of the run takes this step.
            "once" if self.is_first => self.take_step(rest),
            "once" => Ok(()),
            "take" => self.take(),
            "take-line" => self.take_line(),
            "wait-for-end" => io::copy(&mut io::stdin().lock(), &mut io::sink()).map(drop),
            "mark" => self.set_mark(rest),
            "cut-mark" => OpenOptions::new().write(true).open(&self.mark)?.set_len(0),
            "touch" => std::fs::write(rest, ""),
            "sleep" => {
                std::thread::sleep(Duration::from_millis(number(rest)?));
                Ok(())
            }
            "hang" => {
                std::thread::sleep(Duration::from_secs(3600));
                Ok(())
            }
            "exit" => std::process::exit(number(rest)? as i32),
            "abort" => std::process::abort(),
            "close-output" => Ok(rustix::stdio::dup2_stdout(File::open("/dev/null")?)?),
            "close-input" => Ok(rustix::stdio::dup2_stdin(File::open("/dev/null")?)?),
            "complain" => io::stderr().write_all(rest.as_bytes()),
            // The child has the pipes, and is in a process group that the parent does not know.
            "offspring" => {
                let mut child = Command::new("sleep");
                child.arg("20").stdin(Stdio::null()).process_group(0).spawn().map(drop)
            }
            _ => Err(io::Error::other(format!("unknown step `{step}`"))),
        }
    }

    fn answer(&self, answer: &str) -> io::Result<()> {
        self.say(&format!("{{\"answer\":{{\"request\":{},\"answer\":{answer}}}}}", self.request))
    }

    fn say(&self, line: &str) -> io::Result<()> {
        write(line.replace("{request}", &self.request.to_string()).as_bytes())?;
        write(b"\n")
    }

    fn take(&mut self) -> io::Result<()> {
        self.take_line()?;
        io::copy(&mut io::stdin().lock().take(self.length), &mut io::sink()).map(drop)
    }

    fn take_line(&mut self) -> io::Result<()> {
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            std::process::exit(0);
        }
        let request: serde_json::Value = serde_json::from_str(&line)?;
        let field = |name: &str| request.get(name).and_then(serde_json::Value::as_u64);
        self.request = field("id").unwrap_or(0);
        self.length = field("length").unwrap_or(0) + field("packed").unwrap_or(0);
        Ok(())
    }

    fn set_mark(&mut self, place: &str) -> io::Result<()> {
        let at = match place {
            "idle" => u32::MAX,
            "closing" => u32::MAX - 3,
            "starting" => u32::MAX - 1,
            "reading" => u32::MAX - 2,
            index => number(index)? as u32,
        };
        self.marks += 1;
        let word = self.marks << 32 | u64::from(at);
        OpenOptions::new().write(true).open(&self.mark)?.write_all_at(&word.to_le_bytes(), 0)
    }
}

fn ready(version: u32, capabilities: &[&str]) -> io::Result<String> {
    let mut engine =
        wassay_runner::worker::describe(&*crate::engine::provider()).map_err(io::Error::other)?;
    engine.capabilities = capabilities.iter().map(|name| name.to_string()).collect();
    let engine = serde_json::to_string(&engine)?;
    Ok(format!("{{\"ready\":{{\"version\":{version},\"engines\":[{engine}]}}}}"))
}

fn number(text: &str) -> io::Result<u64> {
    text.trim().parse().map_err(|error| io::Error::other(format!("{text}: {error}")))
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

//! The reference end of the protocol, in front of a toy engine: every request has its answer, whatever
//! comes behind it. The toy has a function that ends only when it is interrupted, and one that returns.

use std::collections::BTreeMap;
use std::io::{self, BufReader, PipeReader, Write, pipe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wassay_engine::*;
use wassay_process::serve;

/// The calls that run now: each has a flag that an interrupt sets.
type Running = Arc<Mutex<Vec<Arc<AtomicBool>>>>;

struct Toys;
struct Toy(Owner, Running);
struct ToySession(Owner, Running);
struct Stop(Running);

const SPIN: u32 = 0;

impl Provider for Toys {
    fn identity(&self) -> Result<Identity, Fault> {
        Ok(Identity::here("toy", "1"))
    }
    fn features(&self) -> Features {
        Features::default()
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities { interrupt: true, ..Capabilities::default() }
    }
    fn start(&self, _: &Config) -> Result<Arc<dyn Engine>, Fault> {
        Ok(Arc::new(Toy(Owner::fresh(), Running::default())))
    }
}

impl Engine for Toy {
    fn compile(&self, _: &[u8]) -> Result<Result<Module, Rejected>, Fault> {
        Ok(Ok(Module::new(self.0, 0)))
    }
    fn imports(&self, _: Module) -> Result<Vec<ImportType>, Fault> {
        Ok(Vec::new())
    }
    fn session(&self) -> Result<Box<dyn Session>, Fault> {
        Ok(Box::new(ToySession(Owner::fresh(), self.1.clone())))
    }
    fn interrupter(&self) -> Result<Arc<dyn Interrupter>, Fault> {
        Ok(Arc::new(Stop(self.1.clone())))
    }
}

impl Interrupter for Stop {
    fn interrupt(&self) {
        self.0.lock().unwrap().iter().for_each(|flag| flag.store(true, Ordering::SeqCst));
    }
}

impl Session for ToySession {
    fn instantiate(&mut self, _: Module, _: &[Extern]) -> Result<Instantiated, Fault> {
        Ok(Instantiated::Ready(Instance::new(self.0, 0)))
    }
    fn export(&mut self, _: Instance, name: &str) -> Result<Option<Extern>, Fault> {
        let index = if name == "spin" { SPIN } else { 1 };
        Ok(Some(Extern::Func(Func::new(self.0, index))))
    }
    fn call(&mut self, func: Func, _: &[Value]) -> Result<Outcome, Fault> {
        let flag = Arc::new(AtomicBool::new(false));
        // An interrupt that comes before this has no effect.
        std::thread::sleep(Duration::from_millis(2));
        self.1.lock().unwrap().push(flag.clone());
        while func.index() == SPIN && !flag.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(2));
        self.1.lock().unwrap().retain(|other| !Arc::ptr_eq(other, &flag));
        if !flag.load(Ordering::SeqCst) {
            return Ok(Outcome::Returned(vec![Value::I32(7)]));
        }
        Ok(Outcome::Trapped(Trap::new(TrapKind::Interrupted)))
    }
}

const PREPARED: [&str; 6] = [
    r#"{"id":1,"op":"start","engine":1,"config":{"features":[],"interruption":true}}"#,
    r#"{"id":2,"op":"compile","engine":1,"wasm":""}"#,
    r#"{"id":3,"op":"open","engine":1,"session":1}"#,
    r#"{"id":4,"op":"instantiate","session":1,"module":1,"imports":[]}"#,
    r#"{"id":5,"op":"export","session":1,"instance":2,"name":"spin"}"#,
    r#"{"id":6,"op":"export","session":1,"instance":2,"name":"seven"}"#,
];
const CALL: &str = r#"{"id":7,"op":"call","session":1,"func":3,"args":[]}"#;
const SEVEN: &str = r#"{"id":8,"op":"call","session":1,"func":4,"args":[]}"#;
const INTERRUPT: &str = r#"{"op":"interrupt","engine":1}"#;
const CLOSE: &str = r#"{"id":9,"op":"close","session":1}"#;
const STOP: &str = r#"{"id":10,"op":"stop","engine":1}"#;

/// Serves these lines behind the prepared ones: the result, and the answers to requests 7 and later.
/// If the input is `open`, it ends only when all these have come.
fn served(lines: &[&str], open: Option<usize>) -> (io::Result<()>, BTreeMap<u64, String>) {
    let ((requests, mut input), (answers, output)) = (pipe().unwrap(), pipe().unwrap());
    let server = std::thread::spawn(move || serve(&Toys, BufReader::new(requests), output));
    let mut send = |lines: &[&str]| input.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    send(&PREPARED);
    let (mut ends, mut answers) = (BTreeMap::new(), lines_of(answers));
    for line in answers.by_ref().take(PREPARED.len()) {
        ends.insert(ends.len() as u64 + 1, line);
    }
    send(lines);
    let mut input = Some(input).filter(|_| open.is_some());
    for line in answers {
        let answer: serde_json::Value = serde_json::from_str(&line).unwrap();
        let end = match answer["trapped"]["kind"].as_str() {
            Some(kind) => kind.to_string(),
            None => answer["ok"].to_string(),
        };
        assert!(ends.insert(answer["id"].as_u64().unwrap(), end).is_none(), "{line}");
        if open.is_some_and(|count| ends.len() == PREPARED.len() + count) {
            input = None;
        }
    }
    drop(input);
    (server.join().unwrap(), ends.split_off(&7))
}

fn lines_of(answers: PipeReader) -> impl Iterator<Item = String> {
    io::BufRead::lines(BufReader::new(answers)).map(Result::unwrap)
}

/// Checks the answers to requests 7 and later. A lost answer is waited for without an end.
fn expect(lines: &[&str], open: Option<usize>, expected: &[(u64, &str)]) {
    let (result, ends) = served(lines, open);
    result.unwrap();
    let ends: Vec<(u64, &str)> = ends.iter().map(|(id, end)| (*id, &**end)).collect();
    assert_eq!(ends, expected, "{lines:?}");
}

const STOPPED: (u64, &str) = (7, "interrupted");
const SEVENTH: &str = r#"[{"i32":7}]"#;

#[test]
fn an_interrupt_stops_the_call_that_was_made_before_it() {
    for _ in 0..20 {
        expect(&[CALL, INTERRUPT, SEVEN], Some(2), &[STOPPED, (8, SEVENTH)]);
        expect(&[CALL, SEVEN, INTERRUPT], Some(2), &[STOPPED, (8, SEVENTH)]);
    }
}

#[test]
fn what_ends_a_session_waits_for_its_calls() {
    expect(&[SEVEN, CLOSE], Some(2), &[(8, SEVENTH), (9, "{}")]);
    expect(&[CALL, CLOSE, INTERRUPT], Some(2), &[STOPPED, (9, "{}")]);
    expect(&[CALL, STOP], Some(2), &[STOPPED, (10, "{}")]);
    expect(&[CALL, CLOSE, STOP], Some(3), &[STOPPED, (9, "{}"), (10, "{}")]);
}

#[test]
fn the_end_of_the_input_loses_no_answer() {
    expect(&[CALL], None, &[STOPPED]);
    let calls: Vec<String> = (8..58).map(|id| SEVEN.replace('8', &id.to_string())).collect();
    let lines: Vec<&str> = calls.iter().map(String::as_str).collect();
    let expected: Vec<(u64, &str)> = (8..58).map(|id| (id, SEVENTH)).collect();
    expect(&lines, None, &expected);
}

#[test]
fn a_line_that_is_no_request_is_quoted() {
    for (line, why) in [
        ("luck", "line 7 is no request: `luck`: expected value"),
        (r#"{"id":1}"#, "line 7 is no request: `{\"id\":1}`: missing field `op`"),
    ] {
        let error = served(&[line], None).0.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

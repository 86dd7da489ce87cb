//! Runs one script through as many workers as it takes; every directive gets a verdict.
//! A worker that dies or hangs is blamed on the directive that it marked, and the rest of the
//! script goes on in a fresh one.

use crate::outline::Outline;
use crate::pool::child::{Next, Worker};
use crate::pool::stop::Stop;
use crate::pool::tally::Tally;
use crate::pool::{Job, Pool};
use crate::script::Script;
use crate::worker::mark::Place;
use crate::worker::protocol::{Reply, Request};
use std::cell::OnceCell;
use std::time::{Duration, Instant};
use wassay_record::{Batch, FileEvent, Verdict};

/// After so many deaths in a row that reach no new directive, the rest of a file is given up.
const BARREN_DEATHS: u32 = 2;
/// After so many timeouts in one file its rest is given up: each has cost the whole time limit.
const TIMEOUTS: u32 = 5;
/// After so many deaths in one file its rest is given up.
const DEATHS: u32 = 200;

/// How an attempt to run a script in one worker ended.
enum Attempt {
    /// The script has ended.
    Done,
    /// The run is to be stopped.
    Stopped(String),
    /// The worker will not run this script.
    Refused(String),
    /// The worker is gone.
    Lost { place: Place, verdict: Verdict, message: String },
}

/// One file on its way through the pool.
pub(crate) struct FileRun<'a> {
    pool: &'a Pool,
    job: &'a Job,
    stop: &'a Stop,
    sink: &'a mut dyn FnMut(FileEvent),
    tally: Tally,
    poisoned: Vec<u32>,
    script: OnceCell<Script>,
    peak_rss: Option<u64>,
    stopped: Option<String>,
}

impl<'a> FileRun<'a> {
    pub(crate) fn new(
        pool: &'a Pool,
        job: &'a Job,
        stop: &'a Stop,
        sink: &'a mut dyn FnMut(FileEvent),
    ) -> FileRun<'a> {
        FileRun {
            pool,
            job,
            stop,
            sink,
            tally: Tally::default(),
            poisoned: Vec::new(),
            script: OnceCell::new(),
            peak_rss: None,
            stopped: None,
        }
    }

    /// Runs the file from `Started` to `Finished`.
    pub(crate) fn run(mut self) {
        let started = Instant::now();
        self.attempts();
        self.close();
        (self.sink)(FileEvent::Finished {
            wall_s: started.elapsed().as_secs_f64(),
            peak_rss: self.peak_rss,
            stopped: self.stopped,
        });
    }

    fn attempts(&mut self) {
        let (mut barren, mut timeouts, mut deaths) = (0, 0, 0);
        loop {
            if let Some(reason) = self.stop.reason() {
                return self.skip_rest(reason.to_string());
            }
            let mut worker = match self.pool.worker() {
                Ok(worker) => worker,
                Err(message) => return self.give_up(&message),
            };
            let attempt = self.attempt(&mut worker);
            self.peak_rss = self.peak_rss.max(worker.peak_rss());
            let (place, verdict, message) = match attempt {
                Attempt::Done => return self.pool.give_back(worker),
                Attempt::Refused(message) => {
                    self.pool.give_back(worker);
                    return self.give_up(&message);
                }
                Attempt::Stopped(reason) => {
                    worker.kill();
                    return self.skip_rest(reason);
                }
                Attempt::Lost { place, verdict, message } => {
                    if verdict == Verdict::TimedOut {
                        worker.kill();
                    }
                    let death = worker.end();
                    if let Some(line) = &death.own_failure {
                        // Whatever the directive's verdict comes to, this was not the engine.
                        (self.sink)(FileEvent::Fault {
                            message: format!("what runs the worker failed: {line}"),
                        });
                    }
                    let message = match verdict {
                        Verdict::TimedOut if death.own_failure.is_none() => message,
                        _ if message.is_empty() => death.words,
                        _ => format!("{message}; {}", death.words),
                    };
                    (place, verdict, message)
                }
            };
            timeouts += u32::from(verdict == Verdict::TimedOut);
            deaths += 1;
            match place {
                Place::Directive(index) if self.tally.is_open(index) => {
                    self.blame(index, verdict, &message);
                    barren = 0;
                }
                _ => barren += 1,
            }
            if let Place::Directive(index) = place {
                self.poisoned.push(index);
            }
            if self.tally.first_open().is_none() {
                return;
            }
            if barren >= BARREN_DEATHS {
                let place = match place {
                    Place::Starting => "while it started the engine",
                    Place::Reading => "while it read the script",
                    Place::Idle => "between directives",
                    Place::Directive(_) => "while it repeated what the rest depends on",
                };
                return self
                    .give_up(&format!("the worker was lost twice in a row {place}: {message}"));
            }
            if timeouts >= TIMEOUTS || deaths >= DEATHS {
                let message =
                    format!("given up after {deaths} lost workers, {timeouts} of them timed out");
                return self.block_rest(&message);
            }
        }
    }

    /// Runs the directives that have no verdict yet in this worker.
    fn attempt(&mut self, worker: &mut Worker) -> Attempt {
        let packed = match &self.job.packed {
            Some(packed) => packed.of(|| self.script()),
            None => &[],
        };
        let request = Request {
            engine: self.job.engine.clone(),
            config: self.job.config.clone(),
            needs: self.job.needs.iter().map(|feature| feature.name().to_string()).collect(),
            lines: self.job.lines,
            from: self.tally.first_open().unwrap_or(0),
            poisoned: self.poisoned.clone(),
            watch: self.job.watch.clone(),
            compile_only: self.job.compile_only,
            length: self.job.script.len() as u64,
            packed: packed.len() as u64,
        };
        if let Err(error) = worker.ask(&request, &self.job.script, packed) {
            let message = format!("it does not take requests: {error}");
            return Attempt::Lost { place: Place::Idle, verdict: Verdict::Crashed, message };
        }
        let limit = self.pool.time_limit();
        let mut last = (worker.mark(), Instant::now());
        let mut words = String::new();
        loop {
            match worker.next() {
                Next::Reply(Reply::File(FileEvent::Finished { .. })) => return Attempt::Done,
                Next::Reply(Reply::File(event)) => self.pass_on(event),
                Next::Reply(Reply::Refused { message }) => return Attempt::Refused(message),
                Next::Reply(Reply::Lost { message }) => words = message,
                Next::Reply(Reply::Ready { .. }) | Next::Quiet => {}
                Next::Gone(how) => {
                    let message = how.unwrap_or(words);
                    let place = worker.place();
                    return Attempt::Lost { place, verdict: Verdict::Crashed, message };
                }
            }
            if let Some(reason) = self.stop.reason() {
                return Attempt::Stopped(reason.to_string());
            }
            let mark = worker.mark();
            if mark != last.0 {
                last = (mark, Instant::now());
            } else if last.1.elapsed() > limit {
                return Attempt::Lost {
                    place: mark.place(),
                    verdict: Verdict::TimedOut,
                    message: format!("no end after {}", seconds(limit)),
                };
            }
        }
    }

    fn pass_on(&mut self, event: FileEvent) {
        match event {
            FileEvent::Started { directives } => {
                if self.tally.begin(directives) {
                    (self.sink)(event);
                }
            }
            FileEvent::Verdicts(batch) => {
                let batch = self.tally.take(batch);
                self.tell(batch);
            }
            other => (self.sink)(other),
        }
    }

    fn tell(&mut self, batch: Batch) {
        if !batch.is_empty() {
            (self.sink)(FileEvent::Verdicts(batch));
        }
    }

    /// Gives one directive a verdict that no worker lived to give.
    fn blame(&mut self, index: u32, verdict: Verdict, message: &str) {
        let note = Outline::of(self.script()).note(index, verdict, message);
        let batch = self.tally.take(Batch { spans: Vec::new(), notes: vec![note] });
        self.tell(batch);
    }

    /// Blocks the rest of the file, and tells that this was nobody's directive.
    fn give_up(&mut self, message: &str) {
        (self.sink)(FileEvent::Fault { message: message.to_string() });
        self.block_rest(message);
    }

    fn block_rest(&mut self, message: &str) {
        self.learn_size();
        let outline = Outline::of(self.script());
        let note = |index| outline.note(index, Verdict::Blocked, message);
        let notes = self.tally.open().map(note).collect();
        let batch = self.tally.take(Batch { spans: Vec::new(), notes });
        self.tell(batch);
    }

    fn skip_rest(&mut self, reason: String) {
        self.learn_size();
        let batch = self.tally.rest(Verdict::Skipped);
        self.tell(batch);
        self.stopped = Some(reason);
    }

    /// Whatever happened: no directive is left without a verdict.
    fn close(&mut self) {
        if self.tally.is_known() && self.tally.first_open().is_some() {
            let count = self.tally.open().count();
            self.give_up(&format!("the worker gave no verdict for {count} directives"));
        }
    }

    /// Counts the directives here if no worker has.
    fn learn_size(&mut self) {
        if !self.tally.is_known() {
            let directives = Outline::of(self.script()).len();
            self.tally.begin(directives);
            (self.sink)(FileEvent::Started { directives });
        }
    }

    /// The script as the parent reads it: only where a worker shall not, or could not say something
    /// of it.
    fn script(&self) -> &Script {
        self.script.get_or_init(|| Script::parse(&*self.job.script))
    }
}

fn seconds(limit: Duration) -> String {
    let seconds = limit.as_secs_f64();
    if seconds == 1.0 { "1 second".to_string() } else { format!("{seconds} seconds") }
}

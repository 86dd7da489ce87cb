//! Takes one script; runs it in as many workers as necessary and gives every directive a verdict. A
//! worker that dies or hangs is blamed on the directive that it marked, and the rest of the script
//! runs in a fresh worker. Knows no engine.

use crate::outline::Outline;
use crate::perform::Side;
use crate::pool::child::{Next, Unasked, Worker};
use crate::pool::claims::Claims;
use crate::pool::stop::Stop;
use crate::pool::tally::Tally;
use crate::pool::{Job, Pool};
use crate::script::Script;
use crate::worker::mark::Activity;
use crate::worker::protocol::{Answer, Reply, Request};
use std::time::{Duration, Instant};
use wassay_record::{Batch, CacheCounts, FileEvent, Verdict, Way};

/// The rest of a file is given up after this many consecutive deaths without progress.
const BARREN_DEATHS: u32 = 2;
/// The rest of a file is given up after this many timeouts: each has cost the whole time limit.
const TIMEOUTS: u32 = 5;
/// The rest of a file is given up after this many deaths.
const DEATHS: u32 = 200;

/// How long a stopped worker may take to send its remaining verdicts.
const LAST_WORDS: Duration = Duration::from_millis(400);

/// The outcome of running a script in one worker.
enum Attempt {
    /// The script ended.
    Done { functions: Option<u64>, cache: Option<CacheCounts> },
    /// The run is to be stopped.
    Stopped(String),
    /// The worker refused the script.
    Refused(String),
    /// The worker died or hung.
    Lost { verdict: Verdict, message: String },
    /// The process in which the engine runs was lost: the message says everything.
    Gone(String),
    /// The worker broke the protocol: none of its answers count.
    Lied(String),
}

/// One file on its way through the pool.
pub(crate) struct FileRun<'a> {
    pool: &'a Pool,
    /// The position of the job in the run.
    at: usize,
    job: &'a Job,
    script: &'a Script,
    outline: Outline<'a>,
    stop: &'a Stop,
    sink: &'a mut dyn FnMut(FileEvent),
    tally: Tally,
    poisoned: Vec<u32>,
    peak_rss: Option<u64>,
    stopped: Option<String>,
}

impl<'a> FileRun<'a> {
    /// The job at position `at`; `script` is its script, as the parent parses it.
    pub(crate) fn new(
        pool: &'a Pool,
        (at, job): (usize, &'a Job),
        script: &'a Script,
        stop: &'a Stop,
        sink: &'a mut dyn FnMut(FileEvent),
    ) -> FileRun<'a> {
        let outline = Outline::of(script);
        let tally = Tally::new(outline.len());
        let (poisoned, peak_rss, stopped) = (Vec::new(), None, None);
        FileRun { pool, at, job, script, outline, stop, sink, tally, poisoned, peak_rss, stopped }
    }

    /// Runs the file from `Started` to `Finished`.
    pub(crate) fn run(mut self) {
        let started = Instant::now();
        (self.sink)(FileEvent::Started { directives: self.outline.len() });
        self.attempts();
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
                return self.skip_rest(reason, Activity::Idle);
            }
            let first = self.tally.first_open().unwrap_or(0);
            let mut worker = match self.pool.worker(self.stop) {
                Ok(worker) => worker,
                Err(_) if self.stop.reason().is_some() => continue,
                Err(message) => return self.give_up(&message),
            };
            let attempt = self.attempt(&mut worker);
            self.peak_rss = self.peak_rss.max(worker.peak_rss());
            let place = worker.place();
            let (verdict, message) = match attempt {
                Attempt::Done { functions, cache } => {
                    (self.sink)(FileEvent::Worked { functions, cache });
                    return self.pool.give_back(worker, self.at);
                }
                Attempt::Refused(message) => {
                    self.pool.give_back(worker, self.at);
                    return self.give_up(&message);
                }
                Attempt::Stopped(reason) => {
                    worker.kill();
                    return self.skip_rest(&reason, place);
                }
                Attempt::Lied(how) => {
                    worker.kill();
                    return self.give_up(&format!("the worker broke the protocol: {how}"));
                }
                Attempt::Lost { verdict, message } => {
                    (verdict, self.bury(worker, verdict, message))
                }
                Attempt::Gone(message) => {
                    worker.end();
                    (Verdict::Crashed, message)
                }
            };
            timeouts += u32::from(verdict == Verdict::TimedOut);
            deaths += 1;
            let is_over = match place {
                Activity::Directive(index, side) if self.tally.is_open(index) => {
                    let message = self.in_session(side, message);
                    let note = self.outline.note(index, verdict, &message);
                    self.tell(Batch { spans: Vec::new(), notes: vec![note] });
                    barren = 0;
                    self.tally.first_open().is_none()
                }
                // No directive is blamed, so the loss is a fault: of a script that may otherwise
                // pass, or that is given up.
                _ => {
                    barren += 1;
                    let when = self.moment(place, first);
                    let is_over = self.tally.first_open().is_none();
                    if barren >= BARREN_DEATHS && !is_over {
                        let message =
                            format!("the worker was lost twice in a row {when}: {message}");
                        return self.give_up(&message);
                    }
                    let message = format!("the worker was lost {when}: {message}");
                    (self.sink)(FileEvent::Fault { message });
                    is_over
                }
            };
            if is_over {
                return;
            }
            if let Activity::Directive(index, _) = place {
                self.poisoned.push(index);
            }
            if timeouts >= TIMEOUTS || deaths >= DEATHS {
                let message =
                    format!("given up after {deaths} lost workers, {timeouts} of them timed out");
                return self.give_up(&message);
            }
        }
    }

    /// The message about a directive that ended its worker, with its session if there are two.
    fn in_session(&self, side: Side, message: String) -> String {
        match (self.job.config.way, side) {
            (Way::Sessions, Side::First) => format!("in the first session: {message}"),
            (Way::Sessions, Side::Second) => format!("in the second session: {message}"),
            _ => message,
        }
    }

    /// What a lost worker was doing, for people, if no directive is blamed. It began at the
    /// directive `first`.
    fn moment(&self, place: Activity, first: u32) -> String {
        match place {
            Activity::Starting => "while it started the engine".to_string(),
            Activity::Reading => "while it read the script".to_string(),
            Activity::Opening => "while it opened a session".to_string(),
            Activity::Idle => "between directives".to_string(),
            Activity::Closing => "while it closed the session".to_string(),
            Activity::Directive(index, _) if index < first || self.poisoned.contains(&index) => {
                "while it repeated earlier directives".to_string()
            }
            Activity::Directive(..) if self.tally.first_open().is_none() => {
                "after its last verdict".to_string()
            }
            Activity::Directive(index, _) => match self.outline.step(index) {
                Some(step) => format!("after its verdict of line {}", step.line),
                None => "at a directive that does not exist".to_string(),
            },
        }
    }

    /// Ends a lost worker; returns the message about it.
    fn bury(&mut self, mut worker: Worker, verdict: Verdict, message: String) -> String {
        if verdict == Verdict::TimedOut {
            worker.kill();
        }
        let death = worker.end();
        if let Some(line) = &death.own_failure {
            // Whatever the verdict of the directive, the engine did not fail.
            let message = format!("what runs the worker failed: {line}");
            (self.sink)(FileEvent::Fault { message });
        }
        match verdict {
            Verdict::TimedOut if death.own_failure.is_none() => match death.last.is_empty() {
                true => message,
                false => format!("{message}; its last words: {}", death.last),
            },
            _ if message.is_empty() => death.words,
            // A worker that panics both reports the panic and prints it.
            _ if death.words.contains(&message) => death.words,
            _ => format!("{message}; {}", death.words),
        }
    }

    /// Runs the directives without a verdict in this worker. Valid verdicts count even if the
    /// worker died afterwards.
    fn attempt(&mut self, worker: &mut Worker) -> Attempt {
        let packed = match &self.job.packed {
            Some(packed) => packed.of(|| self.script),
            None => &[],
        };
        let request = Request {
            id: self.pool.next_request(),
            engine: self.job.engine.clone(),
            config: self.job.config.clone(),
            needs: self.job.needs.iter().map(|feature| feature.name().to_string()).collect(),
            lines: self.job.lines.clone(),
            from: self.tally.first_open().unwrap_or(0),
            poisoned: self.poisoned.clone(),
            backtraces: self.job.backtraces,
            compile_only: self.job.compile_only,
            length: self.job.script.len() as u64,
            packed: packed.len() as u64,
        };
        let limit = self.pool.time_limit();
        match worker.ask(&request, &self.job.script, packed, limit, self.stop) {
            Ok(()) => {}
            Err(Unasked::Stopped) => return Attempt::Stopped(self.reason()),
            Err(Unasked::Silent) => {
                let message = format!("it took no request for {}", seconds(limit));
                return Attempt::Lost { verdict: Verdict::TimedOut, message };
            }
            Err(Unasked::Gone(error)) => {
                let message = format!("it does not take requests: {error}");
                return Attempt::Lost { verdict: Verdict::Crashed, message };
            }
        }
        let engine = worker.engines.iter().find(|engine| engine.name == self.job.engine);
        let engine = engine.cloned().unwrap_or_default();
        let mut claims = Claims::new(&self.outline, self.job, &self.tally, &engine);
        let attempt = self.listen(worker, request.id, &mut claims);
        let batch = claims.into_batch();
        if !matches!(attempt, Attempt::Lied(_)) {
            self.tell(batch);
        }
        attempt
    }

    /// Reads answers to the request until there are no more.
    fn listen(&self, worker: &mut Worker, id: u64, claims: &mut Claims<'_>) -> Attempt {
        let limit = self.pool.time_limit();
        let mut farthest = (worker.place(), Instant::now());
        let mut hushed = None;
        loop {
            let answer = match worker.next() {
                Next::Reply(Reply::Answer { request, answer }) if request == id => Some(answer),
                Next::Reply(Reply::Answer { request, .. }) => {
                    return Attempt::Lied(format!("it answered request {request}, not {id}"));
                }
                Next::Reply(Reply::Ready { .. }) => {
                    return Attempt::Lied("it introduced itself again".to_string());
                }
                Next::Reply(Reply::Failed { .. }) => {
                    return Attempt::Lied("it failed between requests".to_string());
                }
                Next::Nonsense(how) => return Attempt::Lied(how),
                Next::Quiet => None,
                Next::Gone if hushed.is_some() => return Attempt::Stopped(self.reason()),
                Next::Gone => {
                    let message = String::new();
                    return Attempt::Lost { verdict: Verdict::Crashed, message };
                }
            };
            let place = worker.place();
            match answer.map(|answer| hear(answer, claims, place)) {
                Some(Ok(Some(end))) => return end,
                Some(Err(how)) => return Attempt::Lied(how),
                Some(Ok(None)) | None => {}
            }
            if self.stop.reason().is_some() {
                let since = *hushed.get_or_insert_with(Instant::now);
                worker.hush();
                if since.elapsed() > LAST_WORDS {
                    return Attempt::Stopped(self.reason());
                }
            }
            // Only progress resets the limit: a mark that goes in circles gains no time.
            if place > farthest.0 && self.exists(place) {
                farthest = (place, Instant::now());
            } else if farthest.1.elapsed() > limit {
                let message = format!("no end after {}", seconds(limit));
                return Attempt::Lost { verdict: Verdict::TimedOut, message };
            }
        }
    }

    fn exists(&self, place: Activity) -> bool {
        !matches!(place, Activity::Directive(index, _) if self.outline.step(index).is_none())
    }

    fn tell(&mut self, batch: Batch) {
        self.tally.close(&batch);
        if !batch.is_empty() {
            (self.sink)(FileEvent::Verdicts(batch));
        }
    }

    /// Blocks the rest of the file. No directive is its cause: what a known failure does not block
    /// must not be excused by one.
    fn give_up(&mut self, message: &str) {
        (self.sink)(FileEvent::Fault { message: message.to_string() });
        let note = |index| self.outline.note(index, Verdict::Blocked, message);
        let notes = self.tally.open().map(note).collect();
        self.tell(Batch { spans: Vec::new(), notes });
    }

    /// Skips the rest of the file, and names the directive that was running.
    fn skip_rest(&mut self, reason: &str, place: Activity) {
        if let Activity::Directive(index, _) = place
            && self.tally.is_open(index)
        {
            let message = format!("it was running when the run was stopped: {reason}");
            let note = self.outline.note(index, Verdict::Skipped, &message);
            self.tell(Batch { spans: Vec::new(), notes: vec![note] });
        }
        self.tell(self.tally.rest(Verdict::Skipped));
        self.stopped = Some(reason.to_string());
    }

    fn reason(&self) -> String {
        self.stop.reason().unwrap_or_default().to_string()
    }
}

/// Handles one answer: `None` if more follow, else the outcome of the attempt.
fn hear(
    answer: Answer,
    claims: &mut Claims<'_>,
    place: Activity,
) -> Result<Option<Attempt>, String> {
    match answer {
        Answer::Started { directives } => claims.started(directives)?,
        Answer::Verdicts(batch) => claims.verdicts(batch, place)?,
        Answer::Finished { functions, cache } => {
            claims.finished()?;
            return Ok(Some(Attempt::Done { functions, cache }));
        }
        Answer::Refused { message } => return Ok(Some(Attempt::Refused(message))),
        Answer::Lost { message } => {
            return Ok(Some(Attempt::Lost { verdict: Verdict::Crashed, message }));
        }
        Answer::Gone { message } => return Ok(Some(Attempt::Gone(message))),
    }
    Ok(None)
}

fn seconds(limit: Duration) -> String {
    let seconds = limit.as_secs_f64();
    if seconds == 1.0 { "1 second".to_string() } else { format!("{seconds} seconds") }
}

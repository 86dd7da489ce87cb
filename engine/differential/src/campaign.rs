//! Runs cases on workers until there are enough, time is up, or somebody stops it; gives findings
//! as they come, and sums. Knows no engine.

use crate::case::{Generator, Id};
use crate::finding::Finding;
use crate::fleet::{Fleet, Report};
use crate::shrink::shrink;
use crate::worker::Work;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// What to run, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What makes cases, in turn.
    pub generators: Vec<Generator>,
    /// The first seed; the next ones follow.
    pub seed: u64,
    /// Cases that are run before those.
    pub witnesses: Vec<Id>,
    /// How many cases, without the witnesses.
    pub count: u64,
    /// For how long at most.
    pub time: Option<Duration>,
    /// How many workers at a time.
    pub jobs: usize,
    /// Which subjects.
    pub subjects: Vec<String>,
    /// The command that starts a worker.
    pub worker: Vec<String>,
    /// The command that starts a worker for another machine: each case runs there too, on the
    /// subjects of the first engine.
    pub also: Option<Vec<String>>,
    /// How long a case may take.
    pub limit: Duration,
    /// How long a finding is made smaller.
    pub shrink: Duration,
    /// After how many findings there are enough.
    pub findings: usize,
}

/// What was run so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Cases.
    pub cases: u64,
    /// Modules in them.
    pub modules: u64,
    /// Calls by the first subject.
    pub calls: u64,
    /// Those that trapped.
    pub traps: u64,
    /// Cases by the subjects that ran them.
    pub ran: BTreeMap<String, u64>,
    /// Cases that ended early on a subject, by a limit that others do not have.
    pub cut: BTreeMap<String, u64>,
    /// How often each explained difference was met, by position.
    pub explained: BTreeMap<usize, u64>,
    /// What was found.
    pub findings: usize,
}

/// What a campaign tells while it runs.
pub enum Event {
    /// A case is over.
    Case(Box<Report>),
    /// Something was found, and made smaller.
    Found(Box<Finding>),
    /// It cannot go on.
    Broken(anyhow::Error),
}

/// Runs the plan; `told` learns of each event, in one thread. `stop` ends it early, after the cases
/// that are running.
///
/// # Errors
/// Workers that do not start, and what `told` gives.
pub fn run(
    plan: &Plan,
    stop: &AtomicBool,
    mut told: impl FnMut(&Sums, Option<&Finding>) -> Result<()>,
) -> Result<Sums> {
    let next = AtomicU64::new(0);
    let enough = AtomicBool::new(false);
    let deadline = plan.time.map(|time| Instant::now() + time);
    let goes_on = || {
        let late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        !late && !stop.load(Ordering::Relaxed) && !enough.load(Ordering::Relaxed)
    };
    let (sender, events) = channel();
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs {
            let (sender, next, goes_on) = (sender.clone(), &next, &goes_on);
            scope.spawn(move || {
                if let Err(error) = work(plan, next, goes_on, &sender) {
                    // The receiver is there as long as the scope.
                    let _ = sender.send(Event::Broken(error));
                }
            });
        }
        drop(sender);
        let result = collect(plan, &events, &enough, &mut told);
        enough.store(true, Ordering::Relaxed);
        result
    })
}

fn collect(
    plan: &Plan,
    events: &Receiver<Event>,
    enough: &AtomicBool,
    told: &mut dyn FnMut(&Sums, Option<&Finding>) -> Result<()>,
) -> Result<Sums> {
    let mut sums = Sums::default();
    for event in events {
        match event {
            Event::Case(report) => {
                sums.add(&report);
                told(&sums, None)?;
            }
            Event::Found(finding) => {
                sums.findings += 1;
                if sums.findings >= plan.findings {
                    enough.store(true, Ordering::Relaxed);
                }
                told(&sums, Some(&finding))?;
            }
            Event::Broken(error) => return Err(error),
        }
    }
    Ok(sums)
}

/// One worker at work: takes the next case until there is none.
fn work(
    plan: &Plan,
    next: &AtomicU64,
    goes_on: &dyn Fn() -> bool,
    events: &Sender<Event>,
) -> Result<()> {
    let mut fleet = Fleet::new(&plan.subjects, &plan.worker, plan.also.as_deref(), plan.limit);
    while goes_on() {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(id) = plan.id(at) else { break };
        let report = fleet.run(&Work::Id(id))?;
        let wrong = report.wrong.clone();
        let sent = events.send(Event::Case(Box::new(report)));
        if let Some(wrong) = wrong {
            let found = Finding::about(id, wrong, &mut fleet)?;
            let found = shrink(found, &mut fleet, plan.shrink)?;
            let _ = events.send(Event::Found(Box::new(found)));
        }
        if sent.is_err() {
            break;
        }
    }
    Ok(())
}

impl Plan {
    /// The case with this number: the witnesses, then the generators in turn.
    fn id(&self, at: u64) -> Option<Id> {
        let witnesses = self.witnesses.len() as u64;
        if at < witnesses {
            return Some(self.witnesses[at as usize]);
        }
        let (at, count) = (at - witnesses, self.generators.len() as u64);
        let generator = self.generators[(at % count) as usize];
        (at < self.count).then(|| Id { generator, seed: self.seed.wrapping_add(at / count) })
    }
}

impl Sums {
    fn add(&mut self, report: &Report) {
        self.cases += 1;
        self.modules += report.modules as u64;
        self.calls += report.calls as u64;
        self.traps += report.traps as u64;
        for name in &report.ran {
            *self.ran.entry(name.clone()).or_default() += 1;
        }
        for name in &report.cut {
            *self.cut.entry(name.clone()).or_default() += 1;
        }
        for entry in report.explained.iter().copied().collect::<BTreeSet<usize>>() {
            *self.explained.entry(entry).or_default() += 1;
        }
    }
}

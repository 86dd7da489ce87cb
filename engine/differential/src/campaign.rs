//! Takes a plan; runs cases on workers until the plan is complete, time is up, or the run is
//! stopped. Gives findings as they occur, and totals. Knows no engine.

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
use wassay_engine::Features;

/// The cases to run, and how to run them.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The generators, used alternately.
    pub generators: Vec<Generator>,
    /// The first seed; the next ones follow.
    pub seed: u64,
    /// Cases to run before those.
    pub witnesses: Vec<Id>,
    /// The number of cases, without the witnesses.
    pub count: u64,
    /// The time limit of the campaign.
    pub time: Option<Duration>,
    /// The number of parallel workers.
    pub jobs: usize,
    /// The names of the subjects.
    pub subjects: Vec<String>,
    /// The features that modules may use.
    pub within: Features,
    /// The command that starts a worker.
    pub worker: Vec<String>,
    /// The command that starts a worker for another machine: each case also runs there, on the
    /// subjects of the first engine.
    pub also: Option<Vec<String>>,
    /// The time limit of a case.
    pub limit: Duration,
    /// The time limit for shrinking a finding.
    pub shrink: Duration,
    /// The number of findings after which the campaign ends.
    pub findings: usize,
}

/// Totals of the campaign so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Cases.
    pub cases: u64,
    /// Modules in them.
    pub modules: u64,
    /// The number of calls that the first subject made.
    pub calls: u64,
    /// The number of those calls that trapped.
    pub traps: u64,
    /// The number of cases that each subject ran; it has every subject.
    pub ran: BTreeMap<String, u64>,
    /// The number of cases that each subject did not run, by what it lacks.
    pub skipped: BTreeMap<String, BTreeMap<String, u64>>,
    /// The number of cases that ended early on each subject, through a limit that others do not
    /// have.
    pub cut: BTreeMap<String, u64>,
    /// The number of cases that do not test each subject, because the list explains every
    /// difference.
    pub masked: BTreeMap<String, u64>,
    /// The number of cases with each explained difference, by index.
    pub explained: BTreeMap<usize, u64>,
    /// The number of findings.
    pub findings: usize,
}

/// An event of a running campaign.
pub enum Event {
    /// A case has ended.
    Case(Box<Report>),
    /// A difference or a crash was found and shrunk.
    Found(Box<Finding>),
    /// The campaign cannot continue.
    Broken(anyhow::Error),
}

/// Runs the plan; `told` receives each event, on one thread. `stop` ends the run early, after the
/// running cases.
///
/// # Errors
/// If a worker does not start, or `told` returns an error.
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
                    // The receiver lives as long as the scope.
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
    let fleet = Fleet::new(&plan.subjects, &plan.worker, plan.also.as_deref(), plan.limit);
    let ran = fleet.subjects().into_iter().map(|name| (name, 0)).collect();
    let mut sums = Sums { ran, ..Sums::default() };
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

/// One worker: runs the next case until none is left.
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
    /// The case with this index: first the witnesses, then the generators alternately.
    fn id(&self, at: u64) -> Option<Id> {
        let witnesses = self.witnesses.len() as u64;
        if at < witnesses {
            return Some(self.witnesses[at as usize]);
        }
        let (at, count) = (at - witnesses, self.generators.len() as u64);
        let generator = self.generators[(at % count) as usize];
        let id = Id::new(generator, self.seed.wrapping_add(at / count)).within(self.within);
        (at < self.count).then_some(id)
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
        for (name, lacking) in &report.skipped {
            let skipped = self.skipped.entry(name.clone()).or_default();
            *skipped.entry(lacking.clone()).or_default() += 1;
        }
        for name in &report.cut {
            *self.cut.entry(name.clone()).or_default() += 1;
        }
        for name in &report.masked {
            *self.masked.entry(name.clone()).or_default() += 1;
        }
        for entry in report.explained.iter().copied().collect::<BTreeSet<usize>>() {
            *self.explained.entry(entry).or_default() += 1;
        }
    }
}

//! The native pass of a lane with `compile = "host"`. Takes jobs; fills the engine's cache and
//! returns what went wrong. Judges nothing: the lane itself does.

use crate::exit::Failure;
use crate::lane::HostCompiler;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wassay_engine::Features;
use wassay_record::{Config, FileEvent, Problem, ProblemKind, Run, Verdict};
use wassay_runner::pool::{Job, Pool, Stop};

/// Workers on this machine that compile for a lane's target; the generated code cannot run here.
#[derive(Debug)]
pub struct Ahead {
    pool: Pool,
    target: String,
}

/// Something that went wrong while a script's modules were compiled.
#[derive(Clone, Debug)]
pub struct Incident {
    file: usize,
    /// The directive that ended a worker; `None` if no directive did.
    index: Option<u32>,
    message: String,
}

impl Ahead {
    /// Starts the first worker, and checks that the lane can run the code that this engine compiles
    /// for it: the lane's CPU may lack a feature that the code uses.
    ///
    /// # Errors
    /// If the worker does not start, or the lane cannot run the code.
    pub fn start(
        host: &HostCompiler,
        lane: &Pool,
        engine: &str,
        config: &Config,
        timeout: Duration,
        stop: &Stop,
    ) -> Result<Ahead, Failure> {
        let pool = Pool::start(host.launch.clone(), timeout, stop).map_err(Failure::harness)?;
        let target = host.target().to_string();
        match trouble(lane, engine, config, stop) {
            None => Ok(Ahead { pool, target }),
            Some(why) => Err(Failure::harness(format_args!(
                "the lane cannot run the code that is compiled for it ({}): {why}",
                config.isa_with.join(", ")
            ))),
        }
    }

    /// Compiles every module of the jobs' scripts.
    ///
    /// # Errors
    /// If the threads that watch workers do not start.
    pub fn run(&self, jobs: &[Job], workers: usize, stop: &Stop) -> Result<Vec<Incident>, Failure> {
        let jobs: Vec<Job> = jobs
            .iter()
            .map(|job| Job { watch: HashSet::new(), compile_only: true, ..job.clone() })
            .collect();
        let incidents = Mutex::new(Vec::new());
        let sink = |file, event| {
            let new = self.incidents(file, event);
            if !new.is_empty() {
                incidents.lock().unwrap_or_else(PoisonError::into_inner).extend(new);
            }
        };
        self.pool.run(&jobs, workers, stop, &sink).map_err(Failure::harness)?;
        Ok(incidents.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn incidents(&self, file: usize, event: FileEvent) -> Vec<Incident> {
        let incident = |index, what: String| {
            let message = format!("compiling for {} on this machine: {what}", self.target);
            Incident { file, index, message }
        };
        match event {
            FileEvent::Fault { message } => vec![incident(None, message)],
            FileEvent::Verdicts(batch) => {
                let findings = batch.notes.into_iter().map(|note| note.finding);
                let deaths = findings
                    .filter(|found| matches!(found.verdict, Verdict::Crashed | Verdict::TimedOut));
                let told = |found: wassay_record::Finding| {
                    let (line, column, verdict) = (found.line, found.column, found.verdict.name());
                    let what = format!("{verdict} at {line}:{column}: {}", found.message);
                    incident(Some(found.index), what)
                };
                deaths.map(told).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What goes wrong with an empty module on this lane; `None` if it is instantiated.
pub fn trouble(lane: &Pool, engine: &str, config: &Config, stop: &Stop) -> Option<String> {
    let job = Job {
        engine: engine.to_string(),
        config: config.clone(),
        needs: Features::WASM1,
        script: b"(module)".as_slice().into(),
        lines: None,
        watch: HashSet::new(),
        backtraces: false,
        packed: None,
        compile_only: false,
    };
    let mut trouble = None;
    lane.file(&job, stop, &mut |event| match event {
        FileEvent::Fault { message } => trouble = Some(message),
        FileEvent::Verdicts(batch) => {
            let findings = batch.notes.into_iter().map(|note| note.finding);
            let mut words = findings.map(|found| found.why());
            if trouble.is_none() {
                trouble = words.find(|words| !words.is_empty());
            }
        }
        _ => {}
    });
    trouble
}

/// The problem of a lane that compiled functions although all of them should have been cached.
pub fn late(run: &Run) -> Option<Problem> {
    let functions = run.functions_compiled.filter(|it| *it > 0 && run.stopped.is_none())?;
    let message = format!(
        "{functions} functions were compiled in the lane: the code that this machine compiled for \
         it was missing; is the directory for temporary files full?"
    );
    Some(Problem { kind: ProblemKind::Fault, path: String::new(), message })
}

/// The problem of a reloaded run that compiled functions, but none when it loaded its modules.
pub fn lazy(run: &Run) -> Option<Problem> {
    let functions = run.functions_compiled.filter(|it| *it > 0 && run.stopped.is_none())?;
    let message = format!(
        "{functions} functions were compiled after their modules had been loaded: the cache \
         directory should have all code"
    );
    Some(Problem { kind: ProblemKind::Fault, path: String::new(), message })
}

impl Incident {
    /// The incident as a problem of the lane's run. `None` if the same directive ended a worker of
    /// the lane, too: then that is its verdict.
    pub fn problem(self, run: &Run) -> Option<Problem> {
        let file = run.files.get(self.file)?;
        let is_told = self.index.is_some_and(|index| {
            file.findings.iter().any(|note| {
                let finding = &note.finding;
                finding.index == index
                    && matches!(finding.verdict, Verdict::Crashed | Verdict::TimedOut)
            })
        });
        let (path, message) = (file.path.clone(), self.message);
        (!is_told).then_some(Problem { kind: ProblemKind::Fault, path, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_record::{File, Finding, Note};

    #[test]
    fn a_lane_that_compiles_is_reported() {
        let mut run = Run::default();
        assert_eq!(late(&run), None);
        run.functions_compiled = Some(0);
        assert_eq!((late(&run), lazy(&run)), (None, None));
        run.functions_compiled = Some(9);
        assert!(late(&run).unwrap().message.starts_with("9 functions were compiled in the lane"));
        assert!(lazy(&run).unwrap().message.starts_with("9 functions were compiled after their"));
        // A stopped run had a stopped pass before it, too.
        run.stopped = Some("interrupted".to_string());
        assert_eq!((late(&run), lazy(&run)), (None, None));
    }

    #[test]
    fn a_crash_that_the_lane_has_too_is_reported_once() {
        let finding = Finding::bare(3, 1, 1, "module", Verdict::Crashed);
        let file = File { findings: vec![Note::new(finding)], ..File::default() };
        let run = Run { files: vec![file], ..Run::default() };
        let incident = |index| Incident { file: 0, index, message: "it crashed".to_string() };
        assert_eq!(incident(Some(3)).problem(&run), None);
        for untold in [Some(4), None] {
            let problem = incident(untold).problem(&run).unwrap();
            assert_eq!((problem.kind, &*problem.message), (ProblemKind::Fault, "it crashed"));
        }
    }
}

//! What the checks are made of: a directory, a child that uses it, and what must hold after each
//! use. Sees no file name of its own making: the engine reports where its entries are.

use crate::child::{Child, Launch, NO_CONDITIONS};
use crate::message::{Answer, Counts, Description, Place, Request, Used};
use crate::report::{Stop, fail};
use crate::scene::{NAMED, Which};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// An engine under test.
pub(crate) struct Bench<'s> {
    pub launch: &'s Launch,
    pub engine: &'s Description,
}

/// What must come of an entry that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The engine refuses it, and counts that.
    Refused,
    /// The engine does not see it, and counts a miss.
    Missed,
    /// The engine may use it, because the code is the right one.
    Any,
}

impl Bench<'_> {
    /// Stops the check as unsupported if the engine does not claim this capability.
    pub fn claims(&self, capability: &str) -> Result<(), Stop> {
        match self.engine.capabilities.iter().any(|claimed| claimed == capability) {
            true => Ok(()),
            false => Err(Stop::Unsupported(capability.to_string())),
        }
    }

    /// The scenes that the engine can run.
    pub fn scenes(&self) -> impl Iterator<Item = Which> {
        let features = &self.engine.features;
        let has = move |name: &str| features.iter().any(|feature| feature == name);
        let runs = NAMED.iter().filter(move |it| it.needs.iter().all(|need| has(need.name())));
        runs.map(|scene| Which::named(scene.name))
    }

    /// Whether only samples can be done.
    pub fn is_slow(&self) -> bool {
        self.launch.factor > 1.0
    }

    pub fn place(&self, directory: &Path) -> Place {
        let directory = Some(directory.to_path_buf());
        let engine = self.engine.name.clone();
        Place { engine, directory, setting: None, limit: None, small: self.is_slow() }
    }

    pub fn child(&self) -> Result<Child, Stop> {
        Child::start(self.launch, NO_CONDITIONS)
    }

    /// A child without the rights of the superuser.
    pub fn common_user(&self) -> Result<Child, Stop> {
        let mut child = self.child()?;
        child.ask(&Request::Renounce)?;
        Ok(child)
    }

    /// What the functions of a scene return without a cache; with frames, if the engine has them.
    pub fn results(&self, child: &mut Child, which: &Which) -> Result<Vec<String>, Stop> {
        let place = Place { directory: None, ..self.place(Path::new("")) };
        let used = used(child.ask(&Request::Use(place, which.clone()))?)?;
        let plain = |line: &String| line.split(" in ").next().unwrap_or_default().to_string();
        let plain: Vec<String> = used.results.iter().map(plain).collect();
        let expected = which.scene().map_err(|why| Stop::failed(&why))?.expected();
        match plain == expected {
            true => Ok(used.results),
            false => fail(format!("without a cache: {plain:?}, not {expected:?}")),
        }
    }
}

/// A use that must succeed.
pub(crate) fn used(answer: Answer) -> Result<Used, Stop> {
    match answer {
        Answer::Used(used) => Ok(used),
        Answer::Refused(why) => fail(format!("the engine refused: {why}")),
        Answer::Wrong(what) => fail(what),
        other => fail(format!("an answer to another question: {other:?}")),
    }
}

/// A cache directory with the entries of a scene, and a child that uses it.
pub(crate) struct Fixture {
    pub directory: tempfile::TempDir,
    pub place: Place,
    pub child: Child,
    pub which: Which,
    /// What every function returns.
    pub results: Vec<String>,
    /// Where the entries are.
    pub entries: Vec<PathBuf>,
}

impl Fixture {
    /// Compiles and stores a scene, and checks that it is found again.
    pub fn filled(bench: &Bench<'_>, which: Which) -> Result<Fixture, Stop> {
        bench.claims("disk-cache")?;
        let child = bench.child()?;
        Fixture::filled_by(bench, child, which)
    }

    pub fn filled_by(bench: &Bench<'_>, mut child: Child, which: Which) -> Result<Fixture, Stop> {
        let results = bench.results(&mut child, &which)?;
        let directory = tempfile::tempdir()?;
        let place = bench.place(&directory.path().join("cache"));
        let (entries, none) = (Vec::new(), Path::new(""));
        let mut fixture = Fixture { directory, place, child, which, results, entries };
        let cold = fixture.use_it()?;
        all(&cold, false).map_err(|stop| stop.after("a cold directory"))?;
        for module in &cold.modules {
            match module.entry.as_deref().unwrap_or(none) {
                entry if entry.is_file() => fixture.entries.push(entry.to_path_buf()),
                entry => return fail(format!("{entry:?} is no entry of a module just stored")),
            }
        }
        let distinct: BTreeSet<&PathBuf> = fixture.entries.iter().collect();
        if distinct.len() < fixture.entries.len() {
            return fail(format!("modules share entries: {:?}", fixture.entries));
        }
        fixture.hits()?;
        Ok(fixture)
    }

    /// The cache directory.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("cache")
    }

    /// Uses the scene on a new engine: every function must return what it should. The engine has
    /// done this before, so that nothing about it is unsupported.
    pub fn right(&mut self) -> Result<Used, Stop> {
        self.use_it().map_err(Stop::once_supported)
    }

    fn use_it(&mut self) -> Result<Used, Stop> {
        let request = Request::Use(self.place.clone(), self.which.clone());
        let used = used(self.child.ask(&request)?)?;
        self.right_results(&used.results)?;
        Ok(used)
    }

    pub fn right_results(&self, results: &[String]) -> Result<(), Stop> {
        let mut pairs = results.iter().zip(&self.results);
        match pairs.find(|(got, expected)| got != expected) {
            Some((got, expected)) => fail(format!("a wrong result: {got}, not {expected}")),
            None if results.len() == self.results.len() => Ok(()),
            None => fail(format!("{} results, not {}", results.len(), self.results.len())),
        }
    }

    /// A new engine must find every module and compile nothing.
    pub fn hits(&mut self) -> Result<(), Stop> {
        all(&self.right()?, true)
    }

    /// The entries of these modules were changed: the engine must give the right results, with this
    /// verdict on them, and the next engine must find everything.
    pub fn heals(&mut self, at: &[usize], verdict: Verdict) -> Result<(), Stop> {
        self.survives(at, verdict)?;
        self.hits().map_err(|stop| stop.after("not healed"))
    }

    /// The same, without the next engine.
    pub fn survives(&mut self, at: &[usize], verdict: Verdict) -> Result<(), Stop> {
        let request = Request::Use(self.place.clone(), self.which.clone());
        let used = match self.child.ask(&request).map_err(Stop::once_supported)? {
            Answer::Used(used) => used,
            // A fault is typed, too, if it does not stay.
            Answer::Refused(_) if verdict != Verdict::Any => return self.right().map(drop),
            other => used(other)?,
        };
        self.right_results(&used.results)?;
        if verdict == Verdict::Any {
            return Ok(());
        }
        if at.iter().any(|at| used.modules[*at].found == Some(true)) {
            return fail("the entry was used");
        }
        let count = at.len() as u64;
        let counted = used.counts.map(|counts| match verdict {
            Verdict::Refused => counts.refused >= count,
            Verdict::Missed => counts.misses >= count && counts.refused == 0,
            Verdict::Any => true,
        });
        match counted {
            Some(false) => fail(format!("expected `{verdict:?}`: {:?}", used.counts)),
            _ => Ok(()),
        }
    }
}

/// Whether all modules were found and nothing was compiled, or all modules were compiled.
pub(crate) fn all(used: &Used, found: bool) -> Result<(), Stop> {
    if used.counts.is_none() && used.modules.iter().any(|it| it.found.is_none()) {
        // It may never look into its directory, and nothing would show it.
        return Err(Stop::Unsupported("cache statistics and provenance".to_string()));
    }
    if let Some(at) = used.modules.iter().position(|it| it.found == Some(!found)) {
        let what = if found { "compiled" } else { "found" };
        return fail(format!("module {at} was {what}; counts: {:?}", used.counts));
    }
    match used.counts {
        Some(Counts { misses: 0, refused: 0, compiled: 0, .. }) if found => Ok(()),
        Some(counts) if found => fail(format!("not everything was found: {counts:?}")),
        Some(Counts { compiled: 0, .. }) => fail("functions were compiled, but not counted"),
        _ => Ok(()),
    }
}

/// Every file below a directory, by its path from there.
pub(crate) fn files(directory: &Path) -> Result<BTreeSet<PathBuf>, Stop> {
    fn collect(root: &Path, at: &Path, all: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(at)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                collect(root, &entry.path(), all)?;
            } else {
                let path = entry.path();
                all.insert(path.strip_prefix(root).unwrap_or(&path).to_path_buf());
            }
        }
        Ok(())
    }
    let mut all = BTreeSet::new();
    if directory.exists() {
        collect(directory, directory, &mut all)?;
    }
    Ok(all)
}

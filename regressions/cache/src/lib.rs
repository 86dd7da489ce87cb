//! What a cache directory must survive, on any engine: a suite of faults, races and kills that no
//! script can express. Takes the way to start a program whose engines are tested; gives a verdict
//! for each check. The parent knows no engine: it changes files, and children, which are processes
//! of their own, use the directory through the trait.
//!
//! The program calls [`serve`] with its providers, or is [`main`]. An engine is tested if it has the
//! capability `disk-cache` and [`Engine::cache_entry`](wassay_engine::Engine::cache_entry), and counts
//! ([`Engine::cache_stats`](wassay_engine::Engine::cache_stats)) or reports where code comes from
//! ([`Engine::provenance`](wassay_engine::Engine::provenance)). One with neither could ignore its
//! directory without any sign, so it is unsupported; one with both is tested best.
//!
//! After each fault the engine must give the right results, count the entry as refused or missing,
//! and store a new one, which the next engine finds.
//!
//! Not covered: an entry that is overwritten or truncated in place while its code is loaded. An
//! engine that maps its entries cannot survive that, and none promises to: the directory belongs to
//! one user, and entries are replaced, never changed.

#![forbid(unsafe_code)]

mod bench;
mod builds;
mod child;
mod damage;
mod denied;
mod growth;
mod kill;
mod leak;
mod limited;
mod message;
mod probe;
pub mod process;
mod program;
mod race;
mod replaced;
mod report;
mod scene;
mod setting;
mod settings;
mod sweep;

pub use child::Launch;
pub use message::Description;
pub use probe::serve;
pub use program::main;
pub use report::Stop;

use bench::Bench;
use child::{Child, NO_CONDITIONS};
use message::{Answer, Request};
use scene::Which;

/// What a check does.
type Run = dyn Fn(&Bench<'_>) -> Result<(), Stop> + Send;

/// A check of one engine.
pub struct Check {
    /// What is done to the directory.
    pub name: String,
    run: Box<Run>,
}

impl Check {
    fn new(
        name: impl Into<String>,
        run: impl Fn(&Bench<'_>) -> Result<(), Stop> + Send + 'static,
    ) -> Check {
        Check { name: name.into(), run: Box::new(run) }
    }

    /// Runs the check.
    ///
    /// # Errors
    /// Why it does not pass.
    pub fn run(&self, launch: &Launch, engine: &Description) -> Result<(), Stop> {
        (self.run)(&Bench { launch, engine })
    }
}

/// The engines of a program.
///
/// # Errors
/// If it does not start or does not answer.
pub fn engines(launch: &Launch) -> Result<Vec<Description>, Stop> {
    match Child::start(launch, NO_CONDITIONS)?.ask(&Request::Describe)? {
        Answer::Engines(engines) => Ok(engines),
        other => report::fail(format!("an answer to another question: {other:?}")),
    }
}

/// Every check.
pub fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    for scene in scene::NAMED {
        let name = scene.name;
        let with = move |run: fn(&Bench<'_>, &Which) -> Result<(), Stop>| {
            move |bench: &Bench<'_>| match bench.scenes().find(|it| *it == Which::named(name)) {
                Some(which) => run(bench, &which),
                None => Err(Stop::Unsupported(format!("the features of `{name}`"))),
            }
        };
        all.push(Check::new(format!("flipped/{name}"), with(damage::flipped)));
        all.push(Check::new(format!("truncated/{name}"), with(damage::truncated)));
        all.push(Check::new(format!("verified/{name}"), with(damage::verified)));
        all.push(Check::new(format!("loaded_and_dropped/{name}"), with(leak::loaded_and_dropped)));
    }
    all.push(Check::new("every_feature_is_used", every_feature));
    let large = |run: fn(&Bench<'_>, &Which) -> Result<(), Stop>| {
        move |bench: &Bench<'_>| run(bench, &Which::Large)
    };
    all.push(Check::new("flipped/large", large(damage::flipped)));
    all.push(Check::new("truncated/large", large(damage::truncated)));
    all.push(Check::new("loaded_and_dropped/large", large(leak::loaded_and_dropped)));
    for replacement in replaced::REPLACEMENTS {
        let name = replacement.name.replace(' ', "_");
        all.push(Check::new(format!("replaced_by/{name}"), move |bench| replacement.check(bench)));
    }
    for setting in setting::SETTINGS {
        let name = setting.name.replace(' ', "_");
        let check = move |bench: &Bench<'_>| settings::setting(bench, setting.name);
        all.push(Check::new(format!("setting/{name}"), check));
    }
    all.push(Check::new("setting/all_on_one_directory", settings::together));
    all.push(Check::new("replaced_by/a_directory_with_files", replaced::full_directory));
    all.push(Check::new(
        "replaced_by/a_change_behind_its_times",
        replaced::changed_behind_its_times,
    ));
    all.push(Check::new("replaced_by/a_link_outside", replaced::link_outside));
    all.push(Check::new("swapped", replaced::swapped));
    all.push(Check::new("replaced_under_a_live_instance", replaced::under_a_live_instance));
    all.push(Check::new("directory/read_only", denied::read_only));
    all.push(Check::new("directory/read_only_and_empty", denied::read_only_and_empty));
    all.push(Check::new("directory/no_room", denied::no_room));
    all.push(Check::new("directory/of_others", denied::of_others));
    all.push(Check::new("directory/inner_of_others", denied::inner_of_others));
    all.push(Check::new("directory/user_mask", denied::user_mask));
    all.push(Check::new("directory/limited", limited::limited));
    all.push(Check::new("directory/limited_and_used", limited::used_lately));
    all.push(Check::new("directory/files_of_the_user", replaced::files_of_the_user));
    all.push(Check::new("two_builds", builds::two));
    all.push(Check::new("race/cold", race::cold));
    all.push(Check::new("race/warm", race::warm));
    all.push(Check::new("race/removed_meanwhile", race::removed_meanwhile));
    all.push(Check::new("killed", kill::killed));
    all
}

/// The scenes together use every feature of the engine.
fn every_feature(bench: &Bench<'_>) -> Result<(), Stop> {
    bench.claims("disk-cache")?;
    let covered = scene::covered();
    let is_covered = |name: &&String| covered.iter().any(|feature| feature.name() == **name);
    match bench.engine.features.iter().find(|name| !is_covered(name)) {
        Some(name) => Err(Stop::Unsupported(format!("a scene that uses {name}"))),
        None => Ok(()),
    }
}

//! Settings, CPUs and architectures on one directory: no code of one is used for another.

use crate::bench::{Bench, Fixture, Verdict, all, used};
use crate::message::{Place, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;
use std::fs;
use std::path::PathBuf;

/// On, off, on, off: everything is right, and found the second time. Then each entry of one setting
/// in the place of the other's is refused.
pub(crate) fn setting(bench: &Bench<'_>, name: &str) -> Result<(), Stop> {
    if !bench.engine.settings.iter().any(|setting| setting == name) {
        return Err(Stop::Unsupported(name.to_string()));
    }
    for which in [Which::named("linked"), Which::Numbered(0, 2)] {
        let mut fixture = Fixture::filled(bench, which)?;
        on_and_off(&mut fixture, name)?;
    }
    Ok(())
}

/// All settings on one directory: those that change an entry have entries of their own.
pub(crate) fn together(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    let mut seen: Vec<(&String, PathBuf)> = Vec::new();
    for round in 0..2 {
        for setting in &bench.engine.settings {
            let place = Place { setting: Some(setting.clone()), ..fixture.place.clone() };
            let request = Request::Use(place, fixture.which.clone());
            let with = used(fixture.child.ask(&request)?)?;
            // Code for another machine was not run.
            if !with.results.is_empty() {
                fixture.right_results(&with.results)?;
            }
            if round == 1 {
                all(&with, true).map_err(|stop| stop.after(format!("{setting} again")))?;
            }
            for entry in with.modules.into_iter().filter_map(|module| module.entry) {
                // A setting that changes nothing may share entries.
                if fixture.entries.contains(&entry) {
                    continue;
                }
                if let Some((other, _)) = seen.iter().find(|it| it.1 == entry && it.0 != setting) {
                    return fail(format!("`{other}` and `{setting}` share an entry"));
                }
                seen.push((setting, entry));
            }
        }
    }
    fixture.hits()
}

fn on_and_off(fixture: &mut Fixture, name: &str) -> Result<(), Stop> {
    let place = Place { setting: Some(name.to_string()), ..fixture.place.clone() };
    let on = Request::Use(place, fixture.which.clone());
    let mut first = None;
    for round in 0..2 {
        let other = used(fixture.child.ask(&on)?)?;
        // Code for another machine was not run.
        if !other.results.is_empty() {
            fixture.right_results(&other.results)?;
        }
        if round == 1 {
            all(&other, true).map_err(|stop| stop.after("on again"))?;
        }
        fixture.hits().map_err(|stop| stop.after("off again"))?;
        first = first.or(Some(other));
    }
    let entries = first.unwrap_or_default().modules.into_iter().map(|module| module.entry);
    for (at, (ours, theirs)) in fixture.entries.clone().into_iter().zip(entries).enumerate() {
        let Some(theirs) = theirs else { return fail("a stored module has no entry") };
        // A setting that changes nothing may share entries.
        if ours == theirs {
            continue;
        }
        let (good, other) = (fs::read(&ours)?, fs::read(&theirs)?);
        fs::write(&ours, &other)?;
        fixture.heals(&[at], Verdict::Refused).map_err(|stop| stop.after("its entry, off"))?;
        fs::write(&theirs, good)?;
        let refused = used(fixture.child.ask(&on)?)?;
        if refused.modules[at].found == Some(true) {
            return fail("an entry without the setting was used with it");
        }
        if !refused.results.is_empty() {
            fixture.right_results(&refused.results)?;
        }
        all(&used(fixture.child.ask(&on)?)?, true).map_err(|stop| stop.after("its entry, on"))?;
    }
    Ok(())
}

//! Two builds of one engine on one directory. The other build is a copy of the program with another
//! name of its build in it.

use crate::bench::{Bench, Fixture, Verdict, all, used};
use crate::child::{Child, Launch, NO_CONDITIONS};
use crate::message::{Answer, Place, Request};
use crate::report::{Stop, fail};
use crate::scene::Which;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Neither build uses the other's entries, or removes them.
pub(crate) fn two(bench: &Bench<'_>) -> Result<(), Stop> {
    let mut fixture = Fixture::filled(bench, Which::named("linked"))?;
    let launch = another_build(bench, fixture.directory.path())?;
    let mut other = Child::start(&launch, NO_CONDITIONS)?;
    match other.ask(&Request::Describe)? {
        Answer::Engines(engines) if engines.iter().all(|engine| engine != bench.engine) => {}
        answer => return fail(format!("not another build: {answer:?}")),
    }
    let request = Request::Use(fixture.place.clone(), fixture.which.clone());
    let first = used(other.ask(&request)?)?;
    fixture.right_results(&first.results)?;
    all(&first, false).map_err(|stop| stop.after("the other build"))?;
    all(&used(other.ask(&request)?)?, true).map_err(|stop| stop.after("the other build"))?;
    fixture.hits()?;

    // Both at once, on a cold directory.
    let place =
        Place { directory: Some(fixture.directory.path().join("cold")), ..fixture.place.clone() };
    let request = Request::Use(place, Which::Numbered(0, 30));
    for round in 0..2 {
        fixture.child.send(&request)?;
        other.send(&request)?;
        let both = [used(fixture.child.receive()?)?, used(other.receive()?)?];
        if both[0].results != both[1].results {
            return fail(format!("{:?}, not {:?}", both[1].results, both[0].results));
        }
        for used in &both {
            all(used, round > 0).map_err(|stop| stop.after("both at once"))?;
        }
    }

    let theirs = first.modules.into_iter().map(|module| module.entry);
    for (at, (ours, theirs)) in fixture.entries.clone().iter().zip(theirs).enumerate() {
        let Some(theirs) = theirs else { return fail("a stored module has no entry") };
        fs::write(ours, fs::read(theirs)?)?;
        fixture.heals(&[at], Verdict::Refused).map_err(|stop| stop.after("its entry"))?;
    }
    Ok(())
}

/// How to start the program as another build of itself.
fn another_build(bench: &Bench<'_>, directory: &Path) -> Result<Launch, Stop> {
    let name: String = bench.engine.build.chars().take_while(char::is_ascii_alphanumeric).collect();
    if name.len() < 8 {
        return Err(Stop::Unsupported("the name of a build".to_string()));
    }
    let other: String = name.chars().rev().collect();
    let mut launch = bench.launch.clone();
    for word in &mut launch.words {
        let Ok(mut program) = fs::read(&*word) else { continue };
        if replace(&mut program, name.as_bytes(), other.as_bytes()) > 0 {
            let copy = directory.join("another-build");
            fs::write(&copy, program)?;
            fs::set_permissions(&copy, Permissions::from_mode(0o700))?;
            *word = copy.to_string_lossy().into_owned();
            return Ok(launch);
        }
    }
    Err(Stop::Unsupported("a program that holds the name of its build".to_string()))
}

/// Replaces every occurrence by bytes of the same length, and counts them.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == from[0]) {
        at += next;
        if bytes[at..].starts_with(from) {
            bytes[at..at + from.len()].copy_from_slice(to);
            count += 1;
        }
        at += 1;
    }
    count
}

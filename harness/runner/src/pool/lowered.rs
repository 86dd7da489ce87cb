//! Takes a script and the hashes that are watched in it; gives what workers get instead, and the
//! hashes that the watched directives have there.

use crate::script::{Script, lower};

/// A script whose modules are encoded.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) text: Vec<u8>,
    pub(crate) watch: Vec<String>,
}

impl Lowered {
    pub(crate) fn of(script: &Script, watch: &[String]) -> Lowered {
        let text = lower(script);
        let watch = if watch.is_empty() { Vec::new() } else { translate(script, &text, watch) };
        Lowered { text, watch }
    }
}

fn translate(script: &Script, text: &[u8], watch: &[String]) -> Vec<String> {
    let lowered = Script::parse(text);
    let pairs = script.steps().iter().zip(lowered.steps());
    pairs
        .filter(|(step, _)| watch.contains(&script.hash(step)))
        .map(|(_, step)| lowered.hash(step))
        .collect()
}

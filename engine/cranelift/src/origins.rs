//! Walks through an artifact's locations along its code: takes text offsets in ascending order;
//! returns offsets in the wasm module. A location is valid only in its own function.

use std::iter::Peekable;
use wassay_artifact::{Artifact, TextRange};

/// The locations of an artifact, from the current text offset on.
pub(crate) struct Origins<'a> {
    rest: Peekable<Box<dyn Iterator<Item = (u32, u32)> + 'a>>,
    last: Option<(u32, u32)>,
}

impl<'a> Origins<'a> {
    /// The locations from the start of the text.
    pub fn of(artifact: &'a Artifact) -> Origins<'a> {
        let all: Box<dyn Iterator<Item = (u32, u32)> + 'a> = Box::new(artifact.locations());
        Origins { rest: all.peekable(), last: None }
    }

    /// The wasm offset of the code at this text offset, in the function that starts at `start`.
    pub fn at(&mut self, start: u32, offset: u32) -> Option<u64> {
        while let Some(next) = self.rest.next_if(|(text, _)| *text <= offset) {
            self.last = Some(next);
        }
        self.last.filter(|(text, _)| *text >= start).map(|(_, wasm)| wasm.into())
    }

    /// The wasm offset of the first code of a function that has one.
    pub fn first_in(&mut self, range: TextRange) -> Option<u64> {
        while self.rest.next_if(|(text, _)| *text < range.start).is_some() {}
        let (text, wasm) = *self.rest.peek()?;
        (text - range.start < range.len).then_some(wasm.into())
    }

    /// The text offset of the next location.
    pub fn next(&mut self) -> Option<u32> {
        self.rest.peek().map(|(text, _)| *text)
    }
}

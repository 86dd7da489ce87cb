//! Takes the code of functions and the reach of a call; decides the place of each function, stub and
//! island. Writes no code.
//!
//! A text in which every call reaches its target has no island. Otherwise its functions are divided
//! into regions of half the reach, and an island after each region has a stub for every target that
//! a call in the region cannot reach. Stubs move the functions behind them, so other calls may need
//! stubs, too: the text is laid out again until every call has what it needs. Stubs are only ever
//! added, and there are finitely many targets, so that ends.

use super::stub::STUB_SIZE;
use super::too_large;
use crate::emit::{Call, CallTarget, Code};
use crate::error::CompileError;
use std::collections::{BTreeMap, BTreeSet};
use wassay_artifact::abi::Libcall;
use wassay_artifact::target::Arch;

/// The smallest alignment of functions and islands.
const ALIGN: usize = 16;

/// How far a call reaches: to targets less than this many bytes ahead, and up to as many behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach(pub i64);

impl Reach {
    /// The reach in an engine with a fault in islands, so that scripts of ordinary size see it.
    pub const SEEDED: Reach = Reach(256 << 10);

    /// The reach of the architecture's call instruction.
    pub fn of(arch: Arch) -> Reach {
        match arch {
            Arch::X86_64 => Reach(1 << 31),
            Arch::Aarch64 => Reach(1 << 27),
        }
    }

    pub fn includes(self, distance: i64) -> bool {
        (-self.0..self.0).contains(&distance)
    }
}

/// The places in a text, in bytes from its start.
#[derive(Default)]
pub(super) struct Layout {
    /// The start of each function.
    pub starts: Vec<u32>,
    /// In the order of the text.
    pub islands: Vec<Island>,
    /// The stubs of the libcalls that are used. They are last, so the slot page is near them.
    pub libcalls: BTreeMap<Libcall, u32>,
    /// The length of the text.
    pub len: usize,
}

/// Stubs behind a region, for its far calls.
pub(super) struct Island {
    start: u32,
    /// The position after the region's last function.
    end: usize,
    /// The targets, each with the number of its stub.
    pub stubs: BTreeMap<CallTarget, usize>,
}

impl Island {
    /// The place of the stub with this number.
    pub fn stub(&self, number: usize) -> u32 {
        self.start + (STUB_SIZE * number) as u32
    }
}

impl Layout {
    /// Lays out a text in which every call reaches its target or a stub of it, unless a single
    /// function is too large for that.
    pub fn new(functions: &[Code], reach: Reach) -> Result<Layout, CompileError> {
        let targets = functions.iter().flat_map(|code| &code.calls).map(|call| call.target);
        let libcalls: BTreeSet<Libcall> = targets
            .filter_map(|target| match target {
                CallTarget::Libcall(libcall) => Some(libcall),
                CallTarget::Function(_) => None,
            })
            .collect();
        let mut layout = Layout::with(functions, &libcalls, Vec::new())?;
        loop {
            let missing = layout.missing_stubs(functions, reach);
            if missing.is_empty() {
                return Ok(layout);
            }
            if layout.islands.is_empty() {
                layout.islands = layout.regions(functions, reach);
            }
            for (func, target) in missing {
                let at = layout.island(func).expect("every function is in a region");
                let stubs = &mut layout.islands[at].stubs;
                let number = stubs.len();
                stubs.entry(target).or_insert(number);
            }
            layout = Layout::with(functions, &libcalls, layout.islands)?;
        }
    }

    /// Places everything, one after another.
    fn with(
        functions: &[Code],
        libcalls: &BTreeSet<Libcall>,
        mut islands: Vec<Island>,
    ) -> Result<Layout, CompileError> {
        let mut starts = Vec::with_capacity(functions.len());
        let mut ahead = islands.iter_mut().peekable();
        let mut len = 0;
        for (func, code) in functions.iter().enumerate() {
            len = usize::next_multiple_of(len, ALIGN.max(code.align as usize));
            starts.push(offset(len)?);
            len += code.bytes.len();
            if let Some(island) = ahead.next_if(|island| island.end == func + 1) {
                len = len.next_multiple_of(ALIGN);
                island.start = offset(len)?;
                len += STUB_SIZE * island.stubs.len();
            }
        }
        len = len.next_multiple_of(ALIGN);
        let mut places = BTreeMap::new();
        for libcall in libcalls {
            places.insert(*libcall, offset(len)?);
            len += STUB_SIZE;
        }
        offset(len)?;
        Ok(Layout { starts, islands, libcalls: places, len })
    }

    /// The calls, by function and target, that reach neither their target nor have a stub.
    fn missing_stubs(&self, functions: &[Code], reach: Reach) -> Vec<(usize, CallTarget)> {
        let mut missing = Vec::new();
        for (func, code) in functions.iter().enumerate() {
            for call in &code.calls {
                if !reach.includes(self.distance(func, call))
                    && self.stub(func, call.target).is_none()
                {
                    missing.push((func, call.target));
                }
            }
        }
        missing
    }

    /// Divides the functions into regions of at most half the reach, or of one larger function; each
    /// has an island without stubs.
    fn regions(&self, functions: &[Code], reach: Reach) -> Vec<Island> {
        let mut islands = Vec::new();
        let mut begin = 0;
        for (func, (start, code)) in self.starts.iter().zip(functions).enumerate() {
            let end = *start as usize + code.bytes.len();
            if func > begin && (end - self.starts[begin] as usize) as i64 > reach.0 / 2 {
                islands.push(Island { start: 0, end: func, stubs: BTreeMap::new() });
                begin = func;
            }
        }
        islands.push(Island { start: 0, end: functions.len(), stubs: BTreeMap::new() });
        islands
    }

    /// The position of the island behind the function's region.
    fn island(&self, func: usize) -> Option<usize> {
        let at = self.islands.partition_point(|island| island.end <= func);
        (at < self.islands.len()).then_some(at)
    }

    /// The place of the stub through which the function calls a far target.
    pub fn stub(&self, func: usize, target: CallTarget) -> Option<u32> {
        let island = &self.islands[self.island(func)?];
        Some(island.stub(*island.stubs.get(&target)?))
    }

    /// The place of a target itself.
    pub fn place(&self, target: CallTarget) -> u32 {
        match target {
            CallTarget::Function(func) => self.starts[func.at()],
            CallTarget::Libcall(libcall) => self.libcalls[&libcall],
        }
    }

    /// The distance from a call in the function to its target, as the instruction counts it.
    pub fn distance(&self, func: usize, call: &Call) -> i64 {
        self.distance_to(func, call, self.place(call.target))
    }

    /// The distance from a call in the function to this place.
    pub fn distance_to(&self, func: usize, call: &Call, place: u32) -> i64 {
        let at = self.starts[func] + call.offset;
        i64::from(place) - i64::from(at) + call.addend
    }
}

pub(super) fn offset(position: usize) -> Result<u32, CompileError> {
    u32::try_from(position).map_err(|_| too_large())
}

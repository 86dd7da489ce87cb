//! The functions of a module that can be referenced: takes the module and the places of its code;
//! returns the slot of each in a VM context, and those of whole element segments. Computed once per
//! module, since every instance needs it.

use wassay_artifact::Artifact;
use wassay_artifact::index::{DefinedFuncIndex, FuncIndex};
use wassay_artifact::module::{ElementItems, ElementMode, ElementSegment, Module};

/// The slot of a function without one.
const NONE: u32 = u32::MAX;

/// An escaping function: the place of its code in the text, and the canonical number of its type.
pub(crate) struct EscapingFunc {
    pub start: u32,
    pub type_id: u32,
}

/// The escaping functions of a module.
pub(crate) struct Escaping {
    /// In the order of their slots.
    pub funcs: Box<[EscapingFunc]>,
    /// The slot of each defined function.
    slots: Box<[u32]>,
    /// The slots of each element segment that is written from them.
    segments: Box<[Option<Box<[u32]>>]>,
}

impl Escaping {
    /// Collects them from a checked module, whose types have these canonical numbers.
    pub(crate) fn of(module: &Module, artifact: &Artifact, type_ids: &[u32]) -> Escaping {
        let mut slots: Box<[u32]> = vec![NONE; artifact.function_count()].into();
        let func = |(slot, func): (u32, &DefinedFuncIndex)| {
            slots[func.at()] = slot;
            let ty = module.functions[module.imported.func(*func).at()];
            EscapingFunc {
                // Without code, the place is outside the text.
                start: artifact.function(*func).map_or(u32::MAX, |range| range.start),
                type_id: type_ids[ty.at()],
            }
        };
        let funcs = (0..).zip(&module.escaping).map(func).collect();
        let mut escaping = Escaping { funcs, slots, segments: Box::default() };
        escaping.segments =
            module.elements.iter().map(|segment| escaping.slots_of(module, segment)).collect();
        escaping
    }

    /// The slots of an active segment, if all its elements have one.
    fn slots_of(&self, module: &Module, segment: &ElementSegment) -> Option<Box<[u32]>> {
        match (&segment.items, &segment.mode) {
            (ElementItems::Functions(funcs), ElementMode::Active { .. }) => {
                let slot = |func: &FuncIndex| self.slot(module.imported.defined_func(*func)?);
                funcs.iter().map(slot).collect()
            }
            _ => None,
        }
    }

    /// The slots of an element segment, if it is written from them.
    pub(crate) fn segment(&self, at: usize) -> Option<&[u32]> {
        self.segments.get(at)?.as_deref()
    }

    /// The slot of a function's reference.
    pub(crate) fn slot(&self, func: DefinedFuncIndex) -> Option<u32> {
        self.slots.get(func.at()).copied().filter(|slot| *slot != NONE)
    }
}

//! Seeded faults of caches and stored modules: takes what the engine uses; returns what a faulty engine
//! uses instead. In a normal build each function returns its argument.

use std::borrow::Cow;
use std::cell::Cell;
use wassay_artifact::fault::Fault;
use wassay_artifact::target::{Arch, BoundsMode, OptLevel, Target};
use wassay_engine::{ExternType, ImportType, Numbered, Provenance};
use wassay_runtime::LoadError;

/// A target without a setting.
type Forget = fn(&mut Target);

const FORGOTTEN: &[(Fault, Forget)] = &[
    (Fault::KeyWithoutOpt, |target| target.opt = OptLevel::Speed),
    (Fault::KeyWithoutBounds, |target| target.bounds = BoundsMode::Guard),
    (Fault::KeyWithoutRelaxed, |target| target.native_relaxed = false),
    (Fault::KeyWithoutFeatures, |target| target.wasm_features = 0),
    (Fault::KeyWithoutInterruption, |target| target.interruption = false),
    (Fault::KeyWithoutMachine, |target| {
        target.arch = Arch::HOST;
        target.isa.clear();
    }),
];

/// What the key of an entry has of a target: all of it.
pub(crate) fn in_key(target: &Target) -> Cow<'_, Target> {
    match FORGOTTEN.iter().find(|(fault, _)| fault.is_seeded()) {
        None => Cow::Borrowed(target),
        Some((_, forget)) => {
            let mut less = target.clone();
            forget(&mut less);
            Cow::Owned(less)
        }
    }
}

/// The imports of a module: the same wherever it came from.
pub(crate) fn imports(mut imports: Vec<ImportType>, provenance: Provenance) -> Vec<ImportType> {
    if Fault::ImportsNotStored.is_seeded()
        && matches!(provenance, Provenance::Disk | Provenance::Deserialized)
    {
        imports.retain(|import| !matches!(import.ty, ExternType::Func(_)));
    }
    imports
}

/// Refuses a module if there is one like it.
pub(crate) fn first_load<T>(
    modules: &mut Numbered<T>,
    is_alike: impl Fn(&T) -> bool,
) -> Result<(), LoadError> {
    let found = Cell::new(false);
    modules.retain(|module| {
        found.set(found.get() || is_alike(module));
        true
    });
    match found.get() {
        true => Err(LoadError::Resources("its functions are registered already".to_string())),
        false => Ok(()),
    }
}

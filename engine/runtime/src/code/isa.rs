//! Checks whether code that was compiled for a target can run here.

use crate::arch;
use crate::error::LoadError;
use std::sync::OnceLock;
use wassay_artifact::target::{Arch, BoundsMode, Target};

/// The optional ISA features of this machine, by their Cranelift names, sorted.
pub fn host_isa() -> Vec<String> {
    detected().iter().map(ToString::to_string).collect()
}

/// Refuses a target that this machine, or memories with these bounds checks, cannot run.
pub(crate) fn check_target(target: &Target, bounds: BoundsMode) -> Result<(), LoadError> {
    if target.arch != Arch::HOST {
        return Err(LoadError::incompatible(format!(
            "code for {}, but this is {}",
            target.arch,
            Arch::HOST
        )));
    }
    let missing =
        target.isa.iter().find(|feature| detected().binary_search(&feature.as_str()).is_err());
    if let Some(feature) = missing {
        return Err(LoadError::incompatible(format!("this machine lacks {feature}")));
    }
    if target.bounds == BoundsMode::Guard && bounds == BoundsMode::Explicit {
        return Err(LoadError::incompatible("code relies on guard pages, which are off"));
    }
    Ok(())
}

fn detected() -> &'static [&'static str] {
    static DETECTED: OnceLock<Vec<&'static str>> = OnceLock::new();
    DETECTED.get_or_init(|| {
        let mut features = arch::isa();
        features.sort_unstable();
        features
    })
}

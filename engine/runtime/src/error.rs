//! What loading and allocating can fail with; everything else is a [`Fault`].

use wassay_engine::Fault;

/// Why a memory, a table or an instance was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllocError {
    /// The machine's limits, or ours.
    Resources(String),
    /// There can be none of this type, or our own failure.
    Fault(Fault),
}

impl From<Fault> for AllocError {
    fn from(fault: Fault) -> AllocError {
        AllocError::Fault(fault)
    }
}

impl From<AllocError> for Fault {
    fn from(error: AllocError) -> Fault {
        match error {
            AllocError::Resources(what) => Fault::Internal(what),
            AllocError::Fault(fault) => fault,
        }
    }
}

/// Why an artifact was not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// It is damaged, or was made for another target.
    #[error(transparent)]
    Artifact(#[from] wassay_artifact::LoadError),
    /// The machine's limits.
    #[error("cannot map code: {0}")]
    Resources(String),
}

impl From<LoadError> for Fault {
    fn from(error: LoadError) -> Fault {
        Fault::Internal(error.to_string())
    }
}

impl LoadError {
    pub(crate) fn corrupt(what: impl Into<String>) -> LoadError {
        LoadError::Artifact(wassay_artifact::LoadError::Corrupt(what.into()))
    }

    pub(crate) fn incompatible(what: impl Into<String>) -> LoadError {
        LoadError::Artifact(wassay_artifact::LoadError::Incompatible(what.into()))
    }
}

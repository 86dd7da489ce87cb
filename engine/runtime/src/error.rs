//! The errors of loading and allocating; all other errors are a [`Fault`].

use wassay_engine::Fault;

/// Why a memory, a table or an instance could not be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllocError {
    /// The machine's limits, or ours.
    Resources(String),
    /// No object of this type can exist, or the failure is our own.
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
    /// The artifact is damaged, or was compiled for another target.
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

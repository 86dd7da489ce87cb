//! What loading and allocating can fail with; everything else is a [`Fault`].

use wassay_engine::Fault;

/// Why a memory or table was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllocError {
    /// There can be none of this type.
    Type(String),
    /// The machine's limits, or ours.
    Resources(String),
}

impl AllocError {
    pub(crate) fn impossible(what: impl Into<String>) -> AllocError {
        AllocError::Type(what.into())
    }
}

impl From<AllocError> for Fault {
    fn from(error: AllocError) -> Fault {
        match error {
            AllocError::Type(what) => Fault::Misuse(what),
            AllocError::Resources(what) => Fault::Internal(what),
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

//! What the runtime itself can fail with: never something that wasm did.

/// Misuse by the caller, or our own failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The caller broke a rule: an unknown id, a wrong number or type of arguments.
    #[error("misuse: {0}")]
    Misuse(String),
    /// The runtime does not have this.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// The machine's limits, or ours.
    #[error("out of resources: {0}")]
    Resources(String),
    /// Something broke that should not.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    pub(crate) fn misuse(what: impl Into<String>) -> Error {
        Error::Misuse(what.into())
    }

    pub(crate) fn internal(what: impl Into<String>) -> Error {
        Error::Internal(what.into())
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

impl LoadError {
    pub(crate) fn corrupt(what: impl Into<String>) -> LoadError {
        LoadError::Artifact(wassay_artifact::LoadError::Corrupt(what.into()))
    }

    pub(crate) fn incompatible(what: impl Into<String>) -> LoadError {
        LoadError::Artifact(wassay_artifact::LoadError::Incompatible(what.into()))
    }
}

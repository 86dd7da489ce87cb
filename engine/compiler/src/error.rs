//! Why a module was not compiled.

/// Why a module was not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The bytes are not a module (specification, *Binary Format*).
    #[error("malformed: {message} (at byte {offset:#x})")]
    Malformed {
        /// The broken rule.
        message: String,
        /// Bytes from the start of the module.
        offset: usize,
    },
    /// The module breaks a rule of validation.
    #[error("invalid: {message} (at byte {offset:#x})")]
    Invalid {
        /// The broken rule.
        message: String,
        /// Bytes from the start of the module.
        offset: usize,
    },
    /// The compiler cannot generate code for the target.
    #[error("target: {0}")]
    Target(String),
    /// A limit of this compiler that the specification permits.
    #[error("limit: {0}")]
    Limit(String),
    /// A bug in this compiler.
    #[error("internal: {0}")]
    Internal(String),
}

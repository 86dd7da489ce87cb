//! Why a module was not compiled.

/// Why a module was not compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The bytes are not a module (specification, *Binary Format*).
    #[error("malformed: {message} (at byte {offset:#x})")]
    Malformed {
        /// What is wrong.
        message: String,
        /// Bytes from the start of the module.
        offset: usize,
    },
    /// The module breaks a rule of validation.
    #[error("invalid: {message} (at byte {offset:#x})")]
    Invalid {
        /// What is wrong.
        message: String,
        /// Bytes from the start of the module.
        offset: usize,
    },
    /// The target cannot be compiled for.
    #[error("target: {0}")]
    Target(String),
    /// A limit of this compiler, which the specification allows it to have.
    #[error("limit: {0}")]
    Limit(String),
    /// A bug of this compiler.
    #[error("internal: {0}")]
    Internal(String),
}

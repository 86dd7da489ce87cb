//! Artifacts whose code may be run: each comes with someone who answers for it. Checks nothing.

use wassay_artifact::Artifact;

/// An artifact and the promise that its text is what our compiler made for its metadata: code that
/// keeps to `wassay_artifact::abi`. Running any other code is undefined behaviour.
///
/// Nothing in the bytes proves the promise. The digest shows damage, but anyone can compute it for
/// code of their own, so whoever makes one of these names who answers for it:
///
/// ```
/// # use {std::sync::Arc, wassay_runtime::{Runtime, Vouched, artifact::Artifact}};
/// fn load(runtime: &Arc<Runtime>, artifact: Artifact) {
///     let _ = runtime.load(Vouched::by_caller(artifact));
/// }
/// ```
///
/// An artifact alone is not loaded:
///
/// ```compile_fail
/// # use {std::sync::Arc, wassay_runtime::{Runtime, Vouched, artifact::Artifact}};
/// fn load(runtime: &Arc<Runtime>, artifact: Artifact) {
///     let _ = runtime.load(artifact);
/// }
/// ```
#[derive(Debug)]
pub struct Vouched(Artifact);

impl Vouched {
    /// The compiler answers: this process compiled the artifact.
    pub fn by_compiler(artifact: Artifact) -> Vouched {
        Vouched(artifact)
    }

    /// A directory answers: only the user that runs this process may write to it, and only what
    /// the compiler made is written there.
    pub fn by_private_directory(artifact: Artifact) -> Vouched {
        Vouched(artifact)
    }

    /// The caller who passed the bytes from outside answers, as for a shared library.
    pub fn by_caller(artifact: Artifact) -> Vouched {
        Vouched(artifact)
    }

    pub(crate) fn into_artifact(self) -> Artifact {
        self.0
    }
}

//! Artifacts whose code may be run: each has a party that vouches for it. Checks nothing.

use wassay_artifact::Artifact;

/// An artifact and the promise that its text is the output of our compiler for its metadata: code
/// that follows `wassay_artifact::abi`. Running any other code is undefined behaviour.
///
/// Nothing in the bytes proves the promise. The digest detects damage, but anyone can compute it
/// for code of their own, so the constructor names the party that vouches for the code:
///
/// ```
/// # use {std::sync::Arc, wassay_runtime::{Runtime, Vouched, artifact::Artifact}};
/// fn load(runtime: &Arc<Runtime>, artifact: Artifact) {
///     let _ = runtime.load(Vouched::by_caller(artifact));
/// }
/// ```
///
/// An artifact alone cannot be loaded:
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
    /// The compiler vouches: this process compiled the artifact.
    pub fn by_compiler(artifact: Artifact) -> Vouched {
        Vouched(artifact)
    }

    /// A directory vouches: only the user that runs this process may write to it, and only the
    /// compiler's output is written there.
    pub fn by_private_directory(artifact: Artifact) -> Vouched {
        Vouched(artifact)
    }

    /// The caller that passed the bytes from outside vouches, as for a shared library.
    pub fn by_caller(artifact: Artifact) -> Vouched {
        Vouched(artifact)
    }

    pub(crate) fn into_artifact(self) -> Artifact {
        self.0
    }
}

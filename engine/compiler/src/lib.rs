//! Compiles wasm bytes to an artifact.

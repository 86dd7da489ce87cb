//! The checks of cache directories for which an engine that wassay ships lacks a feature.

/// The name of the engine, and a part of the checks' names.
const UNSUPPORTED: &[(&str, &str)] = &[("cranelift", "/exceptions"), ("cranelift", "/objects")];

/// Whether the engine lacks what this check needs.
pub fn lacks(engine: &str, check: &str) -> bool {
    UNSUPPORTED.iter().any(|(name, part)| engine == *name && check.contains(part))
}

//! Our own suites.

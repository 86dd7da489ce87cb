//! A smoke test that every engine author can run.

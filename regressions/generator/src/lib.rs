//! Generates the scripts of our own suite that are too regular or too many to write by hand. Takes
//! nothing; returns names, texts and needs. Runs and parses no script.

#![forbid(unsafe_code)]

pub mod families;
pub mod generate;

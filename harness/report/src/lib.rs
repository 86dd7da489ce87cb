//! Turns records into text for people and files for machines.

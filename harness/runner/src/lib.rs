//! Runs scripts on engines, in worker processes.

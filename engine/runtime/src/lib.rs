//! Loads an artifact, instantiates it and calls it.

//! The reference engine: compiler, runtime and compilation cache behind the trait.

//! wasmi behind the trait.

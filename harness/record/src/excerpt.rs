//! How the source of a directive is cut: agreed between those who write excerpts into findings and
//! those who show them.

/// Precedes a directive whose line is not shown from its beginning.
pub const CUT: &str = "... ";

/// A directive with more bytes before it in its line begins the excerpt.
pub const LEAD: usize = 300;

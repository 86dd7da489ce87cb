//! How the source of a directive is cut, for those who write excerpts into findings and those who
//! show them. Sees no source.

/// Precedes a directive whose line is not shown from its beginning.
pub const CUT: &str = "... ";

/// If more bytes than this precede the directive on its line, the excerpt starts at the directive.
pub const LEAD: usize = 300;

//! Where the official suites are, and what each file needs.

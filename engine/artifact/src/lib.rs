//! What compiler and runtime share: indices, types, the ABI and the on-disk format.

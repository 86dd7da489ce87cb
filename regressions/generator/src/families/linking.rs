//! The axes that both families have: imports before an item, and modules that export it again. Knows
//! no family.

use super::axis::axis;

axis! {
    /// K, the number of imports of the module that has the item: of the exporter, or of the module
    /// that uses its imports beside its own items.
    Imports: "imports of the module that has the item (K)" {
        None = "no imports before",
        One = "1 import before",
        Two = "2 imports before",
    }
}

axis! {
    /// How many modules export the item again.
    Hops: "modules that re-export the item" {
        None = "not re-exported",
        Once = "re-exported once",
        Twice = "re-exported twice",
    }
}

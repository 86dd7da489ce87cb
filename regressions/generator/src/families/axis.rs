//! An axis of a family: its values as types, and in words. Rules remove combinations of values and
//! are counted. Knows no family.

/// What cases differ in.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What the values are of, for example `how the reference gets into the table`.
    pub about: &'static str,
    /// The values in words, in order.
    pub values: Vec<String>,
}

/// A rule with what it removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// Why these combinations mean nothing.
    pub reason: &'static str,
    /// How many it removed, of those that earlier rules left.
    pub combinations: usize,
}

/// Removes combinations that mean nothing.
pub(crate) struct Rule<C> {
    pub reason: &'static str,
    pub removes: fn(&C) -> bool,
}

/// The combinations that no rule removes, and what each rule removed.
pub(crate) fn without<C>(mut cases: Vec<C>, rules: &[Rule<C>]) -> (Vec<C>, Vec<Removed>) {
    let mut removed = Vec::new();
    for Rule { reason, removes } in rules {
        let before = cases.len();
        cases.retain(|case| !removes(case));
        removed.push(Removed { reason, combinations: before - cases.len() });
    }
    (cases, removed)
}

/// Defines an axis: a type with its values, `ALL` of them, and their `words`.
macro_rules! axis {
    ($(#[$doc:meta])* $name:ident: $about:literal { $($value:ident = $words:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($value,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$value,)+];

            pub const fn words(self) -> &'static str {
                match self { $($name::$value => $words,)+ }
            }

            pub fn axis() -> crate::families::Axis {
                let values = $name::ALL.iter().map(|value| value.words().to_string()).collect();
                crate::families::Axis { about: $about, values }
            }
        }
    };
}
pub(crate) use axis;

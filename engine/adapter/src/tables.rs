//! Tables that most adapters have: the engine's name of each type, and the switch of each feature.
//! Never sees a store.

use std::fmt;
use wassay_engine::{Fault, Feature, Features, FuncType, ValType};

/// The engine's types, each with the trait's type for it.
pub struct Types<T: 'static, U: 'static>(pub &'static [(T, U)]);

impl<T: Clone + PartialEq + fmt::Debug, U: Clone + PartialEq + fmt::Display> Types<T, U> {
    /// The trait's type for the engine's.
    ///
    /// # Errors
    /// `Internal` for a type that is not in the table.
    pub fn lift(&self, theirs: &T) -> Result<U, Fault> {
        match self.0.iter().find(|(ty, _)| ty == theirs) {
            Some((_, ours)) => Ok(ours.clone()),
            None => Err(Fault::Internal(format!("the adapter does not list the type {theirs:?}"))),
        }
    }

    /// The engine's type for the trait's.
    ///
    /// # Errors
    /// `Unsupported` for a type that is not in the table.
    pub fn lower(&self, ours: &U) -> Result<T, Fault> {
        match self.0.iter().find(|(_, ty)| ty == ours) {
            Some((theirs, _)) => Ok(theirs.clone()),
            None => Err(Fault::Unsupported(format!("the type {ours}"))),
        }
    }
}

impl<T: Clone + PartialEq + fmt::Debug> Types<T, ValType> {
    /// The trait's function type for these parameters and results.
    ///
    /// # Errors
    /// As [`Types::lift`].
    pub fn lift_func(&self, params: &[T], results: &[T]) -> Result<FuncType, Fault> {
        let lift = |types: &[T]| types.iter().map(|ty| self.lift(ty)).collect::<Result<_, _>>();
        Ok(FuncType { params: lift(params)?, results: lift(results)? })
    }

    /// The engine's parameters and results for a function type.
    ///
    /// # Errors
    /// As [`Types::lower`].
    pub fn lower_func(&self, ty: &FuncType) -> Result<(Vec<T>, Vec<T>), Fault> {
        let lower =
            |types: &[ValType]| types.iter().map(|ty| self.lower(ty)).collect::<Result<_, _>>();
        Ok((lower(&ty.params)?, lower(&ty.results)?))
    }
}

type Switch<C> = fn(&mut C, bool) -> &mut C;

/// The features that an engine can turn on and off, each with its switch in a config of type `C`.
pub struct Switches<C: 'static>(pub &'static [(Feature, Switch<C>)]);

impl<C> Switches<C> {
    /// All of them.
    pub const fn features(&self) -> Features {
        let mut features = Features::of(&[]);
        let mut at = 0;
        while at < self.0.len() {
            features = features.with(self.0[at].0);
            at += 1;
        }
        features
    }

    /// Turns the wanted features on, and all others off.
    pub fn set<'a>(&self, config: &'a mut C, wanted: Features) -> &'a mut C {
        for (feature, switch) in self.0 {
            switch(config, wanted.has(*feature));
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Types<char, ValType> = Types(&[('i', ValType::I32), ('l', ValType::I64)]);

    #[test]
    fn types_are_found_in_both_directions() {
        let ty = FuncType::new([ValType::I64, ValType::I32], [ValType::I64]);
        assert_eq!(NAMES.lower_func(&ty), Ok((vec!['l', 'i'], vec!['l'])));
        assert_eq!(NAMES.lift_func(&['l', 'i'], &['l']), Ok(ty));
    }

    #[test]
    fn a_type_that_is_not_in_the_table_is_never_guessed() {
        assert!(matches!(NAMES.lift_func(&[], &['i', 'x']), Err(Fault::Internal(_))));
        let lacking = NAMES.lower_func(&FuncType::new([ValType::I32, ValType::V128], []));
        assert_eq!(lacking, Err(Fault::unsupported("the type v128")));
    }

    #[test]
    fn every_feature_of_the_table_is_switched() {
        const SWITCHES: Switches<Vec<(&str, bool)>> = Switches(&[
            (Feature::Simd, |config, on| {
                config.push(("simd", on));
                config
            }),
            (Feature::Gc, |config, on| {
                config.push(("gc", on));
                config
            }),
        ]);
        assert_eq!(SWITCHES.features(), Features::of(&[Feature::Simd, Feature::Gc]));
        let mut config = Vec::new();
        SWITCHES.set(&mut config, Features::WASM2);
        assert_eq!(config, [("simd", true), ("gc", false)]);
    }
}

//! Tests suites.toml with a validator: with exactly the features that a script needs, it accepts
//! every valid module and rejects every invalid one. Covers the embedded suite, and the checkout
//! that `WASSAY_TESTSUITE` names, if it is set.

use wasmparser::{Validator, WasmFeatures};
use wassay_engine::{Feature, Features};
use wassay_suites::{Catalogue, Script, TESTSUITE_VARIABLE};
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};
use wast::{QuoteWat, Wast, WastDirective, WastExecute};

/// Disagreements between the validator and the suites: the gaps in GAPS.md, by line, because the
/// other lines of a file must agree.
const GAPS: &[(&str, &[usize])] = &[
    ("legacy/rethrow.wast", &[0]),
    ("legacy/throw.wast", &[0]),
    ("legacy/try_catch.wast", &[0]),
    ("legacy/try_delegate.wast", &[0]),
    ("proposals/custom-descriptors/br_on_cast_desc_eq.wast", &[456]),
    ("proposals/custom-descriptors/br_on_cast_desc_eq_fail.wast", &[432]),
    ("proposals/custom-descriptors/descriptors.wast", &[255, 262]),
    ("proposals/custom-descriptors/ref_cast_desc_eq.wast", &[168]),
    ("proposals/reference-types/unreached-invalid.wast", &[539]),
];

#[test]
fn the_needs_match_the_texts_exactly() {
    let mut scripts = Catalogue::embedded().unwrap().scripts().to_vec();
    if std::env::var_os(TESTSUITE_VARIABLE).is_some() {
        scripts.extend(Catalogue::from_environment().unwrap().scripts().iter().cloned());
    }
    let mut problems = Vec::new();
    for script in &scripts {
        let gaps = GAPS.iter().find(|(name, _)| *name == script.name).map_or(&[][..], |gap| gap.1);
        let found = disagreements(script);
        problems.extend(
            found
                .into_iter()
                .filter(|(line, _)| !gaps.contains(line))
                .map(|(line, problem)| format!("{}:{line}: {problem}", script.name)),
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_gaps_are_still_there() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, lines) in GAPS {
        let Some(script) = catalogue.find(name) else { continue };
        let found: Vec<usize> = disagreements(script).into_iter().map(|(line, _)| line).collect();
        assert_eq!(found, *lines, "{name}: take what is closed out of GAPS and GAPS.md");
    }
}

/// The lines of a script where the validator disagrees, with its message.
fn disagreements(script: &Script) -> Vec<(usize, String)> {
    let bytes = script.read().unwrap();
    let text = std::str::from_utf8(&bytes).unwrap();
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let parsed = ParseBuffer::new_with_lexer(lexer);
    let directives = match parsed.as_ref().map(parser::parse::<Wast<'_>>) {
        Ok(Ok(wast)) => wast.directives,
        Ok(Err(error)) => return vec![(0, error.message())],
        Err(error) => return vec![(0, error.message())],
    };
    let features = validator_features(script.needs);
    let mut found = Vec::new();
    for directive in directives {
        let line = directive.span().linecol_in(text).0 + 1;
        let Some((mut module, should_be_valid)) = claim(directive) else { continue };
        let valid = match module.encode() {
            Ok(bytes) => Validator::new_with_features(features).validate_all(&bytes).map(|_| ()),
            Err(_) if !should_be_valid => continue,
            Err(error) => {
                found.push((line, error.message()));
                continue;
            }
        };
        match valid {
            Err(error) if should_be_valid => found.push((line, error.to_string())),
            Ok(()) if !should_be_valid => found.push((line, "is accepted".to_string())),
            _ => {}
        }
    }
    found
}

/// The module of a directive, and whether the directive claims that it is valid.
fn claim(directive: WastDirective<'_>) -> Option<(QuoteWat<'_>, bool)> {
    match directive {
        WastDirective::Module(module)
        | WastDirective::ModuleDefinition(module)
        // A validator ignores custom sections.
        | WastDirective::AssertInvalidCustom { module, .. } => Some((module, true)),
        WastDirective::AssertUnlinkable { module, .. }
        | WastDirective::AssertTrap { exec: WastExecute::Wat(module), .. }
        | WastDirective::AssertException { exec: WastExecute::Wat(module), .. } => {
            Some((QuoteWat::Wat(module), true))
        }
        WastDirective::AssertInvalid { module, .. }
        | WastDirective::AssertMalformed { module, .. } => Some((module, false)),
        _ => None,
    }
}

fn validator_features(needs: Features) -> WasmFeatures {
    needs.iter().fold(WasmFeatures::MVP, |features, feature| {
        features
            | match feature {
                Feature::MutableGlobal => WasmFeatures::MUTABLE_GLOBAL,
                Feature::SignExtension => WasmFeatures::SIGN_EXTENSION,
                Feature::SaturatingFloatToInt => WasmFeatures::SATURATING_FLOAT_TO_INT,
                Feature::MultiValue => WasmFeatures::MULTI_VALUE,
                Feature::BulkMemory => WasmFeatures::BULK_MEMORY,
                Feature::ReferenceTypes => WasmFeatures::REFERENCE_TYPES,
                Feature::Simd => WasmFeatures::SIMD,
                Feature::RelaxedSimd => WasmFeatures::RELAXED_SIMD,
                Feature::TailCall => WasmFeatures::TAIL_CALL,
                Feature::FunctionReferences => WasmFeatures::FUNCTION_REFERENCES,
                Feature::Gc => WasmFeatures::GC,
                Feature::Exceptions => WasmFeatures::EXCEPTIONS,
                Feature::LegacyExceptions => WasmFeatures::LEGACY_EXCEPTIONS,
                Feature::ExtendedConst => WasmFeatures::EXTENDED_CONST,
                Feature::MultiMemory => WasmFeatures::MULTI_MEMORY,
                Feature::Memory64 => WasmFeatures::MEMORY64,
                Feature::Threads => WasmFeatures::THREADS,
                Feature::WideArithmetic => WasmFeatures::WIDE_ARITHMETIC,
                Feature::CustomPageSizes => WasmFeatures::CUSTOM_PAGE_SIZES,
                Feature::CustomDescriptors => WasmFeatures::CUSTOM_DESCRIPTORS,
                Feature::BranchHinting | Feature::Annotations => WasmFeatures::empty(),
                Feature::StackSwitching
                | Feature::SharedEverythingThreads
                | Feature::AcquireReleaseAtomics
                | Feature::MemoryControl
                | Feature::MultibyteArrayAccess
                | Feature::CompactImports
                | Feature::ComponentModel => panic!("teach this test the feature {feature}"),
            }
    })
}

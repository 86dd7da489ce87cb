//! Takes the tokens of a form about a component; decides whether its text can be read. The component
//! itself is dropped, because no engine can be asked to run one. Sees no names of the script.

use super::Unreadable;
use super::directive::unreadable;
use wast::parser::{self, Parse, ParseBuffer, Parser, Result};
use wast::{QuoteWat, WastDirective};

/// Reads the form as `wast` does. The text of a component that is only asserted about may use
/// undefined names, or be quoted and broken: that is what the assertion is for.
///
/// # Errors
/// If the text breaks the grammar, or a definition uses an undefined name.
pub(super) fn check(tokens: &ParseBuffer<'_>) -> std::result::Result<(), Unreadable> {
    let form: Form<'_> = parser::parse(tokens).map_err(|error| unreadable(&error))?;
    let (WastDirective::Module(mut component) | WastDirective::ModuleDefinition(mut component)) =
        form.0
    else {
        return Ok(());
    };
    let is_quoted = !matches!(component, QuoteWat::Wat(_));
    component.encode().map(drop).map_err(|error| match is_quoted {
        // Offsets into quoted text are not offsets into the script.
        true => Unreadable { message: error.message(), offset: None },
        false => unreadable(&error),
    })
}

/// A directive in its parentheses.
struct Form<'a>(WastDirective<'a>);

impl<'a> Parse<'a> for Form<'a> {
    fn parse(parser: Parser<'a>) -> Result<Self> {
        let _annotations = super::module::annotations(parser);
        parser.parens(WastDirective::parse).map(Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::directive::tokens;

    fn checked(text: &str) -> std::result::Result<(), String> {
        let tokens = tokens(text).map_err(|error| error.message())?;
        check(&tokens).map_err(|unreadable| unreadable.message)
    }

    #[test]
    fn valid_components_are_read() {
        for text in [
            "(component)",
            "(component $C (core module $m (func (export \"f\"))) (core instance (instantiate $m)))",
            "(component definition $D (type (func (param \"a\" u32) (result string))))",
            "(component instance $I $D)",
            "(component quote \"(core module)\" \"\")",
            "(component binary \"\\00asm\" \"\\0d\\00\\01\\00\")",
            "(component (@custom \"a\" \"b\"))",
            "(assert_invalid (component (import \"a\" (func (type 9)))) \"unknown type\")",
            "(assert_invalid (component (core instance (instantiate $nobody))) \"unknown\")",
            "(assert_malformed (component quote \"(cor\") \"unexpected token\")",
            "(assert_return (invoke $C \"f\" (u32.const 1)) (str.const \"a\"))",
            "(assert_trap (component (core module)) \"x\")",
        ] {
            assert_eq!(checked(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_typo_in_a_component_is_found() {
        for text in [
            "(component (core modul))",
            "(component (core module (func (i32.cnst 1))))",
            "(component quote \"(cor\")",
            "(component quote \"(core modul)\")",
            "(component definition $D (tpye u32))",
            "(component instance $I $D $E)",
            "(component (core instance (instantiate $nobody)))",
            "(assert_invalid (component (imprt \"a\")) \"x\")",
            "(assert_invalid (component))",
            "(assert_return (invoke $C \"f\" (u32.const one)))",
            "(assert_return (invoke $C \"f\") (s32.const 1) (u8.const 300))",
        ] {
            assert!(checked(text).is_err(), "{text}");
        }
    }
}

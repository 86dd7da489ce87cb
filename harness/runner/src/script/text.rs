//! The bytes of a script, held once and shared: the parent reads a script, keeps it for its
//! workers, and uses it to check their answers. Never interprets them.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

/// The text of a script, as bytes, because it may not be UTF-8.
#[derive(Clone, Debug)]
pub struct Text(Arc<Cow<'static, [u8]>>);

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Cow<'static, [u8]>> for Text {
    fn from(bytes: Cow<'static, [u8]>) -> Text {
        Text(Arc::new(bytes))
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Text {
        Text::from(Cow::Owned(bytes))
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Text {
        Text::from(bytes.to_vec())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::from(text.as_bytes())
    }
}

impl<const N: usize> From<&[u8; N]> for Text {
    fn from(bytes: &[u8; N]) -> Text {
        Text::from(bytes.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;

    #[test]
    fn readers_of_a_script_share_its_text() {
        let text = Text::from(b"(module)".as_slice());
        let script = Script::parse(text.clone());
        assert!(std::ptr::eq(script.text(), &*text));
    }
}

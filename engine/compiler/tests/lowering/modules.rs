//! Takes text files; returns the modules in them that must be valid, as binaries.

use std::path::{Path, PathBuf};
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};
use wast::{Wast, WastDirective, WastExecute};

/// A module and its origin.
pub struct Binary {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// All files below a directory with one of these extensions, in a stable order.
pub fn files(directory: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(directory).expect("the directory can be read");
    for entry in entries {
        let path = entry.expect("the directory can be read").path();
        if path.is_dir() {
            found.extend(files(&path, extensions));
        } else if path.extension().is_some_and(|end| extensions.iter().any(|name| end == *name)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file of modules, or of directives with modules.
pub struct Script {
    pub name: String,
    pub text: String,
}

impl Script {
    pub fn read(path: &Path) -> Script {
        let text = std::fs::read_to_string(path).expect("the file can be read");
        Script { name: path.display().to_string(), text }
    }

    /// The modules that must be valid. Fails if the text cannot be parsed.
    pub fn modules(&self) -> Result<Vec<Binary>, String> {
        let text = self.text.as_str();
        let explain = |error: wast::Error| format!("{}: {error}", self.name);
        let mut lexer = Lexer::new(text);
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer).map_err(explain)?;
        let script: Wast<'_> = parser::parse(&buffer).map_err(explain)?;
        let mut found = Vec::new();
        for directive in script.directives {
            let (line, _) = directive.span().linecol_in(text);
            let bytes = match directive {
                WastDirective::Module(mut module) | WastDirective::ModuleDefinition(mut module) => {
                    module.encode().map_err(explain)?
                }
                WastDirective::AssertUnlinkable { mut module, .. }
                | WastDirective::AssertTrap { exec: WastExecute::Wat(mut module), .. } => {
                    module.encode().map_err(explain)?
                }
                _ => continue,
            };
            found.push(Binary { name: format!("{}:{}", self.name, line + 1), bytes });
        }
        Ok(found)
    }
}

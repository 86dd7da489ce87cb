//! The names of scripts in lists of known failures. Takes scripts, and the directory of a list;
//! gives names that tell a user's file from a suite's script. Reads neither lists nor scripts.

use crate::catalogue::Catalogue;
use crate::script::{Script, Source, name_of};
use std::fmt;
use std::path::{Component, Path, PathBuf};

/// The name of a script in a list of known failures.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ListName {
    text: String,
    whose: Whose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Whose {
    /// A script of a suite.
    Suite,
    /// A file outside every suite.
    User,
    /// The same, whose path is also the name of a suite's script.
    UserBesideSuite,
}

impl ListName {
    /// The stable name of a suite's script.
    pub fn of_suite(name: impl Into<String>) -> ListName {
        ListName { text: name.into(), whose: Whose::Suite }
    }

    /// The path of a file outside every suite, relative to the list. `is_in_suite` is whether a
    /// suite's script has the same name: then only `./` distinguishes them.
    pub fn of_file(path: impl Into<String>, is_in_suite: bool) -> ListName {
        let whose = if is_in_suite { Whose::UserBesideSuite } else { Whose::User };
        ListName { text: path.into(), whose }
    }

    /// The name without `./`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is a file outside every suite.
    pub fn is_file(&self) -> bool {
        self.whose != Whose::Suite
    }

    /// Whether the list must write it with `./`.
    pub fn is_marked(&self) -> bool {
        self.whose == Whose::UserBesideSuite
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_marked() { "./" } else { "" };
        write!(f, "{mark}{}", self.text)
    }
}

impl Catalogue {
    /// The name of the script in a list in this directory: its stable name or, for a file outside
    /// every suite, its path relative to the list, in one spelling. `None` if the list has no
    /// directory, or if either no longer exists.
    pub fn list_name(&self, script: &Script, list: Option<&Path>) -> Option<ListName> {
        match &script.source {
            Source::Path(path) if script.is_ad_hoc() => self.list_name_of_file(list?, path),
            _ => Some(ListName::of_suite(&*script.name)),
        }
    }

    /// The name of a file outside every suite in a list in this directory; `None` if either does
    /// not exist.
    pub fn list_name_of_file(&self, list: &Path, file: &Path) -> Option<ListName> {
        let way = relative(&list.canonicalize().ok()?, &file.canonicalize().ok()?);
        let name = name_of(&way);
        let is_in_suite = self.find(&name).is_some();
        Some(ListName::of_file(name, is_in_suite))
    }
}

/// The path of `to` relative to the directory `from`; both are canonical.
pub(crate) fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wassay_engine::Features;

    #[test]
    fn a_list_names_a_file_by_its_relative_path() {
        let root = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::embedded().unwrap();
        let (bugs, lists) = (root.path().join("bugs"), root.path().join("lists"));
        for directory in [&bugs, &lists] {
            std::fs::create_dir(directory).unwrap();
        }
        std::fs::write(bugs.join("a.wast"), "").unwrap();
        for spelled in ["bugs/a.wast", "lists/../bugs/./a.wast"] {
            let script = Script::ad_hoc(&root.path().join(spelled));
            let names = [&bugs, &lists].map(|list| catalogue.list_name(&script, Some(list)));
            let names = names.map(|name| name.unwrap().to_string());
            assert_eq!(names, ["a.wast", "../bugs/a.wast"]);
            assert_eq!(catalogue.list_name(&script, None), None);
        }
        let source = Source::Embedded(b"(module)");
        let core = Script::of_suite("core/a.wast".to_string(), Features::WASM1, source);
        let name = catalogue.list_name(&core, None).unwrap();
        assert_eq!((name.to_string().as_str(), name.is_file()), ("core/a.wast", false));
    }

    #[test]
    fn a_file_with_the_name_of_a_suites_script_is_marked() {
        const NAME: &str = "proposals/mutable-global/globals.wast";
        let root = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::embedded().unwrap();
        let file = root.path().join(NAME);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "").unwrap();
        let own = catalogue.list_name(&Script::ad_hoc(&file), Some(root.path())).unwrap();
        let official = ListName::of_suite(NAME);
        assert_eq!(own.to_string(), format!("./{NAME}"));
        assert_eq!(official.to_string(), NAME);
        assert_eq!(own.text(), official.text());
        assert_ne!(own, official);
    }
}

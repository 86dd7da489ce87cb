//! The command line as people spell it. Takes the arguments, returns clap's result. If clap finds
//! no such command and the user means `run`, inserts `run`. Runs no command.

use crate::args::Cli;
use crate::exit;
use crate::selection;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use std::collections::HashSet;
use std::ffi::OsString;
use std::io::Write;

/// Reads the arguments of this process; ends it with clap's message if they are invalid.
pub fn parse() -> Cli {
    let words: Vec<OsString> = std::env::args_os().collect();
    Cli::try_parse_from(&words).unwrap_or_else(|error| {
        if !error.use_stderr() {
            // The user asked for help, or for the version.
            error.exit();
        }
        if is_no_script(&error) {
            refuse(&error);
        }
        let meant = meant(&words, error.kind(), selection::may_be_script);
        match meant.map(Cli::try_parse_from) {
            Some(Ok(cli)) => cli,
            // The error about the words after `run` is more specific.
            Some(Err(inner)) if inner.use_stderr() => refuse(&inner),
            Some(Err(inner)) => inner.exit(),
            None => refuse(&error),
        }
    })
}

/// Ends this process with the error.
fn refuse(error: &clap::Error) -> ! {
    // The terminal may be gone.
    let _ = write!(anstream::stderr(), "{}", told(error));
    std::process::exit(exit::USAGE.into())
}

/// Clap's message, with colours. Clap breaks the lines of its help only.
fn told(error: &clap::Error) -> String {
    wassay_report::message(&error.render().ansi().to_string()) + "\n"
}

/// Whether the word that clap takes for an unknown command is no script either. A word that is
/// similar to a command counts only if it is a script; any other may be a misspelled script.
fn is_no_script(error: &clap::Error) -> bool {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return false;
    }
    let has_tip = error.get(ContextKind::SuggestedSubcommand).is_some();
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if has_tip => !selection::is_script(word),
        Some(ContextValue::String(word)) => !selection::may_be_script(word),
        _ => false,
    }
}

/// The arguments with `run` in its place: `wassay --engine wasmi run`, `wassay wasm-v1`, `wassay
/// --engine wasmi a.wast:3`.
fn meant(
    words: &[OsString],
    kind: ErrorKind,
    may_be_script: impl Fn(&str) -> bool,
) -> Option<Vec<OsString>> {
    let (program, rest) = words.split_first()?;
    let mut rest = rest.to_vec();
    let first = rest.first().and_then(|word| word.to_str()).unwrap_or_default();
    let is_command = |word: &str| Cli::command().find_subcommand(word).is_some();
    if is_command(first) || first == "help" {
        return None;
    }
    let values = values(&rest);
    let is_free = |at: usize| !values.contains(&at);
    if let Some(at) = (0..rest.len()).find(|at| is_free(*at) && rest[*at] == "run") {
        rest.remove(at);
    } else {
        let mut free = (0..rest.len()).filter(|at| is_free(*at)).filter_map(|at| rest[at].to_str());
        if free.find(|word| !word.starts_with('-')).is_some_and(is_command) {
            // Options before another command than `run`.
            return None;
        }
        use ErrorKind::{ArgumentConflict, InvalidSubcommand, UnknownArgument};
        let is_unknown = matches!(kind, ArgumentConflict | InvalidSubcommand | UnknownArgument);
        let words = (0..rest.len()).filter(|at| is_free(*at)).filter_map(|at| rest[at].to_str());
        let mut words = words.filter(|word| !word.starts_with('-'));
        if !is_unknown || !words.any(may_be_script) {
            return None;
        }
    }
    let run = [program.clone(), "run".into()];
    Some(run.into_iter().chain(rest).collect())
}

/// The places of words that are values of the options before them.
fn values(words: &[OsString]) -> HashSet<usize> {
    let command = Cli::command();
    let options = command.get_arguments().filter(|arg| arg.get_action().takes_values());
    let names = options.flat_map(|arg| {
        let long = arg.get_long().map(|long| format!("--{long}"));
        long.into_iter().chain(arg.get_short().map(|short| format!("-{short}")))
    });
    let options: HashSet<String> = names.collect();
    let takes_value = |word: &OsString| word.to_str().is_some_and(|word| options.contains(word));
    let mut values = HashSet::new();
    for (at, word) in words.iter().enumerate() {
        if !values.contains(&at) && takes_value(word) {
            values.insert(at + 1);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Command;
    use std::collections::BTreeSet;
    use std::os::unix::ffi::OsStringExt;

    /// The wrong ways to use an option.
    fn misuses(option: &clap::Arg) -> Vec<Vec<OsString>> {
        let Some(long) = option.get_long() else { return Vec::new() };
        let word = format!("--{long}");
        let with = |values: &[&str]| {
            std::iter::once(&*word).chain(values.iter().copied()).map(OsString::from).collect()
        };
        let mut all: Vec<Vec<OsString>> = vec![with(&["--frobnicate-all-of-it"])];
        all.push(vec![format!("{word}-of-another-name").into()]);
        if option.get_action().takes_values() {
            let not_utf8 = OsString::from_vec([word.as_bytes(), b"=\xff"].concat());
            all.extend([with(&[]), vec![not_utf8]]);
            let long = "something that no option accepts ".repeat(2);
            for value in ["", "-", "-1", "7", "no-such=thing", &long] {
                all.push(vec![format!("{word}={value}").into()]);
                all.push(with(&[value, &word, value]));
            }
        } else {
            all.extend([vec![format!("{word}=yes").into()], with(&[&word])]);
        }
        all
    }

    /// Each command line that a command refuses because of one option, or of none.
    fn refused(path: &[&str], command: &Command) -> Vec<clap::Error> {
        let mut lines =
            vec![Vec::new(), vec!["one".into(); 3], vec![OsString::from_vec(vec![255])]];
        let options: Vec<&clap::Arg> = command.get_arguments().collect();
        for option in &options {
            lines.extend(misuses(option));
            // Some options exclude others.
            let long = |option: &clap::Arg| option.get_long().map(|long| format!("--{long}=a"));
            let both = options.iter().filter_map(|other| Some([long(option)?, long(other)?]));
            lines.extend(both.map(|both| both.map(OsString::from).to_vec()));
            let flags = options.iter().filter(|it| !it.get_action().takes_values());
            let flags = flags.filter_map(|flag| Some(format!("--{}", flag.get_long()?)));
            lines.extend(flags.filter_map(|flag| Some(vec![long(option)?.into(), flag.into()])));
        }
        let whole = lines.into_iter().map(|line| {
            let path = std::iter::once(&"wassay").chain(path).map(OsString::from);
            path.chain(line).collect::<Vec<_>>()
        });
        whole.filter_map(|line| Cli::try_parse_from(line).err()).collect()
    }

    #[test]
    fn every_error_of_every_command_fits_a_terminal() {
        let mut root = Cli::command();
        root.build();
        let mut errors = refused(&[], &root);
        for command in root.get_subcommands() {
            errors.extend(refused(&[command.get_name()], command));
            for inner in command.get_subcommands() {
                errors.extend(refused(&[command.get_name(), inner.get_name()], inner));
            }
        }
        for line in ["wassay enginse", "wassay help frobnicate-all-of-it", "wassay compare a b c"] {
            errors.extend(Cli::try_parse_from(line.split(' ')).err());
        }
        let mut kinds = BTreeSet::new();
        for error in errors.iter().filter(|error| error.use_stderr()) {
            kinds.insert(format!("{:?}", error.kind()));
            let told = anstream::adapter::strip_str(&told(error)).to_string();
            // A line with a single word, such as a path, cannot be broken.
            let is_long = |line: &&str| line.chars().count() > 80 && line.trim().contains(' ');
            assert_eq!(told.lines().find(is_long), None, "{told}");
            // Nothing but the places of the spaces differs.
            let words =
                |text: &str| text.split_whitespace().map(str::to_string).collect::<Vec<_>>();
            assert_eq!(words(&told), words(&error.render().to_string()));
        }
        // clap has no other kind that these commands can make.
        let expected = [
            "ArgumentConflict",
            "InvalidSubcommand",
            "InvalidUtf8",
            "InvalidValue",
            "MissingRequiredArgument",
            "MissingSubcommand",
            "TooManyValues",
            "UnknownArgument",
            "ValueValidation",
        ];
        assert_eq!(kinds, expected.map(String::from).into());
        let lines = errors
            .iter()
            .flat_map(|error| error.render().to_string().lines().map(str::len).collect::<Vec<_>>());
        assert!(lines.max().is_some_and(|longest| longest > 80), "nothing to break");
    }

    #[test]
    fn run_may_be_omitted_or_follow_options() {
        let meant_after = |kind: ErrorKind, line: &str| {
            let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            let found = meant(&words, kind, |word| word.starts_with("a.wast"))?;
            Some(found.join(" ".as_ref()).into_string().unwrap())
        };
        let meant = |line: &str| meant_after(ErrorKind::InvalidSubcommand, line);
        let run = |line: &str| Some(line.to_string());
        assert_eq!(meant("wassay a.wast"), run("wassay run a.wast"));
        assert_eq!(meant("wassay a.wast:3 --quiet"), run("wassay run a.wast:3 --quiet"));
        assert_eq!(meant("wassay --engine e run a"), run("wassay run --engine e a"));
        let after_option = "wassay --engine e a.wast:3";
        let conflict = meant_after(ErrorKind::ArgumentConflict, after_option);
        assert_eq!(conflict, run("wassay run --engine e a.wast:3"));
        let value = meant_after(ErrorKind::ArgumentConflict, "wassay --engine run a.wast");
        assert_eq!(value, run("wassay run --engine run a.wast"));
        assert_eq!(meant("wassay -j run run a.wast"), run("wassay run -j run a.wast"));
        let other = "wassay --opt none compare a.wast b";
        assert_eq!(meant_after(ErrorKind::ArgumentConflict, other), None);
        for line in [
            "wassay enginse",
            "wassay run --smid a.wast",
            "wassay compare --smid a.wast",
            "wassay merge run a.wast",
            "wassay help a.wast",
        ] {
            assert_eq!(meant(line), None, "{line}");
        }
    }
}

//! Takes the files that a command is to write and those that it reads; rejects files that cannot be
//! written, and files that would replace another file of the same command. Writes nothing.

use crate::exit::Failure;
use crate::values::ReportTo;
use std::path::Path;
use wassay_report::Destination;

/// Whether the path names standard output.
pub fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1"].iter().any(|name| path == Path::new(name))
}

/// Rejects a file that cannot be written, before anything runs; `what` names its contents. Standard
/// output is not tried.
///
/// # Errors
/// That failure.
pub fn check_target(what: &str, path: &Path) -> Result<(), Failure> {
    if is_stdout(path) {
        return Ok(());
    }
    let shown = path.display();
    wassay_report::check_writable(path)
        .map_err(|error| Failure::usage(format_args!("cannot write {what} {shown}: {error}")))
}

/// Rejects reports that cannot be written, and two to one file: the second would replace the first.
///
/// # Errors
/// That failure.
pub fn check_reports(reports: &[ReportTo]) -> Result<(), Failure> {
    for to in reports {
        check_target("the report", &to.path)?;
    }
    // Everything written there is discarded.
    let kept = reports.iter().filter(|to| to.path != Path::new("/dev/null"));
    let mut places: Vec<Destination> = Vec::new();
    for to in kept {
        let place = place(&to.path);
        if places.contains(&place) {
            let path = to.path.display();
            return Err(Failure::usage(format_args!("two reports are to be written to {path}")));
        }
        places.push(place);
    }
    Ok(())
}

/// Rejects outputs that are also inputs of the run; `what` names the contents of the outputs.
///
/// # Errors
/// That failure.
pub fn check_inputs<'a>(
    what: &str,
    outputs: impl IntoIterator<Item = &'a Path>,
    inputs: impl IntoIterator<Item = &'a Path>,
) -> Result<(), Failure> {
    match replaced(outputs, inputs) {
        None => Ok(()),
        Some((output, input)) => {
            let (output, input) = (output.display(), input.display());
            Err(Failure::usage(format_args!(
                "{what} {output} would replace {input}, which this run reads"
            )))
        }
    }
}

/// The first output that is the same file as an input, then that input.
pub fn replaced<'a>(
    outputs: impl IntoIterator<Item = &'a Path>,
    inputs: impl IntoIterator<Item = &'a Path>,
) -> Option<(&'a Path, &'a Path)> {
    let outputs: Vec<(Destination, &Path)> =
        outputs.into_iter().map(|output| (place(output), output)).collect();
    if outputs.is_empty() {
        return None;
    }
    let files = inputs.into_iter().filter(|input| !wassay_suites::is_stream(input));
    files.into_iter().find_map(|input| {
        let there = Destination::of(input);
        let (_, output) = outputs.iter().find(|(place, _)| *place == there)?;
        Some((*output, input))
    })
}

fn place(output: &Path) -> Destination {
    Destination::of(if is_stdout(output) { Path::new("/dev/stdout") } else { output })
}

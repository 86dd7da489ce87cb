//! Takes single words of the command line; returns the values that they stand for, or a sentence
//! about what to write instead. Opens no file.

use crate::partition::Partition;
use crate::ways::Ways;
use clap::builder::{PathBufValueParser, TypedValueParser};
use std::path::PathBuf;
use std::time::Duration;
use wassay_engine::Features;
use wassay_record::Way;

/// The longest time limit for one directive: a day.
const MOST_SECONDS: Duration = Duration::from_secs(24 * 60 * 60);

/// The names of engines that one option has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engines(pub Vec<String>);

/// A report to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    /// In which form.
    pub kind: ReportKind,
    /// The destination; `-` is standard output.
    pub path: PathBuf,
}

/// The forms of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ReportKind {
    Json,
    Junit,
    Markdown,
}

/// Names of engines, separated by commas. A comma inside quotes belongs to the command of an adapter.
pub fn engines(text: &str) -> Result<Engines, String> {
    let (mut names, mut quote, mut is_escaped) = (vec![String::new()], None, false);
    for letter in text.chars() {
        if letter == ',' && quote.is_none() && !is_escaped {
            names.push(String::new());
            continue;
        }
        if let Some(name) = names.last_mut() {
            name.push(letter);
        }
        quote = match quote {
            _ if is_escaped => quote,
            None if matches!(letter, '\'' | '"') => Some(letter),
            Some(open) if open == letter => None,
            quote => quote,
        };
        is_escaped = letter == '\\' && !is_escaped && quote != Some('\'');
    }
    Ok(Engines(names))
}

/// A number of workers.
pub fn jobs(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => {
            Err("no worker would run; give at least 1, or leave it out for one per CPU".into())
        }
        Ok(jobs) => Ok(jobs),
        Err(_) => Err("this is not a number of workers".into()),
    }
}

/// A number of failures to show.
pub fn shown(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a number: how many are shown in full".into())
}

/// A number of bytes. One that ends in K, M, G or T, or in KiB and so on, is in powers of 1024.
pub fn bytes(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    let units = ["k", "m", "g", "t"].into_iter().zip(1..);
    let unit = units.flat_map(|(unit, power)| [(format!("{unit}ib"), power), (unit.into(), power)]);
    let (number, power) = unit
        .filter_map(|(unit, power)| Some((lower.strip_suffix(&unit)?, power)))
        .next()
        .unwrap_or((&lower, 0));
    let number = number.parse::<u64>().ok().filter(|_| !number.starts_with('+'));
    let bytes = number.and_then(|number| number.checked_mul(1 << (10 * power)));
    bytes.ok_or_else(|| {
        "write a whole number of bytes, for example 1000000, 500M or 2GiB: M and MiB are 1024 x \
         1024 bytes"
            .to_string()
    })
}

/// A time limit in seconds.
pub fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>().map(Duration::try_from_secs_f64) {
        Ok(Ok(limit)) if (Duration::from_millis(1)..=MOST_SECONDS).contains(&limit) => Ok(limit),
        Ok(Ok(limit)) if limit > MOST_SECONDS => {
            Err("the longest time limit is a day: 86400".into())
        }
        _ => Err("this is not a time in seconds, such as 30 or 0.5".into()),
    }
}

/// The path of a file to read. `-` is standard output elsewhere, so it is no file here.
pub fn input() -> impl TypedValueParser<Value = PathBuf> {
    except_dash("write /dev/stdin for standard input, or ./- for a file of this name")
}

/// The path of a directory that workers are given by name, as text.
pub fn named() -> impl TypedValueParser<Value = PathBuf> {
    input().try_map(|path: PathBuf| match path.to_str() {
        Some(_) => Ok(path),
        None => Err("choose a path that is text in UTF-8"),
    })
}

/// The path of a file to change between its marks.
pub fn marked() -> impl TypedValueParser<Value = PathBuf> {
    except_dash(
        "without --write, the table goes to standard output; write ./- for a file of this name",
    )
}

fn except_dash(next: &'static str) -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(move |path| match path.as_os_str() == "-" {
        false => Ok(path),
        true => Err(next),
    })
}

/// A form of report, and its file.
pub fn report(text: &str) -> Result<ReportTo, String> {
    let (kind, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("write KIND=FILE, for example json=report.json")?;
    let kind = match kind {
        "json" => ReportKind::Json,
        "junit" => ReportKind::Junit,
        "markdown" => ReportKind::Markdown,
        other => return Err(format!("there is no report `{other}`: json, junit or markdown")),
    };
    Ok(ReportTo { kind, path: PathBuf::from(path) })
}

/// A set of features.
pub fn features(text: &str) -> Result<Features, String> {
    wassay_suites::parse_features(text)
}

/// The ways to run scripts.
pub fn ways(text: &str) -> Result<Ways, String> {
    if text == "all" {
        return Ok(Ways(Way::ALL.to_vec()));
    }
    let named = |name: &str| {
        let names = || Way::ALL.map(Way::name).join(", ");
        let way = Way::ALL.into_iter().find(|way| way.name() == name);
        way.ok_or_else(|| format!("there is no way `{name}`: {} or all", names()))
    };
    let mut ways = text.split(',').map(named).collect::<Result<Vec<Way>, String>>()?;
    ways.sort_unstable();
    match ways.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(format!("`{}` is named twice: name each way once", twice[0].name())),
        None => Ok(Ways(ways)),
    }
}

/// One of several shards.
pub fn partition(text: &str) -> Result<Partition, String> {
    let numbers = text.strip_prefix("hash:").and_then(|numbers| numbers.split_once('/'));
    let parsed = numbers.and_then(|(shard, of)| Some((shard.parse().ok()?, of.parse().ok()?)));
    match parsed {
        Some((shard, of)) if 1 <= shard && shard <= of => Ok(Partition { shard, of }),
        _ => Err("write hash:K/N with K from 1 to N, for example hash:1/4".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_separated_by_commas_outside_quotes() {
        for (text, names) in [
            ("wasmi", &["wasmi"][..]),
            ("cranelift,wasmi", &["cranelift", "wasmi"]),
            ("", &[""]),
            ("exec:node a.mjs,wasmi", &["exec:node a.mjs", "wasmi"]),
            ("exec:a 'x,y',wasmi", &["exec:a 'x,y'", "wasmi"]),
            (r#"exec:a "x,'y",wasmi"#, &[r#"exec:a "x,'y""#, "wasmi"]),
            (r"exec:a x\,y,wasmi", &[r"exec:a x\,y", "wasmi"]),
            (r"exec:a x\\,wasmi", &[r"exec:a x\\", "wasmi"]),
            (r"exec:a 'x\',wasmi", &[r"exec:a 'x\'", "wasmi"]),
            (r#"exec:a "x\",y",wasmi"#, &[r#"exec:a "x\",y""#, "wasmi"]),
        ] {
            assert_eq!(
                engines(text).map(|engines| engines.0),
                Ok(names.iter().map(|it| it.to_string()).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn bytes_have_units() {
        for (text, expected) in [
            ("0", 0),
            ("1000", 1000),
            ("3K", 3 << 10),
            ("500M", 500 << 20),
            ("2G", 2 << 30),
            ("2g", 2 << 30),
            ("2GiB", 2 << 30),
            ("7kib", 7 << 10),
            ("1T", 1 << 40),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        // GB would be 1000 x 1000 x 1000 bytes.
        for text in ["", "G", "iB", "GiB", "-1", "+1", "1.5G", "2GB", "2B", "2 G", "99999999999G"] {
            assert!(bytes(text).is_err_and(|why| why.contains("500M or 2GiB")), "{text}");
        }
    }
}

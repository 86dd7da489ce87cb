//! What an adapter says about its engine: takes its answer to `hello`; gives the trait's nouns, or why
//! the answer cannot be right. Sees no process.

use crate::message::{Hello, Op, VERSION, features};
use crate::pipe::shown;
use std::collections::BTreeSet;
use wassay_engine::{Capabilities, Fault, Features, Identity};

/// A described engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    pub identity: Identity,
    pub features: Features,
    pub capabilities: Capabilities,
    ops: BTreeSet<String>,
}

/// The words in which the trait reports that an engine lacks an operation.
const WORDS: &[(&str, &str)] = &[
    ("host_func", "host functions"),
    ("take_host_calls", "recorded host calls"),
    ("extern_type", "types of externs"),
    ("global_new", "globals of the host"),
    ("global_get", "reading globals"),
    ("global_set", "writing globals"),
    ("table_new", "tables of the host"),
    ("table_size", "sizes of tables"),
    ("table_get", "table access"),
    ("table_set", "table access"),
    ("table_grow", "table access"),
    ("memory_new", "memories of the host"),
    ("memory_size", "sizes of memories"),
    ("memory_read", "memory access"),
    ("memory_write", "memory access"),
    ("memory_grow", "memory access"),
    ("share_memory", "shared memories"),
    ("adopt_memory", "shared memories"),
    ("tag_new", "tags"),
    ("same", "comparing references"),
    ("drop_module", "dropping modules"),
    ("drop_instance", "dropping instances"),
    ("drop_extern", "giving up handles"),
    ("drop_ref", "giving up handles"),
    ("collect", "forced collection"),
    ("provenance", "provenance"),
    ("serialize", "serialized modules"),
    ("deserialize", "serialized modules"),
    ("deserialize_file", "serialized modules in files"),
    ("cache_stats", "cache statistics"),
    ("cache_entry", "locating cache entries"),
    ("interrupt", "interruption"),
];

/// The longest name, version and target.
const NAME: usize = 64;
/// The longest build.
const BUILD: usize = 128;
/// The longest notice.
const NOTICE: usize = 1000;

impl Description {
    /// The description in the answer to `hello`.
    ///
    /// # Errors
    /// A sentence about the adapter, without its subject.
    pub fn read(hello: Hello) -> Result<Description, String> {
        if hello.protocol != VERSION {
            let theirs = hello.protocol;
            return Err(format!("speaks version {theirs} of the protocol, not {VERSION}"));
        }
        for (what, text, least, most) in [
            ("name", &hello.name, 1, NAME),
            ("version", &hello.version, 1, NAME),
            ("target", &hello.target, 0, NAME),
            ("build", &hello.build, 0, BUILD),
            ("notice", &hello.notice, 0, NOTICE),
        ] {
            let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
            if !is_plain || text.trim() != text || !(least..=most).contains(&text.len()) {
                let shown = shown(text.as_bytes());
                return Err(format!(
                    "has the {what} `{shown}`, which is not {least} to {most} printable ASCII characters"
                ));
            }
        }
        let own = Identity::here(&hello.name, &hello.version);
        let target = if hello.target.is_empty() { own.target } else { hello.target };
        let identity = Identity { target, build: hello.build, notice: hello.notice, ..own };
        let all = features(&hello.features).map_err(|why| format!("claims an {why}"))?;
        let switches = features(&hello.switches).map_err(|why| format!("switches an {why}"))?;
        let extra = switches.minus(all);
        if !extra.is_empty() {
            return Err(format!("turns off features that it does not claim: {extra}"));
        }
        let mut capabilities = Capabilities { switches, ..Capabilities::default() };
        for name in &hello.capabilities {
            match capability(&mut capabilities, name) {
                Some(has) => *has = true,
                None => return Err(format!("claims the unknown capability `{name}`")),
            }
        }
        let ops: BTreeSet<String> = hello.ops.into_iter().collect();
        if let Some(missing) = Op::REQUIRED.iter().find(|name| !ops.contains(**name)) {
            return Err(format!("lacks the required request `{missing}`"));
        }
        Ok(Description { identity, features: all, capabilities, ops })
    }

    /// Whether the adapter has a request.
    pub fn has(&self, op: &str) -> bool {
        self.ops.contains(op)
    }

    /// The names of the requests that the adapter says it has, in their order.
    pub fn ops(&self) -> impl Iterator<Item = &str> {
        self.ops.iter().map(String::as_str)
    }

    /// Checks that the adapter has a request.
    ///
    /// # Errors
    /// [`Fault::Unsupported`] if not.
    pub fn needs(&self, op: &Op) -> Result<(), Fault> {
        let name = op.name();
        if self.has(name) || Op::REQUIRED.contains(&name) {
            return Ok(());
        }
        let words = WORDS.iter().find(|(op, _)| *op == name).map_or(name, |(_, words)| words);
        Err(Fault::unsupported(words))
    }
}

/// The capability of this name.
fn capability<'a>(of: &'a mut Capabilities, name: &str) -> Option<&'a mut bool> {
    Some(match name {
        "serialize" => &mut of.serialize,
        "memory-cache" => &mut of.memory_cache,
        "disk-cache" => &mut of.disk_cache,
        "demand-hits" => &mut of.demand_hits,
        "isa" => &mut of.isa,
        "interrupt" => &mut of.interrupt,
        "collect" => &mut of.collect,
        "gc-stress" => &mut of.gc_stress,
        "stages" => &mut of.stages,
        "threads" => &mut of.threads,
        "handles" => &mut of.handles,
        "kinds" => &mut of.kinds,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello() -> Hello {
        Hello {
            protocol: VERSION,
            name: "toy".to_string(),
            version: "1".to_string(),
            ops: Op::REQUIRED.iter().map(|name| name.to_string()).collect(),
            ..Hello::default()
        }
    }

    #[test]
    fn every_capability_can_be_claimed() {
        let all = Capabilities {
            serialize: true,
            memory_cache: true,
            disk_cache: true,
            demand_hits: true,
            isa: true,
            interrupt: true,
            collect: true,
            gc_stress: true,
            stages: true,
            threads: true,
            handles: true,
            kinds: true,
            switches: Features::default(),
        };
        let capabilities = all.names().map(str::to_string).collect();
        let read = Description::read(Hello { capabilities, ..hello() }).unwrap();
        assert_eq!(read.capabilities, all);
    }

    #[test]
    fn every_optional_operation_has_words() {
        let own = ["hello", "stop", "close"];
        let is_optional = |name: &&&str| !Op::REQUIRED.contains(name) && !own.contains(name);
        for name in Op::NAMES.iter().filter(is_optional) {
            assert!(WORDS.iter().any(|(op, _)| op == name), "{name}");
        }
    }

    #[test]
    fn a_wrong_description_is_refused() {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        let cases = [
            (Hello { protocol: 2, ..hello() }, "speaks version 2 of the protocol, not 1"),
            (Hello { features: names(&["luck"]), ..hello() }, "claims an unknown feature `luck`"),
            (
                Hello { switches: names(&["simd"]), ..hello() },
                "turns off features that it does not claim: simd",
            ),
            (
                Hello { capabilities: names(&["luck"]), ..hello() },
                "claims the unknown capability `luck`",
            ),
            (Hello { ops: names(&["start"]), ..hello() }, "lacks the required request `compile`"),
        ];
        for (hello, why) in cases {
            assert_eq!(Description::read(hello).unwrap_err(), why);
        }
    }

    #[test]
    fn words_that_could_forge_a_report_are_refused() {
        let long = "n".repeat(2000);
        let wrong = ["", " ", "a\nb", "\u{1b}[2K", "\u{202e}x", "\u{200b}", "\u{7f}", "n ", &long];
        let set: [fn(&mut Hello, &str); 5] = [
            |hello, text| hello.name = text.to_string(),
            |hello, text| hello.version = text.to_string(),
            |hello, text| hello.target = text.to_string(),
            |hello, text| hello.build = text.to_string(),
            |hello, text| hello.notice = text.to_string(),
        ];
        for (at, set) in set.into_iter().enumerate() {
            for text in wrong.into_iter().filter(|text| at < 2 || !text.is_empty()) {
                let mut hello = hello();
                set(&mut hello, text);
                let why = Description::read(hello).unwrap_err();
                assert!(why.contains("printable ASCII characters"), "{at} {text:?}: {why}");
                assert!(why.len() < 400, "{why}");
            }
            let mut hello = hello();
            set(&mut hello, "wasm engine-1.0 (x)");
            Description::read(hello).unwrap();
        }
    }
}

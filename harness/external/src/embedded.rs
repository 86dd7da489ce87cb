//! The files that rows of `ci/engines.toml` name and that are built into this program: the scripts of
//! adapters and the lists of known failures. Takes a path from the root of the tree; gives a text. Also
//! the ids of the sources of the adapters that this tree builds.

/// The path of each file, and its text.
const FILES: &[(&str, &str)] = &[
    ("engine/adapters/js/adapter.mjs", include_str!("../../../engine/adapters/js/adapter.mjs")),
    ("engine/adapters/js/answer.mjs", include_str!("../../../engine/adapters/js/answer.mjs")),
    ("engine/adapters/js/bytes.mjs", include_str!("../../../engine/adapters/js/bytes.mjs")),
    ("engine/adapters/js/endings.mjs", include_str!("../../../engine/adapters/js/endings.mjs")),
    ("engine/adapters/js/features.mjs", include_str!("../../../engine/adapters/js/features.mjs")),
    ("engine/adapters/js/handles.mjs", include_str!("../../../engine/adapters/js/handles.mjs")),
    ("engine/adapters/js/helpers.mjs", include_str!("../../../engine/adapters/js/helpers.mjs")),
    ("engine/adapters/js/ops.mjs", include_str!("../../../engine/adapters/js/ops.mjs")),
    ("engine/adapters/js/reader.mjs", include_str!("../../../engine/adapters/js/reader.mjs")),
    ("engine/adapters/js/shell.mjs", include_str!("../../../engine/adapters/js/shell.mjs")),
    ("engine/adapters/js/types.mjs", include_str!("../../../engine/adapters/js/types.mjs")),
    ("engine/adapters/js/values.mjs", include_str!("../../../engine/adapters/js/values.mjs")),
    ("engine/adapters/js/writer.mjs", include_str!("../../../engine/adapters/js/writer.mjs")),
    (
        "engine/adapters/js/known-node.toml",
        include_str!("../../../engine/adapters/js/known-node.toml"),
    ),
    (
        "engine/adapters/js/known-jsc.toml",
        include_str!("../../../engine/adapters/js/known-jsc.toml"),
    ),
    (
        "engine/adapters/wazero/known-wazero.toml",
        include_str!("../../../engine/adapters/wazero/known-wazero.toml"),
    ),
    (
        "engine/adapters/wazero/known-wazero-interpreter.toml",
        include_str!("../../../engine/adapters/wazero/known-wazero-interpreter.toml"),
    ),
    (
        "engine/adapters/wasmtime/known-wasmtime.toml",
        include_str!("../../../engine/adapters/wasmtime/known-wasmtime.toml"),
    ),
    (
        "engine/adapters/wasmtime/known-wasmtime-winch.toml",
        include_str!("../../../engine/adapters/wasmtime/known-wasmtime-winch.toml"),
    ),
    (
        "engine/adapters/wasmtime/known-wasmtime-pulley.toml",
        include_str!("../../../engine/adapters/wasmtime/known-wasmtime-pulley.toml"),
    ),
];

/// The adapters that this tree builds, and the ids of their sources.
const ADAPTERS: &[(&str, &str)] = &[
    ("wassay-wasmtime", env!("WASSAY_WASMTIME_ADAPTER")),
    ("wassay-wazero", env!("WASSAY_WAZERO_ADAPTER")),
];

/// The id of the sources of an adapter that this tree builds.
pub(crate) fn sources(program: &str) -> Option<&'static str> {
    ADAPTERS.iter().find(|(name, _)| *name == program).map(|(_, id)| *id)
}

/// The text of a file that is built in.
pub(crate) fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    #[test]
    fn each_file_is_one_that_a_row_names() {
        let table = Table::builtin().unwrap();
        for (path, _) in FILES {
            let names = |row: &crate::External| row.files().any(|file| file == *path);
            assert!(table.iter().any(names), "no row names {path}");
        }
    }
}

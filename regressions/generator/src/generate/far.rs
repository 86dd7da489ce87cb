//! The script of wazero's bugs in far calls: the family `far` with a little code. Returns the file.

use super::Generated;
use crate::families::far;

/// The script.
pub(super) fn script() -> Generated {
    Generated { path: "bugs/wazero-2346-far-calls.wast", text: HEAD.to_string() + &far::little() }
}

const HEAD: &str = "\
;;! issue = \"wazero#2346, wazero#2387\"
;;! why = \"stubs for far calls were counted with imports, which have none\"
;;! tail_call = true

;; Mechanism: a call to a function that is out of reach goes to a stub near by. Function indices,
;; which count imports, were used as positions of stubs: the last stubs overwrote the next function
;; (2346), and calls went to the stubs of other functions (2387).
;; The official suite cannot tell: all of its modules are small.
;; Here the code is as large as 256 KiB, which is far only in an engine whose reach is reduced for a
;; test. `wassay generate --emit DIR far` writes the same with more than 64 and more than 128 MiB.

";

;;! why = "an engine's message may have a name of the module: its words decide nothing"

;; These names have the words of messages about the binary format, but a name that is there twice is
;; invalid.
(assert_invalid
  (module (func) (export "data count" (func 0)) (export "data count" (func 0)))
  "duplicate export name")
(assert_invalid
  (module (func) (export "unknown section" (func 0)) (export "unknown section" (func 0)))
  "duplicate export name")
(assert_invalid
  (module (func) (export "a ` magic header ` b" (func 0)) (export "a ` magic header ` b" (func 0)))
  "duplicate export name")
;; It is one of messages about what an engine lacks.
(assert_invalid
  (module (func) (export "feature enabled" (func 0)) (export "feature enabled" (func 0)))
  "duplicate export name")
(assert_invalid
  (module
    (func)
    (export "gc types are disallowed" (func 0))
    (export "gc types are disallowed" (func 0)))
  "duplicate export name")

;; A backtrace has the names of functions.
(assert_trap
  (module (func $limit_exceeded (@name "limit exceeded") (unreachable)) (start $limit_exceeded))
  "unreachable")

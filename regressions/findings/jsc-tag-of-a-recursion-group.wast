;;! why = "a tag was imported if its type has the same parameters, not if it is the same type"
;;! exceptions = true
;;! gc = true

;; Engine: jsc 2.50.6, JavaScriptCore of WebKitGTK: the first module does not link, and the second one
;; does.
;; Expected: a tag is imported if its type matches in both directions, so the types are the same after
;; closing their recursion groups (validation, matching: tag types). $pair is; $alone is in a group of
;; its own.
;; Verified: V8 in Node.js 26.10.0 and wasmtime 48.0.8.

(module
  (rec (type $pair (func)) (type (func)))
  (tag (export "tag") (type $pair)))
(register "exporter")

(module
  (rec (type $pair (func)) (type (func)))
  (import "exporter" "tag" (tag (type $pair))))
(assert_unlinkable
  (module
    (type $alone (func))
    (import "exporter" "tag" (tag (type $alone))))
  "incompatible import type")

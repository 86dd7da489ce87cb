;;! why = "a delegate to the label of a block was rejected"
;;! base = "wasm2"
;;! exceptions = true
;;! legacy-exceptions = true

;; Engine: jsc 2.50.6, JavaScriptCore of WebKitGTK: the module is rejected, "delegate target isn't a try
;; or the top level block".
;; Expected: delegate takes any label that a branch may take at the place of its try (legacy exception
;; handling, validation: try-delegate). The exception is thrown again in that block.
;; Verified: V8 in Node.js 26.10.0 and WABT 1.0.42.

(module
  (tag $e)
  (func (export "f") (result i32)
    (try (result i32)
      (do
        (block (try (do (throw $e)) (delegate 0)))
        (i32.const 0))
      (catch $e (i32.const 1)))))
(assert_return (invoke "f") (i32.const 1))

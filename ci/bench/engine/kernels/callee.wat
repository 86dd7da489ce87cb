;; The function that `call-imported` calls.
(module
  (func (export "callee") (param i32) (result i32) (i32.add (local.get 0) (i32.const 3))))

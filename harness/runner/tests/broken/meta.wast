;; the commands of the specification's interpreter are known, and not performed
(module $M (func (export "f")))
(output "file.wasm")
(invoke "f")
(script $s (module (func (export "f"))))
(invoke "f")
(input "other.wast")
(module)

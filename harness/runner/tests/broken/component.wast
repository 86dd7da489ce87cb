(component)
(module (import "spectest" "print" (func)))

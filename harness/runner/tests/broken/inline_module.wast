(@note "not a directive")
(func (export "f"))
;; comment
(memory 0)

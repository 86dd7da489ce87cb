;;! why = "custom sections are checked by the harness, since no engine has to"

(assert_malformed_custom (module quote "(@custom)") "@custom annotation: missing section name")
(assert_malformed_custom (module (func)) "@custom annotation")
(assert_invalid_custom
  (module (func (param i32) (drop (@metadata.code.branch_hint "\01") (local.get 0))))
  "@metadata.code.branch_hint annotation: invalid target")
(assert_invalid_custom
  (module (func (param i32) (@metadata.code.branch_hint "\01") (if (local.get 0) (then))))
  "@metadata.code.branch_hint annotation: invalid target")
;; a name section whose first subsection ends too late
(assert_malformed_custom
  (module binary "\00asm" "\01\00\00\00" "\00\07\04name\00\09")
  "malformed name section")
;; the same name subsection twice
(assert_malformed_custom
  (module binary "\00asm" "\01\00\00\00" "\00\0d\04name\00\02\01a\00\02\01b")
  "malformed name section")

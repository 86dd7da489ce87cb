;;! why = "flags of limits that belong to a proposal are malformed while it is off: the binary grammar has no others"

;; a shared memory without a maximum
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\03\01\02\01")
  "malformed limits flags")
;; a shared memory
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\04\01\03\01\01")
  "malformed limits flags")
;; a memory of 64 bits
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\03\01\04\01")
  "malformed limits flags")
;; a memory of 64 bits with a maximum
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\04\01\05\01\01")
  "malformed limits flags")
;; a memory with a page size
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\04\01\08\01\00")
  "malformed limits flags")
;; a shared table
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\04\04\01\70\02\01")
  "malformed limits flags")
;; a shared table with a maximum
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\04\05\01\70\03\01\01")
  "malformed limits flags")
;; a table of 64 bits
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\04\04\01\70\04\01")
  "malformed limits flags")
;; an imported shared memory
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\02\09\01\01a\01b\02\03\01\01")
  "malformed limits flags")

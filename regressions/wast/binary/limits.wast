;;! why = "while a proposal is off, its flags of limits are malformed: the binary grammar does not have them"

;; a shared memory without a maximum
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\03\01\02\01")
  "malformed limits flags")
;; a shared memory
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\04\01\03\01\01")
  "malformed limits flags")
;; a memory with 64-bit indices
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\05\03\01\04\01")
  "malformed limits flags")
;; a memory with 64-bit indices and a maximum
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
;; a table with 64-bit indices
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\04\04\01\70\04\01")
  "malformed limits flags")
;; an imported shared memory
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\02\09\01\01a\01b\02\03\01\01")
  "malformed limits flags")

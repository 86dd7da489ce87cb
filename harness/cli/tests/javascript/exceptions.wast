;;! exceptions = true
;;! why = "the adapter finds the tag of an exception only if it knows all tags"

(module
  (tag $private (param f32 i64))
  (tag $public (export "tag") (param externref))
  (func (export "private") (throw $private (f32.const nan:0x200001) (i64.const -1)))
  (func (export "public") (param externref) (throw $public (local.get 0)))
  (func (export "caught") (result f32 i64 exnref)
    (block $h (result f32 i64 exnref)
      (try_table (catch_ref $private $h) (throw $private (f32.const nan:0x200001) (i64.const -1)))
      (unreachable)))
  (func (export "again") (param exnref) (throw_ref (local.get 0))))

(assert_exception (invoke "private"))
(assert_exception (invoke "public" (ref.extern 1)))
(assert_return (invoke "caught") (f32.const nan:0x200001) (i64.const -1) (ref.exn))
(assert_trap (invoke "again" (ref.null exn)) "null exception reference")

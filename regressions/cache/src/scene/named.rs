//! The scenes that are written out, as data. Together they use every feature that changes code.

use super::Named;
use wassay_engine::Feature;

/// Every scene that is written out.
pub(crate) const NAMED: &[Named] = &[
    Named {
        name: "plain",
        needs: &[],
        parts: &[(
            "plain",
            r#"(module $plain
                (type $f (func (result i32)))
                (memory (export "memory") 1 2)
                (table (export "table") 4 funcref)
                (global $count (mut i32) (i32.const 5))
                (data (i32.const 8) "\2a\00\00\00")
                (elem (i32.const 1) $seven $eight)
                (func $seven (type $f) (i32.const 7))
                (func $eight (type $f) (i32.const 8))
                (func $start (global.set $count (i32.const 6)))
                (start $start)
                (func (export "data") (result i32) (i32.load (i32.const 8)))
                (func (export "indirect") (result i32) (call_indirect (type $f) (i32.const 2)))
                (func (export "null") (result i32) (call_indirect (type $f) (i32.const 3)))
                (func (export "started") (result i32) (global.get $count))
                (func $down (param f64) (result f64) (f64.floor (local.get 0)))
                (func (export "floor") (result f64) (call $down (f64.const 2.5)))
                (func $divide (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
                (func (export "divide") (result i32) (call $divide (i32.const 0)))
                (func (export "outside") (result i32) (i32.load (i32.const 65536))))"#,
            &[
                ("data", "(i32.const 42)"),
                ("indirect", "(i32.const 8)"),
                ("null", "trap: uninitialized-element"),
                ("started", "(i32.const 6)"),
                ("floor", "(f64.const 2.0 (; 0x4000000000000000 ;))"),
                ("divide", "trap: integer-divide-by-zero"),
                ("outside", "trap: memory-out-of-bounds"),
            ],
        )],
    },
    Named {
        name: "linked",
        needs: &[],
        parts: &[
            (
                "definer",
                r#"(module $definer
                    (func (export "three") (result i32) (i32.const 3))
                    (func (export "five") (result i32) (i32.const 5))
                    (global (export "base") i32 (i32.const 2))
                    (table (export "table") 4 funcref)
                    (memory (export "memory") 1))"#,
                &[("three", "(i32.const 3)"), ("five", "(i32.const 5)")],
            ),
            (
                "importer",
                r#"(module $importer
                    (type $f (func (result i32)))
                    (import "definer" "five" (func $five (type $f)))
                    (import "definer" "base" (global $base i32))
                    (import "definer" "table" (table 4 funcref))
                    (import "definer" "memory" (memory 1))
                    (func $nine (type $f) (i32.const 9))
                    (elem (global.get $base) $five $nine)
                    (data (global.get $base) "\0b\00\00\00")
                    (func $start (i32.store (i32.const 16) (call $five)))
                    (start $start)
                    (func (export "imported") (result i32)
                        (call_indirect (type $f) (i32.const 2)))
                    (func (export "own") (result i32) (call_indirect (type $f) (i32.const 3)))
                    (func (export "started") (result i32) (i32.load (i32.const 16)))
                    (func (export "data") (result i32) (i32.load (i32.const 2)))
                    (func (export "beyond") (result i32)
                        (call_indirect (type $f) (i32.const 4))))"#,
                &[
                    ("imported", "(i32.const 5)"),
                    ("own", "(i32.const 9)"),
                    ("started", "(i32.const 5)"),
                    ("data", "(i32.const 11)"),
                    ("beyond", "trap: undefined-element"),
                ],
            ),
        ],
    },
    Named {
        name: "wasm2",
        needs: &[
            Feature::SignExtension,
            Feature::SaturatingFloatToInt,
            Feature::MultiValue,
            Feature::BulkMemory,
            Feature::ReferenceTypes,
        ],
        parts: &[(
            "wasm2",
            r#"(module $wasm2
                (table $t 3 externref)
                (memory 1)
                (data $passive "abcd")
                (func (export "extended") (result i32) (i32.extend8_s (i32.const 0xfe)))
                (func (export "saturated") (result i32) (i32.trunc_sat_f32_s (f32.const 1e20)))
                (func $two (result i32 i64) (i32.const 1) (i64.const 2))
                (func (export "two") (result i32 i64) (call $two))
                (func (export "copied") (result i32)
                    (memory.init $passive (i32.const 4) (i32.const 0) (i32.const 4))
                    (memory.copy (i32.const 100) (i32.const 4) (i32.const 4))
                    (i32.load (i32.const 100)))
                (func (export "is_null") (result i32) (ref.is_null (table.get $t (i32.const 1))))
                (func (export "beyond") (result externref) (table.get $t (i32.const 3))))"#,
            &[
                ("extended", "(i32.const -2)"),
                ("saturated", "(i32.const 2147483647)"),
                ("two", "(i32.const 1) (i64.const 2)"),
                ("copied", "(i32.const 1684234849)"),
                ("is_null", "(i32.const 1)"),
                ("beyond", "trap: table-out-of-bounds"),
            ],
        )],
    },
    Named {
        name: "vectors",
        needs: &[Feature::Simd, Feature::RelaxedSimd],
        parts: &[(
            "vectors",
            r#"(module $vectors
                (memory 1)
                (data (i32.const 16) "\01\00\00\00\02\00\00\00\03\00\00\00\04\00\00\00")
                (func (export "sum") (result v128)
                    (i32x4.add (v128.load (i32.const 16)) (v128.const i32x4 10 20 30 40)))
                (func (export "floor") (result f32)
                    (f32x4.extract_lane 1 (f32x4.floor (v128.const f32x4 0 3.5 0 0))))
                (func (export "swizzled") (result i32)
                    (i8x16.extract_lane_u 0 (i8x16.relaxed_swizzle
                        (v128.const i8x16 7 8 9 10 0 0 0 0 0 0 0 0 0 0 0 0)
                        (v128.const i8x16 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0))))
                (func (export "outside") (result v128) (v128.load (i32.const 65521))))"#,
            &[
                ("sum", "(v128.const i32x4 0x0000000b 0x00000016 0x00000021 0x0000002c)"),
                ("floor", "(f32.const 3.0 (; 0x40400000 ;))"),
                ("swizzled", "(i32.const 9)"),
                ("outside", "trap: memory-out-of-bounds"),
            ],
        )],
    },
    Named {
        name: "references",
        needs: &[Feature::ReferenceTypes, Feature::TailCall, Feature::FunctionReferences],
        parts: &[(
            "references",
            r#"(module $references
                (type $f (func (param i32) (result i32)))
                (global $double_of (ref $f) (ref.func $double))
                (func $down (type $f)
                    (if (result i32) (i32.eqz (local.get 0))
                        (then (i32.const 77))
                        (else (return_call $down (i32.sub (local.get 0) (i32.const 1))))))
                (func $double (type $f) (i32.mul (local.get 0) (i32.const 2)))
                (elem declare func $double)
                (func (export "deep") (result i32) (call $down (i32.const 1000)))
                (func (export "called") (result i32)
                    (call_ref $f (i32.const 21) (global.get $double_of)))
                (func (export "null") (result i32)
                    (call_ref $f (i32.const 21) (ref.null $f))))"#,
            &[
                ("deep", "(i32.const 77)"),
                ("called", "(i32.const 42)"),
                ("null", "trap: null-reference"),
            ],
        )],
    },
    Named {
        name: "memories",
        needs: &[
            Feature::ExtendedConst,
            Feature::MultiMemory,
            Feature::Memory64,
            Feature::Threads,
            Feature::CustomPageSizes,
            Feature::WideArithmetic,
            Feature::MultiValue,
        ],
        parts: &[(
            "memories",
            r#"(module $memories
                (memory $a 1)
                (memory $b i64 1)
                (memory $c 3 (pagesize 1))
                (memory $d 1 1 shared)
                (global $sum i32 (i32.add (i32.const 40) (i32.const 3)))
                (data (memory $b) (i64.const 8) "\07")
                (func (export "sum") (result i32) (global.get $sum))
                (func (export "wide") (result i32) (i32.load8_u $b (i64.const 8)))
                (func (export "size") (result i32) (memory.size $c))
                (func (export "past") (result i32) (i32.load8_u $c (i32.const 3)))
                (func (export "atomic") (result i32)
                    (i32.atomic.store $d (i32.const 4) (i32.const 9))
                    (i32.atomic.rmw.add $d (i32.const 4) (i32.const 1)))
                (func (export "unaligned") (result i32) (i32.atomic.load $d (i32.const 1)))
                (func (export "product") (result i64 i64)
                    (i64.mul_wide_u (i64.const -1) (i64.const 2))))"#,
            &[
                ("sum", "(i32.const 43)"),
                ("wide", "(i32.const 7)"),
                ("size", "(i32.const 3)"),
                ("past", "trap: memory-out-of-bounds"),
                ("atomic", "(i32.const 9)"),
                ("unaligned", "trap: unaligned-atomic"),
                ("product", "(i64.const -2) (i64.const 1)"),
            ],
        )],
    },
    Named {
        name: "exceptions",
        needs: &[Feature::ReferenceTypes, Feature::Exceptions],
        parts: &[(
            "exceptions",
            r#"(module $exceptions
                (tag $e (param i32))
                (func $throws (throw $e (i32.const 12)))
                (func (export "caught") (result i32)
                    (block $h (result i32)
                        (try_table (catch $e $h) (call $throws))
                        (i32.const 0)))
                (func (export "uncaught") (call $throws)))"#,
            &[("caught", "(i32.const 12)"), ("uncaught", "threw: (i32.const 12)")],
        )],
    },
    Named {
        name: "objects",
        needs: &[Feature::ReferenceTypes, Feature::FunctionReferences, Feature::Gc],
        parts: &[(
            "objects",
            r#"(module $objects
                (type $pair (struct (field i32) (field (mut i64))))
                (type $bytes (array (mut i8)))
                (global $a (ref $bytes) (array.new $bytes (i32.const 6) (i32.const 3)))
                (func (export "field") (result i32)
                    (struct.get $pair 0 (struct.new $pair (i32.const 31) (i64.const 2))))
                (func (export "element") (result i32)
                    (array.get_u $bytes (global.get $a) (i32.const 2)))
                (func (export "beyond") (result i32)
                    (array.get_u $bytes (global.get $a) (i32.const 3)))
                (func (export "cast") (result i32)
                    (array.len (ref.cast (ref $bytes) (ref.i31 (i32.const 1))))))"#,
            &[
                ("field", "(i32.const 31)"),
                ("element", "(i32.const 6)"),
                ("beyond", "trap: array-out-of-bounds"),
                ("cast", "trap: cast-failure"),
            ],
        )],
    },
];

//! Values as scripts write them: those that an engine returned, and the patterns that a script
//! expects. Plain data, without handles; matches nothing. `text.rs` formats them.

use crate::bits::{Bits, Decimal, Hexadecimal, decimals};
use serde::{Deserialize, Serialize};

/// A value, or a result pattern that several values match. Its names in JSON are the keywords of
/// the script language. Integers are decimal text, and the bits of floats hexadecimal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Pattern {
    /// A 32-bit integer, written as a signed one.
    #[serde(rename = "i32.const")]
    I32(
        #[serde(with = "Decimal")]
        #[cfg_attr(feature = "schema", schemars(with = "Decimal<u32>"))]
        u32,
    ),
    /// A 64-bit integer, written as a signed one.
    #[serde(rename = "i64.const")]
    I64(
        #[serde(with = "Decimal")]
        #[cfg_attr(feature = "schema", schemars(with = "Decimal<u64>"))]
        u64,
    ),
    /// A 32-bit float.
    #[serde(rename = "f32.const")]
    F32(Nan<u32>),
    /// A 64-bit float.
    #[serde(rename = "f64.const")]
    F64(Nan<u64>),
    /// A vector.
    #[serde(rename = "v128.const")]
    V128(Lanes),
    /// A null of this hierarchy, or of any hierarchy.
    #[serde(rename = "ref.null")]
    Null(Option<Hierarchy>),
    /// A non-null external reference with this number, or with any number.
    #[serde(rename = "ref.extern")]
    Extern(Option<u32>),
    /// A host value in the `any` hierarchy.
    #[serde(rename = "ref.host")]
    Host(u32),
    /// A non-null function.
    #[serde(rename = "ref.func")]
    Func,
    /// A non-null reference that is not a function.
    #[serde(rename = "ref")]
    NonNull,
    /// A non-null reference of the `any` hierarchy.
    #[serde(rename = "ref.any")]
    Any,
    /// A non-null reference that `ref.eq` accepts.
    #[serde(rename = "ref.eq")]
    Eq,
    /// An unboxed integer with these bits, or with any bits.
    #[serde(rename = "ref.i31")]
    I31(Option<u32>),
    /// A non-null structure.
    #[serde(rename = "ref.struct")]
    Struct,
    /// A non-null array.
    #[serde(rename = "ref.array")]
    Array,
    /// A non-null exception.
    #[serde(rename = "ref.exn")]
    Exn,
    /// A continuation: no engine can return one.
    #[serde(rename = "ref.cont")]
    Cont,
    /// A null continuation: no engine can return one.
    #[serde(rename = "ref.null cont")]
    NullCont,
    /// A reference to a shared `i31`: no engine can return one.
    #[serde(rename = "ref.i31_shared")]
    SharedI31,
    /// A function of the instance that the action uses.
    #[serde(rename = "ref.func of")]
    FuncOf(FuncName),
    /// Any of these patterns.
    #[serde(rename = "either")]
    Either(Vec<Pattern>),
    /// The number of further items, in a list that is too long for a report.
    #[serde(rename = "more")]
    More(u64),
}

/// A function of a module, as a script names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FuncName {
    /// By its index.
    Index(u32),
    /// By its identifier, without `$`.
    Id(String),
}

/// A float, by its bits or as a class of NaNs; the sign of a NaN class is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(rename = "Nan_{B}", bound = "B: Bits + schemars::JsonSchema")
)]
#[serde(bound = "B: Bits")]
pub enum Nan<B> {
    /// Exactly these bits.
    #[serde(rename = "bits")]
    Bits(
        #[serde(with = "Hexadecimal")]
        #[cfg_attr(feature = "schema", schemars(with = "Hexadecimal<B>"))]
        B,
    ),
    /// Only the highest bit of the payload is set.
    #[serde(rename = "nan:canonical")]
    Canonical,
    /// At least the highest bit of the payload is set.
    #[serde(rename = "nan:arithmetic")]
    Arithmetic,
}

/// A vector in the shape that the script gives it, lane 0 first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Lanes {
    /// Sixteen 8-bit integers, each written as a signed one.
    I8x16(
        #[serde(with = "decimals")]
        #[cfg_attr(feature = "schema", schemars(with = "[Decimal<u8>; 16]"))]
        [u8; 16],
    ),
    /// Eight 16-bit integers, each written as a signed one.
    I16x8(
        #[serde(with = "decimals")]
        #[cfg_attr(feature = "schema", schemars(with = "[Decimal<u16>; 8]"))]
        [u16; 8],
    ),
    /// Four 32-bit integers, each written as a signed one.
    I32x4(
        #[serde(with = "decimals")]
        #[cfg_attr(feature = "schema", schemars(with = "[Decimal<u32>; 4]"))]
        [u32; 4],
    ),
    /// Two 64-bit integers, each written as a signed one.
    I64x2(
        #[serde(with = "decimals")]
        #[cfg_attr(feature = "schema", schemars(with = "[Decimal<u64>; 2]"))]
        [u64; 2],
    ),
    /// Four 32-bit floats.
    F32x4([Nan<u32>; 4]),
    /// Two 64-bit floats.
    F64x2([Nan<u64>; 2]),
    /// Where the script gives no shape: lane 0 in the least significant bits.
    Bits(
        #[serde(with = "Hexadecimal")]
        #[cfg_attr(feature = "schema", schemars(with = "Hexadecimal<u128>"))]
        u128,
    ),
}

/// The four hierarchies of heap types; a null belongs to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Hierarchy {
    /// Functions.
    Func,
    /// External references.
    Extern,
    /// Values of wasm: unboxed integers, structures, arrays and internalized host values.
    Any,
    /// Exceptions.
    Exn,
}

impl Lanes {
    /// The bits of a vector in which no lane is open.
    pub fn bits(&self) -> Option<u128> {
        fn join<L: Copy>(
            lanes: &[L],
            width: usize,
            bits: impl Fn(L) -> Option<u64>,
        ) -> Option<u128> {
            let mut joined = 0;
            for (at, lane) in lanes.iter().enumerate() {
                joined |= u128::from(bits(*lane)?) << (width * at);
            }
            Some(joined)
        }
        match self {
            Lanes::I8x16(lanes) => join(lanes, 8, |lane| Some(lane.into())),
            Lanes::I16x8(lanes) => join(lanes, 16, |lane| Some(lane.into())),
            Lanes::I32x4(lanes) => join(lanes, 32, |lane| Some(lane.into())),
            Lanes::I64x2(lanes) => join(lanes, 64, Some),
            Lanes::F32x4(lanes) => join(lanes, 32, |lane| lane.bits().map(u64::from)),
            Lanes::F64x2(lanes) => join(lanes, 64, Nan::bits),
            Lanes::Bits(bits) => Some(*bits),
        }
    }

    /// These bits, in this shape.
    pub fn same_shape(&self, bits: u128) -> Lanes {
        use std::array::from_fn;
        let lane = |width: usize, at: usize| (bits >> (width * at)) as u64;
        match self {
            Lanes::I8x16(_) => Lanes::I8x16(from_fn(|at| lane(8, at) as u8)),
            Lanes::I16x8(_) => Lanes::I16x8(from_fn(|at| lane(16, at) as u16)),
            Lanes::I32x4(_) => Lanes::I32x4(from_fn(|at| lane(32, at) as u32)),
            Lanes::I64x2(_) => Lanes::I64x2(from_fn(|at| lane(64, at))),
            Lanes::F32x4(_) => Lanes::F32x4(from_fn(|at| Nan::Bits(lane(32, at) as u32))),
            Lanes::F64x2(_) => Lanes::F64x2(from_fn(|at| Nan::Bits(lane(64, at)))),
            Lanes::Bits(_) => Lanes::Bits(bits),
        }
    }
}

impl<B> Nan<B> {
    /// The bits, or `None` if they are open.
    pub fn bits(self) -> Option<B> {
        match self {
            Nan::Bits(bits) => Some(bits),
            Nan::Canonical | Nan::Arithmetic => None,
        }
    }
}

impl Hierarchy {
    /// The name of the hierarchy's top type.
    pub const fn name(self) -> &'static str {
        match self {
            Hierarchy::Func => "func",
            Hierarchy::Extern => "extern",
            Hierarchy::Any => "any",
            Hierarchy::Exn => "exn",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_uses_the_words_of_the_script_language() {
        let table = [
            (Pattern::I32(u32::MAX), r#"{"i32.const":"-1"}"#),
            (Pattern::I64(1 << 63), r#"{"i64.const":"-9223372036854775808"}"#),
            (Pattern::F32(Nan::Bits(0x3f80_0000)), r#"{"f32.const":{"bits":"0x3f800000"}}"#),
            (Pattern::F64(Nan::Bits(1)), r#"{"f64.const":{"bits":"0x0000000000000001"}}"#),
            (Pattern::F64(Nan::Arithmetic), r#"{"f64.const":"nan:arithmetic"}"#),
            (
                Pattern::V128(Lanes::I16x8([0xffff, 0, 1, 2, 3, 4, 5, 6])),
                r#"{"v128.const":{"i16x8":["-1","0","1","2","3","4","5","6"]}}"#,
            ),
            (
                Pattern::V128(Lanes::F64x2([Nan::Canonical, Nan::Bits(0)])),
                r#"{"v128.const":{"f64x2":["nan:canonical",{"bits":"0x0000000000000000"}]}}"#,
            ),
            (
                Pattern::V128(Lanes::Bits(u128::MAX - 1)),
                r#"{"v128.const":{"bits":"0xfffffffffffffffffffffffffffffffe"}}"#,
            ),
            (Pattern::Null(Some(Hierarchy::Exn)), r#"{"ref.null":"exn"}"#),
            (Pattern::Null(None), r#"{"ref.null":null}"#),
            (Pattern::Extern(Some(7)), r#"{"ref.extern":7}"#),
            (Pattern::FuncOf(FuncName::Id("f".to_string())), r#"{"ref.func of":{"id":"f"}}"#),
            (
                Pattern::Either(vec![Pattern::Eq, Pattern::Func]),
                r#"{"either":["ref.eq","ref.func"]}"#,
            ),
        ];
        for (pattern, json) in table {
            assert_eq!(serde_json::to_string(&pattern).unwrap(), json);
            assert_eq!(serde_json::from_str::<Pattern>(json).unwrap(), pattern, "{json}");
        }
    }

    #[test]
    fn invalid_values_are_rejected() {
        for json in [
            r#"{"i32.const":"2147483648"}"#,
            r#"{"i32.const":""}"#,
            r#"{"i32.const":7}"#,
            r#"{"i32.const":"+7"}"#,
            r#"{"i32.const":"007"}"#,
            r#"{"i32.const":"-0"}"#,
            r#"{"i32.const":"0x7"}"#,
            r#"{"f32.const":{"bits":"1065353216"}}"#,
            r#"{"f32.const":{"bits":"0x+5"}}"#,
            r#"{"f32.const":{"bits":"0x5"}}"#,
            r#"{"f32.const":{"bits":"0x3F800000"}}"#,
            r#"{"f32.const":{"bits":"0x100000000"}}"#,
            r#"{"v128.const":{"i64x2":["1"]}}"#,
            r#"{"v128.const":{"i64x2":["1","2","3"]}}"#,
            r#""ref.nothing""#,
        ] {
            assert!(serde_json::from_str::<Pattern>(json).is_err(), "{json}");
        }
    }

    /// A number has one spelling: comparing reports as text finds no difference between equal ones.
    #[test]
    fn another_spelling_of_a_number_is_rejected_with_its_position() {
        let refused = |json: &str| serde_json::from_str::<Pattern>(json).unwrap_err().to_string();
        let sixteen = format!(r#"["-128",{}"+1"]"#, r#""0","#.repeat(14));
        for (json, message) in [
            (
                r#"{"i32.const":"+7"}"#,
                r#"string "+7", expected a signed decimal integer of 32 bits at line 1 column 17"#,
            ),
            (
                "{\"f32.const\":\n{\"bits\":\"0x+5\"}}",
                r#"string "0x+5", expected 0x and 8 lower-case hexadecimal digits at line 2 column 14"#,
            ),
            (
                &format!(r#"{{"v128.const":{{"i8x16":{sixteen}}}}}"#),
                r#"string "+1", expected a signed decimal integer of 8 bits at line 1 column 91"#,
            ),
        ] {
            assert_eq!(refused(json), format!("invalid value: {message}"));
        }
        let short = refused(r#"{"v128.const":{"i64x2":["1"]}}"#);
        assert!(short.starts_with("invalid length 1, expected 2 integers at line 1 "), "{short}");
    }

    #[test]
    fn compact_formats_have_plain_numbers() {
        let lanes = Lanes::I16x8([0xffff, 0, 1, 2, 3, 4, 5, 6]);
        for pattern in [Pattern::I32(u32::MAX), Pattern::F64(Nan::Bits(1)), Pattern::V128(lanes)] {
            let bytes = postcard::to_allocvec(&pattern).unwrap();
            assert_eq!(postcard::from_bytes::<Pattern>(&bytes).unwrap(), pattern);
        }
    }

    #[test]
    fn a_vector_keeps_its_bits_in_every_shape() {
        let bits = 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100;
        for shape in [
            Lanes::I8x16([0; 16]),
            Lanes::I16x8([0; 8]),
            Lanes::I32x4([0; 4]),
            Lanes::I64x2([0; 2]),
            Lanes::F32x4([Nan::Canonical; 4]),
            Lanes::F64x2([Nan::Canonical; 2]),
            Lanes::Bits(0),
        ] {
            assert_eq!(shape.same_shape(bits).bits(), Some(bits), "{shape:?}");
        }
        assert_eq!(Lanes::F64x2([Nan::Bits(0), Nan::Arithmetic]).bits(), None);
    }
}

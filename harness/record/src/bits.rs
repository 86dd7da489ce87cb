//! How the bits of numbers are written. JSON has integers as signed decimal text, and floats and
//! vectors as hexadecimal text, because JSON readers may hold numbers as doubles. Every number has
//! one spelling, and no other is read. Compact formats have plain numbers. Knows no values.

use serde::de::{DeserializeOwned, Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// The bits of a number.
pub trait Bits: Copy + Serialize + DeserializeOwned {
    /// The width of the number.
    const WIDTH: usize;
    /// The bits as a signed integer.
    fn decimal(self) -> String;
    /// The bits with a leading `0x` and leading zeros.
    fn hexadecimal(self) -> String;
    /// Reads what [`Bits::decimal`] writes, and nothing else.
    fn of_decimal(text: &str) -> Option<Self>;
    /// Reads what [`Bits::hexadecimal`] writes, and nothing else.
    fn of_hexadecimal(text: &str) -> Option<Self>;
}

macro_rules! bits {
    ($($bits:ty, $signed:ty;)*) => {$(
        impl Bits for $bits {
            const WIDTH: usize = <$bits>::BITS as usize;
            fn decimal(self) -> String {
                self.cast_signed().to_string()
            }
            fn hexadecimal(self) -> String {
                format!("{self:#0width$x}", width = 2 + Self::WIDTH / 4)
            }
            fn of_decimal(text: &str) -> Option<Self> {
                let bits = text.parse::<$signed>().ok()?.cast_unsigned();
                (bits.decimal() == text).then_some(bits)
            }
            fn of_hexadecimal(text: &str) -> Option<Self> {
                let bits = <$bits>::from_str_radix(text.strip_prefix("0x")?, 16).ok()?;
                (bits.hexadecimal() == text).then_some(bits)
            }
        }
    )*};
}

bits! { u8, i8; u16, i16; u32, i32; u64, i64; u128, i128; }

/// A way to spell the numbers of a type.
trait Spelling<B> {
    fn write(bits: B) -> String;
    fn read(text: &str) -> Option<B>;
    fn describe(f: &mut fmt::Formatter<'_>) -> fmt::Result;
    #[cfg(feature = "schema")]
    fn pattern() -> String;
}

/// The spelling of integers.
#[derive(Debug)]
pub(crate) struct Decimal<B>(PhantomData<B>);

/// The spelling of floats and vectors.
#[derive(Debug)]
pub(crate) struct Hexadecimal<B>(PhantomData<B>);

impl<B: Bits> Spelling<B> for Decimal<B> {
    fn write(bits: B) -> String {
        bits.decimal()
    }

    fn read(text: &str) -> Option<B> {
        B::of_decimal(text)
    }

    fn describe(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a signed decimal integer of {} bits", B::WIDTH)
    }

    #[cfg(feature = "schema")]
    fn pattern() -> String {
        let most = (1u128 << (B::WIDTH - 1)).to_string().len();
        format!("^(0|-?[1-9][0-9]{{0,{}}})$", most - 1)
    }
}

impl<B: Bits> Spelling<B> for Hexadecimal<B> {
    fn write(bits: B) -> String {
        bits.hexadecimal()
    }

    fn read(text: &str) -> Option<B> {
        B::of_hexadecimal(text)
    }

    fn describe(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x and {} lower-case hexadecimal digits", B::WIDTH / 4)
    }

    #[cfg(feature = "schema")]
    fn pattern() -> String {
        format!("^0x[0-9a-f]{{{}}}$", B::WIDTH / 4)
    }
}

/// Reads one number from text. The reader of the format adds the position to an error.
struct Text<S>(PhantomData<S>);

macro_rules! spelling {
    ($($spelling:ident)*) => {$(
        impl<B: Bits> $spelling<B> {
            pub(crate) fn serialize<S: Serializer>(bits: &B, to: S) -> Result<S::Ok, S::Error> {
                match to.is_human_readable() {
                    true => to.serialize_str(&Self::write(*bits)),
                    false => bits.serialize(to),
                }
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<B, D::Error> {
                match from.is_human_readable() {
                    true => from.deserialize_str(Text::<Self>(PhantomData)),
                    false => B::deserialize(from),
                }
            }
        }

        impl<B: Bits> Visitor<'_> for Text<$spelling<B>> {
            type Value = B;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $spelling::<B>::describe(f)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<B, E> {
                let bits = $spelling::read(text);
                bits.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }

        #[cfg(feature = "schema")]
        impl<B: Bits> schemars::JsonSchema for $spelling<B> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($spelling).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": Self::pattern() })
            }
        }
    )*};
}

spelling! { Decimal Hexadecimal }

/// The integers of a vector, each spelled as [`Decimal`].
pub(crate) mod decimals {
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(bound = "B: Bits", transparent)]
    struct Lane<B>(#[serde(with = "Decimal")] B);

    struct Lanes<B, const N: usize>(PhantomData<B>);

    impl<'de, B: Bits, const N: usize> Visitor<'de> for Lanes<B, N> {
        type Value = [B; N];

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{N} integers")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<[B; N], A::Error> {
            let mut lanes = Vec::with_capacity(N);
            while let Some(Lane(bits)) = list.next_element()? {
                lanes.push(bits);
            }
            lanes.try_into().map_err(|lanes: Vec<B>| A::Error::invalid_length(lanes.len(), &self))
        }
    }

    pub(crate) fn serialize<B: Bits, S: Serializer, const N: usize>(
        lanes: &[B; N],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(lanes.map(Lane))
    }

    pub(crate) fn deserialize<'de, B: Bits, D: Deserializer<'de>, const N: usize>(
        from: D,
    ) -> Result<[B; N], D::Error> {
        from.deserialize_seq(Lanes(PhantomData))
    }
}

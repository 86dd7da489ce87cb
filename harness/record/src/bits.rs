//! How the bits of numbers are written. JSON has integers as signed decimal text, and floats and
//! vectors as hexadecimal text, because JSON readers may hold numbers as doubles. Compact formats
//! have plain numbers. Knows no values.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The bits of a number.
pub trait Bits: Copy + Serialize + DeserializeOwned {
    /// The bits as a signed integer.
    fn decimal(self) -> String;
    /// The bits with a leading `0x` and leading zeros.
    fn hexadecimal(self) -> String;
    /// Reads either form.
    fn parse(text: &str) -> Option<Self>;
}

macro_rules! bits {
    ($($bits:ty, $signed:ty;)*) => {$(
        impl Bits for $bits {
            fn decimal(self) -> String {
                self.cast_signed().to_string()
            }
            fn hexadecimal(self) -> String {
                format!("{self:#0width$x}", width = 2 + 2 * size_of::<$bits>())
            }
            fn parse(text: &str) -> Option<Self> {
                match text.strip_prefix("0x") {
                    Some(digits) => <$bits>::from_str_radix(digits, 16).ok(),
                    None => text.parse().ok().map(<$signed>::cast_unsigned),
                }
            }
        }
    )*};
}

bits! { u8, i8; u16, i16; u32, i32; u64, i64; u128, i128; }

fn read<'de, B: Bits, D: Deserializer<'de>>(from: D) -> Result<B, D::Error> {
    if from.is_human_readable() {
        let text = String::deserialize(from)?;
        B::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no such number")))
    } else {
        B::deserialize(from)
    }
}

/// For an integer.
pub(crate) mod decimal {
    use super::*;

    pub(crate) fn serialize<B: Bits, S: Serializer>(bits: &B, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { bits.decimal().serialize(to) } else { bits.serialize(to) }
    }

    pub(crate) fn deserialize<'de, B: Bits, D: Deserializer<'de>>(from: D) -> Result<B, D::Error> {
        read(from)
    }
}

/// For a float or a vector.
pub(crate) mod hexadecimal {
    use super::*;

    pub(crate) fn serialize<B: Bits, S: Serializer>(bits: &B, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { bits.hexadecimal().serialize(to) } else { bits.serialize(to) }
    }

    pub(crate) fn deserialize<'de, B: Bits, D: Deserializer<'de>>(from: D) -> Result<B, D::Error> {
        read(from)
    }
}

/// For the integers of a vector.
pub(crate) mod decimals {
    use super::*;

    pub(crate) fn serialize<B: Bits, S: Serializer, const N: usize>(
        lanes: &[B; N],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match to.is_human_readable() {
            true => to.collect_seq(lanes.map(Bits::decimal)),
            false => to.collect_seq(lanes),
        }
    }

    pub(crate) fn deserialize<'de, B: Bits, D: Deserializer<'de>, const N: usize>(
        from: D,
    ) -> Result<[B; N], D::Error> {
        let lanes = match from.is_human_readable() {
            true => Vec::<String>::deserialize(from)?.iter().map(|lane| B::parse(lane)).collect(),
            false => Some(Vec::<B>::deserialize(from)?),
        };
        let lanes = lanes.and_then(|lanes: Vec<B>| lanes.try_into().ok());
        lanes.ok_or_else(|| D::Error::custom(format!("{N} integers were due")))
    }
}

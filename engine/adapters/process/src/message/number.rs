//! Numbers and bytes in JSON: 64- and 128-bit numbers are strings, and bytes are base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;

/// A size, an address or a count: a decimal string, or a JSON number when read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct U64(pub u64);

/// The bits of an `i32`: an unsigned number, or a negative one when read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct I32(pub u32);

/// The bits of an `i31`: an unsigned number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct I31(pub u32);

/// The bits of an `i64`: an unsigned decimal string, or any number in 64 bits when read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct I64(pub u64);

/// The bits of a vector: 32 hexadecimal digits, the most significant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V128(pub u128);

/// Bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl Serialize for U64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl Serialize for I32 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }
}

impl Serialize for I31 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }
}

impl Serialize for I64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl Serialize for V128 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for U64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<U64, D::Error> {
        match from.deserialize_any(Whole("an unsigned 64-bit number, as a decimal string"))? {
            Number::Unsigned(value) => Ok(U64(value)),
            Number::Signed(_) => Err(D::Error::custom("a negative number")),
        }
    }
}

impl<'de> Deserialize<'de> for I32 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<I32, D::Error> {
        let value = match from.deserialize_any(Whole("an `i32`, as a number"))? {
            Number::Unsigned(value) => u32::try_from(value).ok(),
            Number::Signed(value) => i32::try_from(value).ok().map(i32::cast_unsigned),
        };
        value.map(I32).ok_or_else(|| D::Error::custom("an `i32` with more than 32 bits"))
    }
}

impl<'de> Deserialize<'de> for I31 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<I31, D::Error> {
        let bits = u32::deserialize(from)?;
        let fits = bits >> 31 == 0;
        fits.then_some(I31(bits)).ok_or_else(|| D::Error::custom("an `i31` with more than 31 bits"))
    }
}

impl<'de> Deserialize<'de> for I64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<I64, D::Error> {
        Ok(I64(match from.deserialize_any(Whole("an `i64`, as a decimal string"))? {
            Number::Unsigned(value) => value,
            Number::Signed(value) => value.cast_unsigned(),
        }))
    }
}

impl<'de> Deserialize<'de> for V128 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<V128, D::Error> {
        let digits = String::deserialize(from)?;
        let is_hexadecimal = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let value = u128::from_str_radix(&digits, 16).ok().filter(|_| is_hexadecimal);
        value
            .map(V128)
            .ok_or_else(|| D::Error::custom("a `v128` that is not 32 hexadecimal digits"))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Base64, D::Error> {
        let text = String::deserialize(from)?;
        let decoded = STANDARD.decode(text);
        decoded.map(Base64).map_err(|error| D::Error::custom(format_args!("no base64: {error}")))
    }
}

enum Number {
    Unsigned(u64),
    Signed(i64),
}

/// Reads a whole number from a string or a number; the text says what is expected.
struct Whole(&'static str);

impl Visitor<'_> for Whole {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number::Signed(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        match (text.parse(), text.parse()) {
            _ if text.starts_with('+') => {
                Err(E::custom(format_args!("`{text}` is not {}", self.0)))
            }
            (Ok(value), _) => Ok(Number::Unsigned(value)),
            (_, Ok(value)) => Ok(Number::Signed(value)),
            _ => Err(E::custom(format_args!("`{text}` is not {}", self.0))),
        }
    }
}

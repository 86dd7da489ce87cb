//! Takes values, types and names; gives their text in a script. Floats keep every bit. Knows no
//! engine.

use wassay_engine::{HeapType, Ref, ValType, Value};

/// A constant of the script language; a value without a constant is described in words.
pub fn value(value: &Value) -> String {
    match value {
        Value::F32(bits) => format!("(f32.const {})", single(*bits)),
        Value::F64(bits) => format!("(f64.const {})", double(*bits)),
        Value::Ref(Ref::Func(_)) => "(ref.func)".to_string(),
        other => other.to_string(),
    }
}

/// Constants, separated by spaces.
pub fn values(list: &[Value]) -> String {
    list.iter().map(value).collect::<Vec<_>>().join(" ")
}

/// Types, separated by spaces.
pub fn types(list: &[ValType]) -> String {
    let name = |ty: &ValType| match ty {
        ValType::Ref(ty) if ty.nullable && matches!(ty.heap, HeapType::Func | HeapType::Extern) => {
            format!("{}ref", ty.heap)
        }
        other => other.to_string(),
    };
    list.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Limits of a memory or table.
pub fn limits(minimum: u64, maximum: Option<u64>) -> String {
    maximum.map_or_else(|| minimum.to_string(), |maximum| format!("{minimum} {maximum}"))
}

/// A quoted name, with escapes for all but plain letters.
pub fn quoted(name: &str) -> String {
    let plain = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    let escaped = name.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("\\{byte:02x}"),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

fn single(bits: u32) -> String {
    let value = f32::from_bits(bits);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_nan() { format!("{sign}nan:{:#x}", bits & 0x7f_ffff) } else { format!("{value:?}") }
}

fn double(bits: u64) -> String {
    let value = f64::from_bits(bits);
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_nan() {
        format!("{sign}nan:{:#x}", bits & 0xf_ffff_ffff_ffff)
    } else {
        format!("{value:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_keep_their_bits() {
        let cases = [
            (Value::F32(0xffc0_0001), "(f32.const -nan:0x400001)"),
            (Value::F32(0x8000_0000), "(f32.const -0.0)"),
            (Value::F64(0x7ff0_0000_0000_0000), "(f64.const inf)"),
            (Value::F64(0x7ff8_0000_0000_0000), "(f64.const nan:0x8000000000000)"),
            (Value::I32(u32::MAX), "(i32.const -1)"),
        ];
        for (constant, expected) in cases {
            assert_eq!(value(&constant), expected);
        }
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(quoted("a\"\u{e9}"), "\"a\\22\\c3\\a9\"");
    }
}

//! Takes a number in the text format; gives its bits. Returns `None` in any doubtful case,
//! underscores included: `wast` then parses it and reports errors. Sees nothing but the number.

/// The bits of an integer of `width` bits, signed or unsigned.
pub(super) fn integer(text: &str, width: u32) -> Option<u64> {
    let (negative, digits) = sign(text);
    let magnitude = match digits.strip_prefix("0x") {
        Some(hex) => plain(hex, u8::is_ascii_hexdigit).and_then(|hex| radix(hex, 16)),
        None => plain(digits, u8::is_ascii_digit).and_then(|digits| radix(digits, 10)),
    }?;
    let all = u64::MAX >> (64 - width);
    let most = if negative { 1 << (width - 1) } else { all };
    let bits = if negative { magnitude.wrapping_neg() } else { magnitude };
    (magnitude <= most).then_some(bits & all)
}

/// The bits of an IEEE 754 single.
pub(super) fn single(text: &str) -> Option<u32> {
    let decimal = |text: &str| text.parse::<f32>().ok().map(|value| u64::from(value.to_bits()));
    float(text, SINGLE, decimal).map(|bits| bits as u32)
}

/// The bits of an IEEE 754 double.
pub(super) fn double(text: &str) -> Option<u64> {
    float(text, DOUBLE, |text| text.parse::<f64>().ok().map(f64::to_bits))
}

/// A binary interchange format of IEEE 754.
#[derive(Clone, Copy)]
struct Format {
    width: u32,
    /// Bits of the significand, including the implicit one.
    precision: u32,
    /// The exponent of the smallest normal number.
    least: i32,
}

const SINGLE: Format = Format { width: 32, precision: 24, least: -126 };
const DOUBLE: Format = Format { width: 64, precision: 53, least: -1022 };

impl Format {
    fn infinity(self) -> u64 {
        ((1 << (self.width - self.precision)) - 1) << (self.precision - 1)
    }
}

fn float(text: &str, format: Format, decimal: impl FnOnce(&str) -> Option<u64>) -> Option<u64> {
    let (negative, magnitude) = sign(text);
    let payload_bits = format.precision - 1;
    let bits = match magnitude {
        "inf" => format.infinity(),
        "nan" => format.infinity() | 1 << (payload_bits - 1),
        _ => {
            if let Some(payload) = magnitude.strip_prefix("nan:0x") {
                let payload = radix(plain(payload, u8::is_ascii_hexdigit)?, 16)?;
                let fits = payload != 0 && payload >> payload_bits == 0;
                format.infinity() | fits.then_some(payload)?
            } else {
                let bits = match magnitude.strip_prefix("0x") {
                    Some(hex) => hexadecimal(hex, format)?,
                    // Rust and WebAssembly agree on numbers that begin with a digit.
                    None if magnitude.starts_with(|first: char| first.is_ascii_digit()) => {
                        decimal(magnitude)?
                    }
                    None => return None,
                };
                // A number that is too large is an error.
                (bits < format.infinity()).then_some(bits)?
            }
        }
    };
    Some(bits | u64::from(negative) << (format.width - 1))
}

/// Rounds to nearest, ties to even. Up to 16 significant digits.
fn hexadecimal(text: &str, format: Format) -> Option<u64> {
    let (number, exponent) = match text.split_once(['p', 'P']) {
        Some((number, exponent)) => (number, exponent.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    plain(whole, u8::is_ascii_hexdigit)?;
    let mut significand = 0u64;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = char::from(digit).to_digit(16)?;
        if significand >> 60 != 0 {
            return None;
        }
        significand = significand << 4 | u64::from(digit);
    }
    if significand == 0 {
        return Some(0);
    }
    let exponent = i32::from(exponent) - 4 * i32::try_from(fraction.len()).ok()?;
    let length = 64 - significand.leading_zeros() as i32;
    // The exponent of the first bit, and the number of bits that fit.
    let first = exponent + length - 1;
    let room = format.precision as i32 - (format.least - first).max(0);
    let excess = length - room;
    let kept = match u32::try_from(excess) {
        Err(_) => significand << -excess,
        Ok(excess @ 0..=64) => round(significand.into(), excess),
        Ok(_) => 0,
    };
    // A significand that rounds up may carry into the exponent.
    let exponent = u64::try_from(first - format.least).unwrap_or(0);
    Some(match first >= format.least {
        true if exponent > 1 << 11 => format.infinity(),
        true => (exponent << (format.precision - 1)) + kept,
        false => kept,
    })
}

/// Removes the last `excess` bits, rounding to nearest, ties to even.
fn round(significand: u128, excess: u32) -> u64 {
    let kept = significand >> excess;
    let lost = significand - (kept << excess);
    let half = (1u128 << excess) >> 1;
    let up = lost > half || (lost == half && excess > 0 && kept & 1 == 1);
    kept as u64 + u64::from(up)
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, text),
    }
}

/// The digits, if all are of this kind and there is at least one.
fn plain(digits: &str, is_digit: impl Fn(&u8) -> bool) -> Option<&str> {
    (!digits.is_empty() && digits.as_bytes().iter().all(is_digit)).then_some(digits)
}

fn radix(digits: &str, radix: u32) -> Option<u64> {
    u64::from_str_radix(digits, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wast::core::WastArgCore;

    /// The result of `wast`, if it accepts the text.
    fn peer(kind: &str, text: &str) -> Option<u64> {
        let source = format!("{kind}.const {text}");
        let buffer = super::super::directive::tokens(&source).ok()?;
        Some(match wast::parser::parse::<WastArgCore<'_>>(&buffer).ok()? {
            WastArgCore::I32(value) => u64::from(value.cast_unsigned()),
            WastArgCore::I64(value) => value.cast_unsigned(),
            WastArgCore::F32(value) => u64::from(value.bits),
            WastArgCore::F64(value) => value.bits,
            other => panic!("{other:?}"),
        })
    }

    fn agree(text: &str) -> usize {
        let ours = [
            ("i32", integer(text, 32)),
            ("i64", integer(text, 64)),
            ("f32", single(text).map(u64::from)),
            ("f64", double(text)),
        ];
        let read = ours.into_iter().filter(|(_, bits)| bits.is_some());
        read.map(|(kind, bits)| assert_eq!(bits, peer(kind, text), "{kind} {text}")).count()
    }

    #[test]
    fn numbers_are_read_as_by_wast() {
        let plain = [
            "0",
            "-0",
            "1",
            "-1",
            "007",
            "4294967295",
            "-2147483648",
            "18446744073709551615",
            "-9223372036854775808",
            "0xffffffff",
            "-0x80000000",
            "0xFFFFFFFFFFFFFFFF",
        ];
        for text in plain {
            assert!(agree(text) >= 2, "{text} is read");
        }
        let floats = [
            "1.",
            "1.5",
            "1e3",
            "1.e-3",
            "3.4028234663852886e38",
            "1e-46",
            "1e-400",
            "inf",
            "-inf",
            "nan",
            "-nan",
            "nan:0x1",
            "0x1p-149",
            "0x1p-150",
            "0x1.8p-150",
            "0x1.000001p-150",
            "0x1.fffffep127",
            "0x1.fffffefffffffp+127",
            "0x0.8p-148",
            "0x1p-1074",
            "0x1p-1075",
            "0x1.8p-1075",
            "0x1.fffffffffffffp1023",
            "0x1.0000010000000p0",
            "0x1.000001p0",
            "0x1.000003p0",
            "0xabcdef0123456789p-40",
            "0x.0p0",
            "0x0.0p5",
            "0x12.p3",
        ];
        for text in floats {
            assert!(agree(text) >= usize::from(text != "0x.0p0"), "{text} is read");
        }
    }

    #[test]
    fn invalid_numbers_are_not_read() {
        for text in [
            "",
            "-",
            "+1",
            "--1",
            "1_000",
            "0x",
            "0xg",
            "1a",
            ".5",
            "e5",
            "1e",
            "1e+",
            "1.5.5",
            "infinity",
            "NaN",
            "nan:0x0",
            "nan:0x",
            "nan:1",
            "0x1p",
            "0x1.2.3p1",
            "-0x-1",
            "0x1p1p1",
            "4294967296",
            "1e400",
            "0x1p1024",
            "0x1p99999",
        ] {
            for kind in ["i32", "f32"] {
                let ours = match kind {
                    "i32" => integer(text, 32),
                    _ => single(text).map(u64::from),
                };
                assert!(ours.is_none() || ours == peer(kind, text), "{kind} {text}: {ours:?}");
            }
            agree(text);
        }
        assert_eq!(
            (integer("256", 8), integer("255", 8), integer("-128", 8)),
            (None, Some(255), Some(128))
        );
        assert_eq!((integer("-129", 8), integer("-32768", 16)), (None, Some(0x8000)));
    }

    /// Combines the pieces of numbers in any order: most texts are invalid, and every edge case
    /// occurs.
    #[test]
    fn both_readers_agree_on_any_text() {
        let pieces = [
            "0x",
            "-",
            "nan",
            ":0x",
            "inf",
            ".",
            "p",
            "e",
            "+",
            "-",
            "1",
            "0",
            "f",
            "9",
            "8",
            "ffffff",
            "0000000",
            "127",
            "1022",
            "149",
            "1074",
            "00000008",
            "fffffffffffff8",
        ];
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        let mut random = move |below: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % below as u64) as usize
        };
        let mut read = 0;
        for _ in 0..60_000 {
            let text: String = (0..=random(6)).map(|_| pieces[random(pieces.len())]).collect();
            read += agree(&text);
            let hex = format!("0x{text}p{}", random(2400) as i32 - 1200);
            read += agree(&hex);
        }
        assert!(read > 20_000, "{read} numbers were read");
    }
}

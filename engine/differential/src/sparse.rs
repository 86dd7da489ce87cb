//! Takes the contents of a memory; gives them as text: the length, and the parts that are not zero,
//! because memories are mostly zeros. Knows no engine.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of bytes of a memory to read at most.
pub const LONGEST: u64 = 1 << 24;

/// The number of zeros that ends a piece.
const GAP: usize = 16;

/// A memory: its length, and its pieces by address, in hexadecimal.
#[derive(Serialize, Deserialize)]
struct Sparse {
    len: u64,
    pieces: Vec<(usize, String)>,
}

/// Writes the bytes.
///
/// # Errors
/// Errors of the serializer.
pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while let Some(start) = bytes[from..].iter().position(|byte| *byte != 0) {
        let start = from + start;
        let end = bytes[start..].windows(GAP).position(|window| window.iter().all(|b| *b == 0));
        let end = end.map_or(bytes.len(), |len| start + len);
        pieces.push((start, bytes[start..end].iter().map(|b| format!("{b:02x}")).collect()));
        from = end;
    }
    Sparse { len: bytes.len() as u64, pieces }.serialize(serializer)
}

/// Reads the bytes.
///
/// # Errors
/// If the text is not a memory: an engine may have overwritten its process's output.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let Sparse { len, pieces } = Sparse::deserialize(deserializer)?;
    if len > LONGEST {
        return Err(D::Error::custom(format!("a memory of {len} bytes")));
    }
    let mut bytes = vec![0; len as usize];
    for (start, text) in pieces {
        let outside = || D::Error::custom("a piece outside its memory");
        let end = start.checked_add(text.len() / 2).ok_or_else(outside)?;
        let place = bytes.get_mut(start..end).ok_or_else(outside)?;
        for (byte, digits) in place.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(D::Error::custom)?;
            *byte = u8::from_str_radix(digits, 16).map_err(D::Error::custom)?;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use crate::trace::{Deed, Step};

    fn step(bytes: Vec<u8>) -> Step {
        Step { deed: Deed::HostCalls, said: String::new(), bytes }
    }

    #[test]
    fn every_memory_survives_encoding() {
        let mut edges = vec![0; 70_000];
        (edges[0], edges[65_535], edges[69_999]) = (1, 2, 255);
        let gaps = [vec![7], vec![0; 15], vec![8], vec![0; 16], vec![9; 40], vec![0]].concat();
        for bytes in [vec![], vec![0], vec![3], vec![0; 65_536], edges, gaps] {
            let text = serde_json::to_string(&step(bytes.clone())).unwrap();
            assert!(text.len() < 400, "{text}");
            assert_eq!(serde_json::from_str::<Step>(&text).unwrap().bytes, bytes);
        }
    }

    #[test]
    fn an_invalid_memory_is_rejected() {
        for bytes in [
            r#"{"len": 18446744073709551615, "pieces": []}"#,
            r#"{"len": 1, "pieces": [[1, "00"]]}"#,
            r#"{"len": 1, "pieces": [[18446744073709551615, "0000"]]}"#,
            r#"{"len": 1, "pieces": [[0, "zz"]]}"#,
            r#"{"len": 2, "pieces": [[0, "0\u00e90"]]}"#,
        ] {
            let text = format!(r#"{{"deed": "hostcalls", "said": "", "bytes": {bytes}}}"#);
            assert!(serde_json::from_str::<Step>(&text).is_err(), "{bytes}");
        }
    }
}

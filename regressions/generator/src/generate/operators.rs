//! Every operator that reads or writes memory: its width, and its result on known bytes. Writes no
//! script.

/// The last bytes of the memory before any write: not a NaN at any width, and every sign bit is
/// set.
pub const TAIL: [u8; 16] = [
    0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf,
];

/// The value of every byte of a stored value.
pub const STORED: u8 = 0x5a;

/// An operator that reads or writes memory.
pub struct Operator {
    /// Its name, for example `i32.load8_s`.
    pub name: String,
    /// The width of its access in bytes.
    pub width: usize,
    /// The text after the memory argument: a lane number.
    pub lane: &'static str,
    /// Operands after the address, as folded text.
    pub operands: String,
    /// Type and value of the result at the last address, for example `i32` and `(i32.const 0xbf)`;
    /// `None` for a store.
    pub result: Option<(&'static str, String)>,
}

/// Loads and stores of integers and floats.
pub fn scalars() -> Vec<Operator> {
    let mut all = Vec::new();
    for (ty, bytes) in [("i32", 4), ("i64", 8)] {
        all.push(load(format!("{ty}.load"), bytes, ty, integer(ty, tail(bytes))));
        for width in [1, 2, 4].into_iter().filter(|width| *width < bytes) {
            let bits = 8 * width;
            let unsigned = tail(width);
            let signed = unsigned | !0 << bits;
            all.push(load(format!("{ty}.load{bits}_s"), width, ty, integer(ty, signed)));
            all.push(load(format!("{ty}.load{bits}_u"), width, ty, integer(ty, unsigned)));
        }
    }
    let f32 = f32::from_bits(tail(4) as u32);
    let f64 = f64::from_bits(tail(8) as u64);
    all.push(load("f32.load".to_string(), 4, "f32", format!("(f32.const {f32:?})")));
    all.push(load("f64.load".to_string(), 8, "f64", format!("(f64.const {f64:?})")));
    let stored = u128::from_le_bytes([STORED; 16]);
    for (ty, bytes) in [("i32", 4), ("i64", 8)] {
        for width in [1, 2, 4, 8].into_iter().filter(|width| *width <= bytes) {
            let suffix = if width == bytes { String::new() } else { (8 * width).to_string() };
            all.push(store(format!("{ty}.store{suffix}"), width, integer(ty, stored)));
        }
    }
    let f32 = f32::from_le_bytes([STORED; 4]);
    let f64 = f64::from_le_bytes([STORED; 8]);
    all.push(store("f32.store".to_string(), 4, format!("(f32.const {f32:?})")));
    all.push(store("f64.store".to_string(), 8, format!("(f64.const {f64:?})")));
    all
}

/// Loads and stores of vectors.
pub fn vectors() -> Vec<Operator> {
    let mut all = vec![load("v128.load".to_string(), 16, "v128", vector(TAIL))];
    let half: [u8; 8] = std::array::from_fn(|at| TAIL[8 + at]);
    for width in [1, 2, 4] {
        let lanes = half.chunks(width);
        let extended = |fill: u8| {
            let wide = lanes.clone().flat_map(|lane| [lane, &vec![fill; width]].concat());
            vector(wide.collect::<Vec<_>>().try_into().unwrap_or(TAIL))
        };
        let name = format!("v128.load{}x{}", 8 * width, 8 / width);
        all.push(load(format!("{name}_s"), 8, "v128", extended(0xff)));
        all.push(load(format!("{name}_u"), 8, "v128", extended(0)));
    }
    for width in [1, 2, 4, 8] {
        let bits = 8 * width;
        let last = &TAIL[16 - width..];
        let splat = std::array::from_fn(|at| last[at % width]);
        all.push(load(format!("v128.load{bits}_splat"), width, "v128", vector(splat)));
        if width >= 4 {
            let zero = std::array::from_fn(|at| last.get(at).copied().unwrap_or(0));
            all.push(load(format!("v128.load{bits}_zero"), width, "v128", vector(zero)));
        }
        let mut lane = [STORED; 16];
        lane[width..2 * width].copy_from_slice(last);
        all.push(Operator {
            lane: " 1",
            operands: vector([STORED; 16]),
            ..load(format!("v128.load{bits}_lane"), width, "v128", vector(lane))
        });
        let name = format!("v128.store{bits}_lane");
        all.push(Operator { lane: " 1", ..store(name, width, vector([STORED; 16])) });
    }
    all.push(store("v128.store".to_string(), 16, vector([STORED; 16])));
    all
}

/// Atomic loads, stores, and one of each kind of read-modify-write.
pub fn atomics() -> Vec<Operator> {
    let mut all = Vec::new();
    let stored = u128::from_le_bytes([STORED; 16]);
    for (ty, bytes) in [("i32", 4), ("i64", 8)] {
        for width in [1, 2, 4, 8].into_iter().filter(|width| *width <= bytes) {
            let (bits, unsigned) =
                if width == bytes { (String::new(), "") } else { ((8 * width).to_string(), "_u") };
            let old = integer(ty, tail(width));
            let new = integer(ty, stored);
            let name = |suffix: String| format!("{ty}.atomic.{suffix}");
            all.push(load(name(format!("load{bits}{unsigned}")), width, ty, old.clone()));
            all.push(store(name(format!("store{bits}")), width, new.clone()));
            for action in ["add", "sub", "and", "or", "xor", "xchg"] {
                all.push(Operator {
                    operands: new.clone(),
                    ..load(name(format!("rmw{bits}.{action}{unsigned}")), width, ty, old.clone())
                });
            }
            let compare = name(format!("rmw{bits}.cmpxchg{unsigned}"));
            all.push(Operator {
                operands: format!("{old} {new}"),
                ..load(compare, width, ty, old.clone())
            });
        }
    }
    all
}

fn load(name: String, width: usize, ty: &'static str, value: String) -> Operator {
    Operator { name, width, lane: "", operands: String::new(), result: Some((ty, value)) }
}

fn store(name: String, width: usize, operands: String) -> Operator {
    Operator { name, width, lane: "", operands, result: None }
}

/// The last bytes as a number.
fn tail(width: usize) -> u128 {
    TAIL[16 - width..].iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte))
}

fn integer(ty: &str, value: u128) -> String {
    match ty {
        "i32" => format!("(i32.const {:#x})", value as u32),
        _ => format!("(i64.const {:#x})", value as u64),
    }
}

fn vector(bytes: [u8; 16]) -> String {
    let lanes: Vec<_> = bytes.iter().map(|byte| format!("{byte:#x}")).collect();
    format!("(v128.const i8x16 {})", lanes.join(" "))
}

//! Takes the texts of the kernels (`kernels/*.wat`, and a template for bulk memory operators);
//! returns binary modules. Measures nothing.

use anyhow::{Context, Result};

/// A loop over one kind of operator.
pub struct Kernel {
    /// Its name in the table.
    pub name: String,
    /// The modules to instantiate, in this order; the last one exports `run`.
    pub modules: Vec<Vec<u8>>,
    /// The number of loop iterations; `None` for as many as a measurement needs.
    pub count: Option<u32>,
    /// Whether every run needs its own instance.
    pub fresh: bool,
}

macro_rules! texts {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../kernels/", $name, ".wat"))),)*]
    };
}

/// Kernels of one module whose loop can run any number of times.
const PLAIN: &[(&str, &str)] = texts! {
    "call-direct" "call-indirect" "call-ref" "call-tail"
    "memory-words" "memory-bytes-sieve" "memory64-words" "memory64-loads"
    "table-get-set" "table-funcref" "globals" "globals-in-calls"
};

const IMPORTED: &[(&str, &str)] = texts!("callee" "call-imported");

const GROW: &[(&str, &str)] = texts!("memory-grow");

/// Lengths of bulk operators, in bytes.
const LENGTHS: [u32; 2] = [16, 4096];

/// Bulk memory operators, their operands before the length.
const BULK: [(&str, &str); 2] = [
    ("memory.fill", "(local.get $at) (local.get $n)"),
    ("memory.copy", "(local.get $at) (i32.add (local.get $at) (i32.const 8192))"),
];

/// Every kernel.
pub fn all() -> Result<Vec<Kernel>> {
    let mut kernels = Vec::new();
    for text in PLAIN {
        kernels.push(kernel(text.0, &[*text])?);
    }
    kernels.push(kernel("call-imported", IMPORTED)?);
    // A memory can grow only a limited number of times.
    kernels.push(Kernel { count: Some(1000), fresh: true, ..kernel("memory-grow", GROW)? });
    for (operator, operands) in BULK {
        for len in LENGTHS {
            for constant in [true, false] {
                let kind = if constant { "constant" } else { "variable" };
                let name = format!("{operator} {len} bytes, {kind}");
                let text = bulk(operator, operands, len, constant);
                kernels.push(kernel(&name, &[(&name, &text)])?);
            }
        }
    }
    Ok(kernels)
}

fn kernel(name: &str, texts: &[(&str, &str)]) -> Result<Kernel> {
    let assemble =
        |(name, text): &(&str, &str)| wat::parse_str(text).with_context(|| name.to_string());
    let modules = texts.iter().map(assemble).collect::<Result<_>>()?;
    Ok(Kernel { name: name.to_string(), modules, count: None, fresh: false })
}

/// A loop over one bulk operator. A variable length comes from a global that the host could set, so
/// that a compiler cannot treat it as constant.
fn bulk(operator: &str, operands: &str, len: u32, constant: bool) -> String {
    let len_operand =
        if constant { format!("(i32.const {len})") } else { "(local.get $len)".to_string() };
    format!(
        "(module
          (memory 1)
          (data (i32.const 8192) \"some bytes that are not all equal\")
          (global $len (export \"len\") (mut i32) (i32.const {len}))
          (func (export \"run\") (param $n i32) (result i32) (local $at i32) (local $len i32)
            (local.set $len (global.get $len))
            (loop $l
              (local.set $at (i32.and (i32.mul (local.get $n) (i32.const 24)) (i32.const 0xff8)))
              ({operator} {operands} {len_operand})
              (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i32.load (local.get $at))))"
    )
}

//! Writes small modules in the binary format, so that the contract needs no dependency.
//! Bodies are operators as bytes; see the opcode table in the specification's appendix.

pub const I32: u8 = 0x7f;
pub const I64: u8 = 0x7e;
pub const F32: u8 = 0x7d;
pub const F64: u8 = 0x7c;
pub const FUNCREF: u8 = 0x70;
pub const EXTERNREF: u8 = 0x6f;

pub const FUNC: u8 = 0;
pub const TABLE: u8 = 1;
pub const MEMORY: u8 = 2;
pub const GLOBAL: u8 = 3;
pub const TAG: u8 = 4;

/// `end`, after every constant expression and body.
const END: u8 = 0x0b;

/// A module under construction: one list of encoded entries per section.
#[derive(Clone, Default)]
pub struct Wasm {
    types: Vec<Vec<u8>>,
    imports: Vec<Vec<u8>>,
    functions: Vec<Vec<u8>>,
    tables: Vec<Vec<u8>>,
    memories: Vec<Vec<u8>>,
    tags: Vec<Vec<u8>>,
    globals: Vec<Vec<u8>>,
    exports: Vec<Vec<u8>>,
    start: Option<u32>,
    elements: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
    data: Vec<Vec<u8>>,
}

impl Wasm {
    pub fn ty(mut self, params: &[u8], results: &[u8]) -> Wasm {
        self.types.push([&[0x60][..], &sized(params), &sized(results)].concat());
        self
    }

    /// Adds a type that contains a value type longer than one byte.
    pub fn raw_ty(mut self, encoded: &[u8]) -> Wasm {
        self.types.push(encoded.to_vec());
        self
    }

    pub fn import_func(self, module: &str, name: &str, ty: u32) -> Wasm {
        self.import(module, name, &[&[FUNC][..], &unsigned(ty)].concat())
    }

    pub fn import_table(self, module: &str, name: &str, minimum: u32) -> Wasm {
        self.import(module, name, &[&[TABLE, FUNCREF][..], &limits(minimum, None)].concat())
    }

    pub fn import_memory(self, module: &str, name: &str, minimum: u32) -> Wasm {
        self.import(module, name, &[&[MEMORY][..], &limits(minimum, None)].concat())
    }

    pub fn import_global(self, module: &str, name: &str, ty: u8, mutable: bool) -> Wasm {
        self.import(module, name, &[GLOBAL, ty, u8::from(mutable)])
    }

    /// Imports a tag of this type.
    pub fn import_tag(self, module: &str, name: &str, ty: u32) -> Wasm {
        self.import(module, name, &[&[TAG, 0][..], &unsigned(ty)].concat())
    }

    fn import(mut self, module: &str, name: &str, description: &[u8]) -> Wasm {
        let names = [sized(module.as_bytes()), sized(name.as_bytes())].concat();
        self.imports.push([&names, description].concat());
        self
    }

    /// A function without locals of its own; the final `end` is added.
    pub fn func(mut self, ty: u32, body: &[u8]) -> Wasm {
        self.functions.push(unsigned(ty));
        self.bodies.push(sized(&[&[0][..], body, &[END]].concat()));
        self
    }

    pub fn table(mut self, minimum: u32, maximum: Option<u32>) -> Wasm {
        self.tables.push([&[FUNCREF][..], &limits(minimum, maximum)].concat());
        self
    }

    pub fn memory(mut self, minimum: u32, maximum: Option<u32>) -> Wasm {
        self.memories.push(limits(minimum, maximum));
        self
    }

    /// Adds a memory whose limits are more than a minimum and a maximum.
    pub fn raw_memory(mut self, limits: &[u8]) -> Wasm {
        self.memories.push(limits.to_vec());
        self
    }

    /// A tag of this type.
    pub fn tag(mut self, ty: u32) -> Wasm {
        self.tags.push([&[0][..], &unsigned(ty)].concat());
        self
    }

    pub fn global(mut self, ty: u8, mutable: bool, initial: &[u8]) -> Wasm {
        self.globals.push([&[ty, u8::from(mutable)][..], initial, &[END]].concat());
        self
    }

    pub fn export(mut self, name: &str, kind: u8, index: u32) -> Wasm {
        self.exports.push([&sized(name.as_bytes())[..], &[kind], &unsigned(index)].concat());
        self
    }

    pub fn start(mut self, func: u32) -> Wasm {
        self.start = Some(func);
        self
    }

    /// An active segment of table 0.
    pub fn elements(mut self, offset: i32, funcs: &[u32]) -> Wasm {
        let funcs: Vec<_> = funcs.iter().map(|func| unsigned(*func)).collect();
        self.elements.push([&[0][..], &i32_const(offset), &[END], &counted(&funcs)].concat());
        self
    }

    /// An active segment of memory 0.
    pub fn data(mut self, offset: i32, bytes: &[u8]) -> Wasm {
        self.data.push([&[0][..], &i32_const(offset), &[END], &sized(bytes)].concat());
        self
    }

    /// The module.
    pub fn bytes(&self) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let mut section = |id: u8, content: &[u8]| {
            module.push(id);
            module.extend(sized(content));
        };
        let lists = [
            (1, &self.types),
            (2, &self.imports),
            (3, &self.functions),
            (4, &self.tables),
            (5, &self.memories),
            (13, &self.tags),
            (6, &self.globals),
            (7, &self.exports),
        ];
        for (id, entries) in lists {
            if !entries.is_empty() {
                section(id, &counted(entries));
            }
        }
        if let Some(start) = self.start {
            section(8, &unsigned(start));
        }
        for (id, entries) in [(9, &self.elements), (10, &self.bodies), (11, &self.data)] {
            if !entries.is_empty() {
                section(id, &counted(entries));
            }
        }
        module
    }
}

/// `i32.const`
pub fn i32_const(value: i32) -> Vec<u8> {
    [&[0x41][..], &signed(i64::from(value))].concat()
}

/// `i64.const`
pub fn i64_const(value: i64) -> Vec<u8> {
    [&[0x42][..], &signed(value)].concat()
}

/// `f32.const`
pub fn f32_const(value: f32) -> Vec<u8> {
    [&[0x43][..], &value.to_bits().to_le_bytes()].concat()
}

fn limits(minimum: u32, maximum: Option<u32>) -> Vec<u8> {
    match maximum {
        None => [&[0][..], &unsigned(minimum)].concat(),
        Some(maximum) => [&[1][..], &unsigned(minimum), &unsigned(maximum)].concat(),
    }
}

fn counted(entries: &[Vec<u8>]) -> Vec<u8> {
    [unsigned(entries.len() as u32), entries.concat()].concat()
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&unsigned(bytes.len() as u32), bytes].concat()
}

fn unsigned(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn signed(mut value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !(-64..64).contains(&value) {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8 & 0x7f);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_encoded_as_the_specification_says() {
        assert_eq!(unsigned(624_485), [0xe5, 0x8e, 0x26]);
        assert_eq!(signed(-123_456), [0xc0, 0xbb, 0x78]);
        assert_eq!((signed(63), signed(64), signed(-64)), (vec![63], vec![0xc0, 0], vec![0x40]));
    }

    #[test]
    fn a_module_is_its_sections_in_order() {
        let wasm = Wasm::default().ty(&[], &[I32]).func(0, &i32_const(7)).export("f", FUNC, 0);
        let expected = [
            &b"\0asm\x01\0\0\0"[..],
            &[1, 5, 1, 0x60, 0, 1, I32],
            &[3, 2, 1, 0],
            &[7, 5, 1, 1, b'f', FUNC, 0],
            &[10, 6, 1, 4, 0, 0x41, 7, END],
        ];
        assert_eq!(wasm.bytes(), expected.concat());
    }
}

// Takes the parts of a helper module; gives its bytes. Knows the binary format, and no engine.
package main

// An extern kind of the binary format.
const (
	kindFunc byte = iota
	kindTable
	kindMemory
	kindGlobal
	kindTag
)

var kindNames = [...]string{"func", "table", "memory", "global", "tag"}

// The identifiers of sections.
const (
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionElement  = 9
	sectionCode     = 10
	sectionTag      = 13
)

var header = []byte{0, 'a', 's', 'm', 1, 0, 0, 0}

// A vector of the binary format: how many items, and their bytes.
type vector struct {
	count int
	bytes []byte
}

func (v *vector) add(item ...byte) int {
	v.count++
	v.bytes = append(v.bytes, item...)
	return v.count - 1
}

// A module that is being written. Imports of functions come before functions.
type builder struct {
	types, imports, funcs, tables, memories, globals, tags, exports, declared, code vector
	importedFuncs                                                                   int
}

func (b *builder) typ(ty funcType) int {
	item := append([]byte{0x60}, valTypes(ty.params)...)
	return b.types.add(append(item, valTypes(ty.results)...)...)
}

// Imports an item; `description` is that of its type.
func (b *builder) imported(module, name string, kind byte, description []byte) {
	item := append(text(module), text(name)...)
	item = append(item, kind)
	b.imports.add(append(item, description...)...)
	if kind == kindFunc {
		b.importedFuncs++
	}
}

func (b *builder) export(name string, kind byte, index int) {
	b.exports.add(append(append(text(name), kind), unsigned(uint64(index))...)...)
}

// Defines and exports a function; its body lacks the end.
func (b *builder) function(name string, ty funcType, body []byte) {
	index := b.importedFuncs + b.funcs.add(unsigned(uint64(b.typ(ty)))...)
	body = append(append([]byte{0}, body...), 0x0b)
	b.code.add(append(unsigned(uint64(len(body))), body...)...)
	b.export(name, kindFunc, index)
}

// Lets `ref.func` name the function.
func (b *builder) declare(index int) {
	b.declared.add(append([]byte{3, 0, 1}, unsigned(uint64(index))...)...)
}

func (b *builder) bytes() []byte {
	bytes := append([]byte{}, header...)
	for _, section := range []struct {
		id   byte
		from vector
	}{
		{sectionType, b.types}, {sectionImport, b.imports}, {sectionFunction, b.funcs},
		{sectionTable, b.tables}, {sectionMemory, b.memories}, {sectionTag, b.tags},
		{sectionGlobal, b.globals}, {sectionExport, b.exports}, {sectionElement, b.declared},
		{sectionCode, b.code},
	} {
		if section.from.count > 0 {
			content := append(unsigned(uint64(section.from.count)), section.from.bytes...)
			bytes = append(bytes, section.id)
			bytes = append(bytes, unsigned(uint64(len(content)))...)
			bytes = append(bytes, content...)
		}
	}
	return bytes
}

func valTypes(types []valType) []byte {
	bytes := unsigned(uint64(len(types)))
	for _, ty := range types {
		bytes = append(bytes, ty...)
	}
	return bytes
}

func limits(min uint64, max *uint64, shared bool) []byte {
	flags := byte(0)
	if shared {
		flags = 2
	}
	if max == nil {
		return append([]byte{flags}, unsigned(min)...)
	}
	return append(append([]byte{flags | 1}, unsigned(min)...), unsigned(*max)...)
}

func text(s string) []byte {
	return append(unsigned(uint64(len(s))), s...)
}

// LEB128.
func unsigned(n uint64) []byte {
	var bytes []byte
	for n >= 0x80 {
		bytes = append(bytes, byte(n)|0x80)
		n >>= 7
	}
	return append(bytes, byte(n))
}

func signed(n int64) []byte {
	var bytes []byte
	for {
		low := byte(n & 0x7f)
		n >>= 7
		if n == 0 && low&0x40 == 0 || n == -1 && low&0x40 != 0 {
			return append(bytes, low)
		}
		bytes = append(bytes, low|0x80)
	}
}

// Operators that helper modules use.
func localGet(index int) []byte { return append([]byte{0x20}, unsigned(uint64(index))...) }
func opCall(index int) []byte   { return append([]byte{0x10}, unsigned(uint64(index))...) }
func globalGet(index int) []byte {
	return append([]byte{0x23}, unsigned(uint64(index))...)
}
func globalSet(index int) []byte {
	return append([]byte{0x24}, unsigned(uint64(index))...)
}
func refFunc(index int) []byte { return append([]byte{0xd2}, unsigned(uint64(index))...) }

func sequence(parts ...[]byte) []byte {
	var all []byte
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// Reads all locals that are parameters.
func arguments(count int) []byte {
	var all []byte
	for at := range count {
		all = append(all, localGet(at)...)
	}
	return all
}

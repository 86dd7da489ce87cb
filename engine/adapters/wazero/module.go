// Takes the bytes of a module; gives its types, imports and exports, and the same module with other
// names of imports. It reads what wazero's API does not list: globals, tables and tags with their
// types, and the order of imports. It validates nothing: wazero has accepted the bytes before.
package main

import (
	"errors"
	"fmt"
)

// A value type, as the binary format writes it.
type valType string

const (
	i32       valType = "\x7f"
	i64       valType = "\x7e"
	f32       valType = "\x7d"
	f64       valType = "\x7c"
	v128      valType = "\x7b"
	funcref   valType = "\x70"
	externref valType = "\x6f"
	exnref    valType = "\x69"
)

type funcType struct {
	params, results []valType
}

// The type of something that is imported or exported.
type externType struct {
	kind    byte
	fn      funcType // of a function or a tag
	value   valType  // of a global, or of the elements of a table
	mutable bool
	min     uint64
	max     *uint64
	shared  bool
	is64    bool
}

type importEntry struct {
	module, name string
	ty           externType
}

type exportEntry struct {
	name  string
	kind  byte
	index int
}

// What the adapter knows about a module.
type moduleInfo struct {
	bytes   []byte
	types   []funcType
	imports []importEntry
	exports []exportEntry
	// The types of all functions, tables, memories, globals and tags, imported ones first.
	spaces [5][]externType
	// How many functions the module defines.
	bodies int
	// Where the import section is, its header included.
	importsFrom, importsTo int
	// The descriptions of the imports.
	descriptions [][]byte
}

var errShort = errors.New("the module is too short")

type reader struct {
	bytes []byte
	at    int
}

func (r *reader) byte() byte {
	if r.at >= len(r.bytes) {
		panic(errShort)
	}
	r.at++
	return r.bytes[r.at-1]
}

func (r *reader) unsigned() uint64 {
	var n uint64
	for shift := 0; ; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 || shift > 63 {
			return n
		}
	}
}

func (r *reader) count() int { return int(r.unsigned()) }

func (r *reader) take(length int) []byte {
	if length < 0 || length > len(r.bytes)-r.at {
		panic(errShort)
	}
	r.at += length
	return r.bytes[r.at-length : r.at]
}

func (r *reader) text() string { return string(r.take(r.count())) }

func (r *reader) valType() valType {
	from := r.at
	if first := r.byte(); first == 0x63 || first == 0x64 {
		for r.byte() >= 0x80 {
		}
	}
	ty := valType(r.bytes[from:r.at])
	// The long forms of the abbreviations.
	switch ty {
	case "\x63\x70", "\x63\x6f", "\x63\x69":
		return ty[1:]
	}
	return ty
}

func (r *reader) valTypes() []valType {
	types := make([]valType, r.count())
	for at := range types {
		types[at] = r.valType()
	}
	return types
}

func (r *reader) limits(ty *externType) {
	flags := r.byte()
	ty.shared = flags&2 != 0
	ty.is64 = flags&4 != 0
	ty.min = r.unsigned()
	if flags&1 != 0 {
		max := r.unsigned()
		ty.max = &max
	}
}

func (r *reader) table() externType {
	ty := externType{kind: kindTable, value: r.valType()}
	r.limits(&ty)
	return ty
}

func (r *reader) memory() externType {
	ty := externType{kind: kindMemory}
	r.limits(&ty)
	return ty
}

func (r *reader) global() externType {
	ty := externType{kind: kindGlobal, value: r.valType()}
	ty.mutable = r.byte() == 1
	return ty
}

// Skips a constant expression: it ends at the first `end` that is no immediate.
func (r *reader) constant() {
	for {
		switch op := r.byte(); op {
		case 0x0b:
			return
		case 0x41, 0x42, 0x23, 0xd2, 0xd0:
			for r.byte() >= 0x80 {
			}
		case 0x43:
			r.take(4)
		case 0x44:
			r.take(8)
		case 0xfd:
			r.unsigned()
			r.take(16)
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e:
		default:
			panic(fmt.Errorf("operator %#x in a constant expression", op))
		}
	}
}

// Reads a module that wazero has accepted.
func readModule(bytes []byte) (info *moduleInfo, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("the adapter cannot read the module: %v", failure)
		}
	}()
	info = &moduleInfo{bytes: bytes}
	r := &reader{bytes: bytes, at: len(header)}
	for r.at < len(bytes) {
		from := r.at
		id := r.byte()
		content := &reader{bytes: r.take(r.count())}
		if id == sectionImport {
			info.importsFrom, info.importsTo = from, r.at
		}
		info.section(id, content)
	}
	return info, nil
}

func (m *moduleInfo) section(id byte, r *reader) {
	switch id {
	case sectionType:
		for range r.count() {
			m.readType(r)
		}
	case sectionImport:
		for range r.count() {
			m.readImport(r)
		}
	case sectionFunction:
		m.bodies = r.count()
		for range m.bodies {
			m.define(externType{kind: kindFunc, fn: m.types[r.count()]})
		}
	case sectionTable:
		for range r.count() {
			if r.bytes[r.at] == 0x40 {
				r.take(2)
				m.define(r.table())
				r.constant()
			} else {
				m.define(r.table())
			}
		}
	case sectionMemory:
		for range r.count() {
			m.define(r.memory())
		}
	case sectionTag:
		for range r.count() {
			r.byte()
			m.define(externType{kind: kindTag, fn: m.types[r.count()]})
		}
	case sectionGlobal:
		for range r.count() {
			m.define(r.global())
			r.constant()
		}
	case sectionExport:
		for range r.count() {
			name := r.text()
			kind := r.byte()
			m.exports = append(m.exports, exportEntry{name, kind, r.count()})
		}
	}
}

// A type, or a group of types that refer to each other.
func (m *moduleInfo) readType(r *reader) {
	switch form := r.byte(); form {
	case 0x4e:
		for range r.count() {
			m.readType(r)
		}
	case 0x50, 0x4f:
		for range r.count() {
			r.unsigned()
		}
		m.readType(r)
	case 0x60:
		params := r.valTypes()
		m.types = append(m.types, funcType{params, r.valTypes()})
	default:
		panic(fmt.Errorf("a type of the form %#x", form))
	}
}

func (m *moduleInfo) readImport(r *reader) {
	entry := importEntry{module: r.text(), name: r.text()}
	from := r.at + 1
	switch kind := r.byte(); kind {
	case kindFunc:
		entry.ty = externType{kind: kind, fn: m.types[r.count()]}
	case kindTable:
		entry.ty = r.table()
	case kindMemory:
		entry.ty = r.memory()
	case kindGlobal:
		entry.ty = r.global()
	case kindTag:
		r.byte()
		entry.ty = externType{kind: kind, fn: m.types[r.count()]}
	default:
		panic(fmt.Errorf("an import of the kind %d", kind))
	}
	m.imports = append(m.imports, entry)
	m.descriptions = append(m.descriptions, r.bytes[from:r.at])
	m.define(entry.ty)
}

func (m *moduleInfo) define(ty externType) {
	m.spaces[ty.kind] = append(m.spaces[ty.kind], ty)
}

// The module with these names in place of those of its imports, and nothing else changed.
func (m *moduleInfo) renamed(names [][2]string) []byte {
	if len(names) == 0 {
		return m.bytes
	}
	var imports vector
	for at, name := range names {
		item := append(text(name[0]), text(name[1])...)
		item = append(item, m.imports[at].ty.kind)
		imports.add(append(item, m.descriptions[at]...)...)
	}
	content := append(unsigned(uint64(imports.count)), imports.bytes...)
	section := append([]byte{sectionImport}, unsigned(uint64(len(content)))...)
	return sequence(m.bytes[:m.importsFrom], section, content, m.bytes[m.importsTo:])
}

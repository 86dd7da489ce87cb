// Globals, tables, memories and tags. The API makes none of them, so helper modules define those of
// the host and export them, and helpers that import a table or a global read and write it.
package main

import (
	"runtime"
	"runtime/debug"

	"github.com/tetratelabs/wazero/api"
)

// Makes a helper that exports one item, named "x".
func (a *adapter) make(s *session, ty externType, build func(*builder)) (*extern, error) {
	b := &builder{}
	build(b)
	b.export("x", ty.kind, 0)
	owner, err := s.help("x", b)
	return &extern{ty: ty, owner: owner, name: "x"}, err
}

// The item of this kind with this handle, and its session.
func (a *adapter) item(r *request, kind byte, handle uint32) (*session, *extern, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, nil, err
	}
	item, err := get[*extern](a, s, handle)
	if err == nil && item.ty.kind != kind {
		err = fail("misuse", "handle %d is no %s", handle, kindNames[kind])
	}
	return s, item, err
}

func globalNew(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	var ty externType
	if err := ty.read(kindGlobal, r.Type); err != nil {
		return nil, err
	}
	raw, err := a.lowerOne(s, ty.value, r.Value)
	if err != nil {
		return nil, err
	}
	reference := !numeric(ty.value) && raw[0] != 0
	if reference && !ty.mutable {
		return nil, unsupported("immutable globals of the host with a reference")
	}
	item, err := a.make(s, ty, func(b *builder) {
		mutable := byte(0)
		if ty.mutable {
			mutable = 1
		}
		b.globals.add(sequence([]byte(ty.value), []byte{mutable}, constant(ty.value, raw), []byte{0x0b})...)
	})
	if err == nil && reference {
		err = s.setGlobal(item, raw)
	}
	if err != nil {
		return nil, err
	}
	return a.lend(s, item), nil
}

// The constant of a number; null for every reference.
func constant(ty valType, raw []uint64) []byte {
	little := func(n uint64, count int) []byte {
		bytes := make([]byte, count)
		for at := range bytes {
			bytes[at] = byte(n >> (8 * at))
		}
		return bytes
	}
	switch ty {
	case i32:
		return append([]byte{0x41}, signed(int64(int32(raw[0])))...)
	case i64:
		return append([]byte{0x42}, signed(int64(raw[0]))...)
	case f32:
		return append([]byte{0x43}, little(raw[0], 4)...)
	case f64:
		return append([]byte{0x44}, little(raw[0], 8)...)
	case v128:
		return sequence([]byte{0xfd, 0x0c}, little(raw[0], 8), little(raw[1], 8))
	}
	return []byte{0xd0, ty[len(ty)-1]}
}

// A helper that reads a global and, if it is mutable, writes it.
func (s *session) globalHelper(item *extern) (*instance, error) {
	ty := item.ty
	return s.helper("global "+item.owner.name+" "+item.name, func(b *builder) {
		mutable := byte(0)
		if ty.mutable {
			mutable = 1
		}
		b.imported(item.owner.name, item.name, kindGlobal, append([]byte(ty.value), mutable))
		b.function("get", funcType{nil, []valType{ty.value}}, globalGet(0))
		if ty.mutable {
			b.function("set", funcType{[]valType{ty.value}, nil},
				append(localGet(0), globalSet(0)...))
		}
	})
}

func (s *session) setGlobal(item *extern, raw []uint64) error {
	helper, err := s.globalHelper(item)
	if err != nil {
		return err
	}
	if _, err := helper.module.ExportedFunction("set").Call(ctx, raw...); err != nil {
		return ended(err)
	}
	return nil
}

func globalGetOf(a *adapter, r *request) (any, error) {
	s, item, err := a.item(r, kindGlobal, r.Global)
	if err != nil {
		return nil, err
	}
	ty := item.ty.value
	if numeric(ty) && ty != v128 {
		return a.liftOne(s, ty, []uint64{item.owner.module.ExportedGlobal(item.name).Get()})
	}
	if ty.defined() {
		return nil, errDefined
	}
	helper, err := s.globalHelper(item)
	if err != nil {
		return nil, err
	}
	raw, err := helper.module.ExportedFunction("get").Call(ctx)
	if err != nil {
		return nil, ended(err)
	}
	return a.liftOne(s, ty, raw)
}

func globalSetOf(a *adapter, r *request) (any, error) {
	s, item, err := a.item(r, kindGlobal, r.Global)
	if err != nil {
		return nil, err
	}
	if !item.ty.mutable {
		return nil, fail("misuse", "the global is immutable")
	}
	raw, err := a.lowerOne(s, item.ty.value, r.Value)
	if err != nil {
		return nil, err
	}
	if numeric(item.ty.value) && item.ty.value != v128 {
		item.owner.module.ExportedGlobal(item.name).(api.MutableGlobal).Set(raw[0])
		return map[string]any{}, nil
	}
	return map[string]any{}, s.setGlobal(item, raw)
}

func tableNew(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	var ty externType
	if err := ty.read(kindTable, r.Type); err != nil {
		return nil, err
	}
	raw, err := a.lowerOne(s, ty.value, r.Init)
	if err != nil {
		return nil, err
	}
	item, err := a.make(s, ty, func(b *builder) {
		b.tables.add(append([]byte(ty.value), limits(ty.min, ty.max, false)...)...)
	})
	if err != nil {
		return nil, err
	}
	if raw[0] != 0 {
		for at := range ty.min {
			if _, err := s.tableCall(item, "set", at, raw[0]); err != nil {
				return nil, err
			}
		}
	}
	return a.lend(s, item), nil
}

// Calls an operation of a helper that imports a table.
func (s *session) tableCall(item *extern, operation string, arguments ...uint64) (uint64, error) {
	element := item.ty.value
	helper, err := s.helper("table "+item.owner.name+" "+item.name, func(b *builder) {
		b.imported(item.owner.name, item.name, kindTable,
			append([]byte(element), limits(0, nil, false)...))
		index := []valType{i32}
		b.function("get", funcType{index, []valType{element}}, sequence(localGet(0), []byte{0x25, 0}))
		b.function("set", funcType{[]valType{i32, element}, nil},
			sequence(localGet(0), localGet(1), []byte{0x26, 0}))
		b.function("size", funcType{nil, index}, []byte{0xfc, 0x10, 0})
		b.function("grow", funcType{[]valType{element, i32}, index},
			sequence(localGet(0), localGet(1), []byte{0xfc, 0x0f, 0}))
	})
	if err != nil {
		return 0, err
	}
	results, err := helper.module.ExportedFunction(operation).Call(ctx, arguments...)
	if err != nil {
		return 0, ended(err)
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

func (s *session) sizeOfTable(item *extern) (uint64, error) {
	size, err := s.tableCall(item, "size")
	return uint64(uint32(size)), err
}

func tableSize(a *adapter, r *request) (any, error) {
	s, item, err := a.item(r, kindTable, r.Table)
	if err != nil {
		return nil, err
	}
	size, err := s.sizeOfTable(item)
	return decimal(size), err
}

func tableGet(a *adapter, r *request) (any, error) {
	s, item, err := a.item(r, kindTable, r.Table)
	if err != nil {
		return nil, err
	}
	if size, err := s.sizeOfTable(item); err != nil || uint64(r.Index) >= size {
		return nil, err
	}
	raw, err := s.tableCall(item, "get", uint64(r.Index))
	if err != nil {
		return nil, err
	}
	return a.liftOne(s, item.ty.value, []uint64{raw})
}

func tableSet(a *adapter, r *request) (any, error) {
	s, item, err := a.item(r, kindTable, r.Table)
	if err != nil {
		return nil, err
	}
	raw, err := a.lowerOne(s, item.ty.value, r.Value)
	if err != nil {
		return nil, err
	}
	if size, err := s.sizeOfTable(item); err != nil || uint64(r.Index) >= size {
		return false, err
	}
	_, err = s.tableCall(item, "set", uint64(r.Index), raw[0])
	return true, err
}

func tableGrow(a *adapter, r *request) (any, error) {
	s, item, err := a.item(r, kindTable, r.Table)
	if err != nil {
		return nil, err
	}
	raw, err := a.lowerOne(s, item.ty.value, r.Init)
	if err != nil || r.Delta >= 1<<32 {
		return nil, err
	}
	old, err := s.tableCall(item, "grow", raw[0], uint64(r.Delta))
	if err != nil || uint32(old) == 1<<32-1 {
		return nil, err
	}
	return decimal(uint64(uint32(old))), nil
}

func memoryNew(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	var ty externType
	if err := ty.read(kindMemory, r.Type); err != nil {
		return nil, err
	}
	item, err := a.make(s, ty, func(b *builder) {
		b.memories.add(limits(ty.min, ty.max, ty.shared)...)
	})
	if err != nil {
		return nil, err
	}
	return a.lend(s, item), nil
}

func (item *extern) memory() api.Memory { return item.owner.module.ExportedMemory(item.name) }

// The size in pages: in bytes, 4 GiB would be 0.
func (item *extern) pages() uint32 {
	pages, _ := item.memory().Grow(0)
	return pages
}

func memorySize(a *adapter, r *request) (any, error) {
	_, item, err := a.item(r, kindMemory, r.Memory)
	if err != nil {
		return nil, err
	}
	return decimal(uint64(item.pages())), nil
}

// Whether bytes are in the memory.
func (item *extern) has(at, length number) bool {
	size := number(item.pages()) << 16
	return at <= size && length <= size-at
}

func memoryRead(a *adapter, r *request) (any, error) {
	_, item, err := a.item(r, kindMemory, r.Memory)
	if err != nil || !item.has(r.At, r.Length) {
		return nil, err
	}
	if r.Length == 0 {
		return []byte{}, nil
	}
	bytes, ok := item.memory().Read(uint32(r.At), uint32(r.Length))
	if !ok {
		return nil, fail("failed", "wazero's API does not read bytes that are in the memory")
	}
	return bytes, nil
}

func memoryWrite(a *adapter, r *request) (any, error) {
	_, item, err := a.item(r, kindMemory, r.Memory)
	if err != nil || !item.has(r.At, number(len(r.Bytes))) {
		return false, err
	}
	return len(r.Bytes) == 0 || item.memory().Write(uint32(r.At), r.Bytes), nil
}

func memoryGrow(a *adapter, r *request) (any, error) {
	_, item, err := a.item(r, kindMemory, r.Memory)
	if err != nil || r.Delta >= 1<<32 {
		return nil, err
	}
	if old, ok := item.memory().Grow(uint32(r.Delta)); ok {
		return decimal(uint64(old)), nil
	}
	return nil, nil
}

func tagNew(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	ty := externType{kind: kindTag}
	if err := (&ty.fn).UnmarshalJSON(r.Type); err != nil {
		return nil, err
	}
	if s.engine.flags&flags([]string{"exceptions"}) == 0 {
		return nil, unsupported("tags without exceptions")
	}
	if len(ty.fn.results) > 0 {
		return nil, fail("misuse", "a tag with results")
	}
	item, err := a.make(s, ty, func(b *builder) {
		b.tags.add(append([]byte{0}, unsigned(uint64(b.typ(ty.fn)))...)...)
	})
	if err != nil {
		return nil, err
	}
	return a.lend(s, item), nil
}

func collect(a *adapter, r *request) (any, error) {
	if _, err := a.session(r); err != nil {
		return nil, err
	}
	runtime.GC()
	debug.FreeOSMemory()
	return map[string]any{}, nil
}

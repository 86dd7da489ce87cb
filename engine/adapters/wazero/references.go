// References to functions. wazero's API has them as addresses only, and a function of an address
// only in a table: the adapter keeps each in a table of a helper module, the holder, and takes it
// from there with table.LookupFunction, as an embedder of wazero does.
package main

import (
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental/table"
)

// A helper module with a table of functions.
type holder struct {
	made  *instance
	slots map[uint64]int // by address
}

func (s *session) hold(address uint64) (int, error) {
	if s.holder == nil {
		b := &builder{}
		b.tables.add(append([]byte(funcref), limits(0, nil, false)...)...)
		b.export("table", kindTable, 0)
		// Adds an element, and returns its position.
		b.function("add", funcType{[]valType{funcref}, []valType{i32}},
			sequence(localGet(0), []byte{0x41, 1, 0xfc, 0x0f, 0}))
		made, err := s.help("h", b)
		if err != nil {
			return 0, err
		}
		s.holder = &holder{made, map[uint64]int{}}
	}
	if slot, ok := s.holder.slots[address]; ok {
		return slot, nil
	}
	results, err := s.holder.made.module.ExportedFunction("add").Call(ctx, address)
	if err != nil {
		return 0, ended(err)
	}
	slot := int(uint32(results[0]))
	s.holder.slots[address] = slot
	return slot, nil
}

// The function at an address. Nothing is asked of it: wazero ends the process when it looks some
// functions up, and the harness may only want to know whether there is one.
func (s *session) referred(address uint64) (*extern, error) {
	slot, err := s.hold(address)
	if err != nil {
		return nil, err
	}
	return &extern{ty: externType{kind: kindFunc}, slot: slot, untyped: true}, nil
}

// Finds the type of a function that was taken: the one with which it can be looked up.
func (s *session) findType(item *extern) error {
	if !item.untyped {
		return nil
	}
	var cannot error // be looked up with some type
	for _, ty := range s.types {
		if err := ty.plain(); err != nil {
			cannot = err
			continue
		}
		item.ty.fn = ty
		if _, err := s.lookUp(item); err == nil {
			item.untyped = false
			return nil
		}
	}
	if cannot != nil {
		return cannot
	}
	return fail("failed", "no type of the session's modules fits a function reference")
}

// LookupFunction panics, by contract, if the type of the element is another one.
func (s *session) lookUp(item *extern) (found api.Function, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			if known, ok := failure.(error); !ok || trapKinds[known.Error()] == "" {
				panic(failure)
			}
			err = fail("failed", "the function reference has another type: %v", failure)
		}
	}()
	fn := item.ty.fn
	params, err := plain(fn.params)
	if err != nil {
		return nil, err
	}
	results, err := plain(fn.results)
	if err != nil {
		return nil, err
	}
	return table.LookupFunction(s.holder.made.module, 0, uint32(item.slot), params, results), nil
}

// The types in wazero's API, which has a byte for each.
func plain(types []valType) ([]api.ValueType, error) {
	all := make([]api.ValueType, len(types))
	for at, ty := range types {
		switch {
		case ty.defined():
			return nil, errDefined
		case len(ty) != 1:
			return nil, unsupported("functions of the border with references that are never null")
		}
		all[at] = ty[0]
	}
	return all, nil
}

// Why wazero's API cannot express the type; nil if it can.
func (f funcType) plain() error {
	_, err := plain(slices.Concat(f.params, f.results))
	return err
}

var errDefined = unsupported("references to defined types at the border")

// A defined type has an index of its own module, so a helper module cannot name it.
func (f funcType) nameable() error {
	if slices.ContainsFunc(slices.Concat(f.params, f.results), valType.defined) {
		return errDefined
	}
	return nil
}

// The address of a function: of one that was taken, its own; of an export, that of a helper that
// imports it.
func (s *session) reference(item *extern) (uint64, error) {
	if item.owner == nil {
		for address, slot := range s.holder.slots {
			if slot == item.slot {
				return address, nil
			}
		}
		panic(fmt.Sprint("no address in slot ", item.slot))
	}
	if err := item.ty.fn.nameable(); err != nil {
		return 0, err
	}
	made, err := s.helper("ref "+item.owner.name+" "+item.name, func(b *builder) {
		b.imported(item.owner.name, item.name, kindFunc, unsigned(uint64(b.typ(item.ty.fn))))
		b.declare(0)
		b.function("ref", funcType{nil, []valType{funcref}}, refFunc(0))
	})
	if err != nil {
		return 0, err
	}
	results, err := made.module.ExportedFunction("ref").Call(ctx)
	if err != nil {
		return 0, ended(err)
	}
	return results[0], nil
}

// wazero gives one function several addresses, one for each module that imports it. So unequal ones
// say nothing.
func same(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	if r.A.field != "func" || r.B.field != "func" {
		return r.A == r.B, nil
	}
	one, err := a.function(s, r.A.handle())
	if err != nil {
		return nil, err
	}
	other, err := a.function(s, r.B.handle())
	if err != nil {
		return nil, err
	}
	if one == other || one.owner == nil && other.owner == nil && one.slot == other.slot {
		return true, nil
	}
	return nil, unsupported("the identity of functions")
}

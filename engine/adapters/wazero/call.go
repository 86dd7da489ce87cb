// Calls: values of lines become slots of wazero, and back. wazero passes numbers as their bits in 64
// bits, a vector in two slots, a reference as the address of what it refers to, and 0 as null.
package main

import (
	"math"

	"github.com/tetratelabs/wazero/api"
)

func call(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	item, err := a.function(s, r.Func)
	if err != nil {
		return nil, err
	}
	if err := s.findType(item); err != nil {
		return nil, err
	}
	arguments, err := a.lower(s, item.ty.fn.params, r.Args)
	if err != nil {
		return nil, err
	}
	function, err := s.callable(item)
	if err != nil {
		return nil, err
	}
	results, err := function.Call(ctx, arguments...)
	if err != nil {
		return nil, a.left(s, err)
	}
	return a.lift(s, item.ty.fn.results, results)
}

// The function with this handle.
func (a *adapter) function(s *session, handle uint32) (*extern, error) {
	item, err := get[*extern](a, s, handle)
	if err == nil && item.ty.kind != kindFunc {
		err = fail("misuse", "handle %d is no function", handle)
	}
	return item, err
}

// What calls a function. It may be called once at a time, so each call gets its own.
func (s *session) callable(item *extern) (api.Function, error) {
	switch {
	case item.owner == nil:
		return s.lookUp(item)
	case item.host != nil:
		// The API forbids calls of a host function, but a module that imports it may call it.
		caller, err := s.forward(item)
		if err != nil {
			return nil, err
		}
		return caller.module.ExportedFunction("call"), nil
	}
	return item.owner.module.ExportedFunction(item.name), nil
}

// A helper that calls an exported function.
func (s *session) forward(item *extern) (*instance, error) {
	if err := item.ty.fn.nameable(); err != nil {
		return nil, err
	}
	return s.helper("call "+item.owner.name+" "+item.name, func(b *builder) {
		b.imported(item.owner.name, item.name, kindFunc, unsigned(uint64(b.typ(item.ty.fn))))
		b.function("call", item.ty.fn, append(arguments(len(item.ty.fn.params)), opCall(0)...))
	})
}

// The helper of this name; `build` makes it the first time.
func (s *session) helper(name string, build func(*builder)) (*instance, error) {
	if made := s.helped[name]; made != nil {
		return made, nil
	}
	b := &builder{}
	build(b)
	made, err := s.help("h", b)
	if err == nil {
		s.helped[name] = made
	}
	return made, err
}

func (a *adapter) lower(s *session, types []valType, values []value) ([]uint64, error) {
	if len(types) != len(values) {
		return nil, fail("misuse", "%d values for %d", len(values), len(types))
	}
	all := make([]uint64, 0, slots(types))
	for at, v := range values {
		lowered, err := a.lowerOne(s, types[at], v)
		if err != nil {
			return nil, err
		}
		all = append(all, lowered...)
	}
	return all, nil
}

func (a *adapter) lowerOne(s *session, ty valType, v value) ([]uint64, error) {
	if numeric(ty) {
		switch {
		case v.field != simpleNames[ty]:
			return nil, fail("misuse", "a value of another type")
		case ty == v128:
			return []uint64{v.lo, v.hi}, nil
		}
		return []uint64{v.lo}, nil
	}
	switch hierarchy := ty.hierarchy(); {
	case v.field == "null" && v.heap == hierarchy && ty.nullable():
		return []uint64{0}, nil
	case v.field == "extern" && hierarchy == "extern":
		return []uint64{v.lo + 1}, nil
	case v.field == "func" && hierarchy == "func":
		item, err := a.function(s, v.handle())
		if err != nil {
			return nil, err
		}
		reference, err := s.reference(item)
		return []uint64{reference}, err
	case v.field == "exn" || v.field == "i31" || v.field == "host":
		return nil, unsupported("references to objects at the border")
	}
	return nil, fail("misuse", "a value of another type")
}

func (a *adapter) lift(s *session, types []valType, raw []uint64) ([]value, error) {
	values := make([]value, len(types))
	for at, ty := range types {
		v, err := a.liftOne(s, ty, raw)
		if err != nil {
			return nil, err
		}
		values[at], raw = v, raw[ty.slots():]
	}
	return values, nil
}

func (a *adapter) liftOne(s *session, ty valType, raw []uint64) (value, error) {
	low := raw[0]
	switch {
	case ty == i32 || ty == f32:
		return value{field: simpleNames[ty], lo: low & math.MaxUint32}, nil
	case ty == v128:
		return value{field: "v128", lo: low, hi: raw[1]}, nil
	case numeric(ty):
		return value{field: simpleNames[ty], lo: low}, nil
	}
	switch hierarchy := ty.hierarchy(); {
	case low == 0:
		return null(hierarchy), nil
	case hierarchy == "extern":
		return value{field: "extern", lo: low - 1}, nil
	case hierarchy == "exn":
		return value{}, unsupported("references to exceptions at the border")
	}
	item, err := s.referred(low)
	if err != nil {
		return value{}, err
	}
	return a.lend(s, item), nil
}

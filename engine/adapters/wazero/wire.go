// Requests, values and types as the lines of the protocol have them.
package main

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A number that a line has as a string or as a number; negative ones are the same bits.
type number uint64

func (n *number) UnmarshalJSON(from []byte) error {
	digits := strings.Trim(string(from), `"`)
	if strings.HasPrefix(digits, "-") {
		signed, err := strconv.ParseInt(digits, 10, 64)
		*n = number(signed)
		return err
	}
	unsigned, err := strconv.ParseUint(digits, 10, 64)
	*n = number(unsigned)
	return err
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

type request struct {
	ID       *uint64         `json:"id"`
	Op       string          `json:"op"`
	Protocol int             `json:"protocol"`
	Engine   uint32          `json:"engine"`
	Session  uint32          `json:"session"`
	Config   config          `json:"config"`
	Wasm     []byte          `json:"wasm"`
	Module   uint32          `json:"module"`
	Instance uint32          `json:"instance"`
	Imports  []value         `json:"imports"`
	Name     string          `json:"name"`
	Func     uint32          `json:"func"`
	Args     []value         `json:"args"`
	Type     json.RawMessage `json:"type"`
	Action   action          `json:"action"`
	Extern   value           `json:"extern"`
	Global   uint32          `json:"global"`
	Table    uint32          `json:"table"`
	Memory   uint32          `json:"memory"`
	Value    value           `json:"value"`
	Init     value           `json:"init"`
	Index    number          `json:"index"`
	Delta    number          `json:"delta"`
	At       number          `json:"at"`
	Length   number          `json:"length"`
	Bytes    []byte          `json:"bytes"`
	A        value           `json:"a"`
	B        value           `json:"b"`
}

type config struct {
	Features []string        `json:"features"`
	Cache    json.RawMessage `json:"cache"`
}

type action struct {
	Return *[]value `json:"return"`
	Trap   *string  `json:"trap"`
	Throw  *struct {
		Tag    uint32  `json:"tag"`
		Values []value `json:"values"`
	} `json:"throw"`
	Call *uint32 `json:"call"`
}

// A value or an extern: the field of its object, and its bits or its handle.
type value struct {
	field  string
	lo, hi uint64
	heap   string // of a null
}

var numberTypes = map[string]valType{"i32": i32, "i64": i64, "f32": f32, "f64": f64}

func (v *value) UnmarshalJSON(from []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(from, &fields); err != nil || len(fields) != 1 {
		return fmt.Errorf("%s is no object with one field: %v", from, err)
	}
	for field, content := range fields {
		v.field = field
		switch field {
		case "null":
			return json.Unmarshal(content, &v.heap)
		case "v128":
			var digits string
			if err := json.Unmarshal(content, &digits); err != nil {
				return err
			}
			bytes, err := hex.DecodeString(digits)
			if err != nil || len(bytes) != 16 {
				return fmt.Errorf("%q are not 32 hexadecimal digits", digits)
			}
			v.hi, v.lo = binary.BigEndian.Uint64(bytes), binary.BigEndian.Uint64(bytes[8:])
		default:
			var n number
			if err := json.Unmarshal(content, &n); err != nil {
				return err
			}
			v.lo = uint64(n)
			if field == "i32" || field == "f32" {
				v.lo &= math.MaxUint32
			}
		}
	}
	return nil
}

func (v value) handle() uint32 { return uint32(v.lo) }

func (v value) MarshalJSON() ([]byte, error) {
	var content any = v.lo
	switch v.field {
	case "null":
		content = v.heap
	case "i64", "f64":
		content = decimal(v.lo)
	case "v128":
		content = fmt.Sprintf("%016x%016x", v.hi, v.lo)
	}
	return json.Marshal(map[string]any{v.field: content})
}

func handleOf(field string, handle uint32) value { return value{field: field, lo: uint64(handle)} }

func null(heap string) value { return value{field: "null", heap: heap} }

var heapNames = map[byte]string{
	0x70: "func", 0x73: "nofunc", 0x6f: "extern", 0x72: "noextern", 0x6e: "any", 0x6d: "eq",
	0x6c: "i31", 0x6b: "struct", 0x6a: "array", 0x71: "none", 0x69: "exn", 0x74: "noexn",
}

var simpleNames = map[valType]string{
	i32: "i32", i64: "i64", f32: "f32", f64: "f64", v128: "v128",
	funcref: "funcref", externref: "externref",
}

func (ty *valType) UnmarshalJSON(from []byte) error {
	var name string
	if json.Unmarshal(from, &name) == nil {
		for simple, its := range simpleNames {
			if its == name {
				*ty = simple
				return nil
			}
		}
		return fmt.Errorf("%q is no type", name)
	}
	var reference struct {
		Ref  json.RawMessage `json:"ref"`
		Null bool            `json:"null"`
	}
	if err := json.Unmarshal(from, &reference); err != nil {
		return err
	}
	if json.Unmarshal(reference.Ref, &name) != nil {
		return errDefined
	}
	for heap, its := range heapNames {
		switch {
		case its != name:
		case reference.Null:
			*ty = valType([]byte{heap})
		default:
			*ty = valType([]byte{0x64, heap})
		}
	}
	return nil
}

func (ty valType) MarshalJSON() ([]byte, error) {
	if name := simpleNames[ty]; name != "" {
		return json.Marshal(name)
	}
	heap, nullable := ty[len(ty)-1], ty[0] != 0x64
	name := heapNames[heap]
	if name == "" || len(ty) > 2 {
		return nil, errDefined
	}
	return json.Marshal(map[string]any{"ref": name, "null": nullable})
}

// The hierarchy of a reference type: a defined type is a function type, wazero has no others.
func (ty valType) hierarchy() string {
	switch {
	case numeric(ty):
		return ""
	case ty == externref || ty == "\x64\x6f" || ty == "\x72":
		return "extern"
	case ty == exnref || ty == "\x64\x69":
		return "exn"
	}
	return "func"
}

func numeric(ty valType) bool { return ty[0] >= 0x7b && ty[0] <= 0x7f }

// Whether it is a reference to a defined type: what follows its first byte is an index, which is not
// negative in a signed LEB128. Names of heap types are negative.
func (ty valType) defined() bool { return len(ty) > 1 && (ty[1] < 0x40 || ty[1] >= 0x80) }

func (ty valType) nullable() bool { return ty[0] != 0x64 }

// How many 64-bit slots a value of the type takes.
func (ty valType) slots() int {
	if ty == v128 {
		return 2
	}
	return 1
}

func slots(types []valType) int {
	count := 0
	for _, ty := range types {
		count += ty.slots()
	}
	return count
}

func (f funcType) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"params": list(f.params), "results": list(f.results)})
}

// The same types; an empty list is no null.
func list(types []valType) []valType { return append([]valType{}, types...) }

func (f *funcType) UnmarshalJSON(from []byte) error {
	var fields struct{ Params, Results []valType }
	err := json.Unmarshal(from, &fields)
	f.params, f.results = fields.Params, fields.Results
	return err
}

func (f funcType) equal(other funcType) bool {
	return slices.Equal(f.params, other.params) && slices.Equal(f.results, other.results)
}

func (ty externType) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	switch ty.kind {
	case kindFunc:
		return json.Marshal(map[string]any{"func": ty.fn})
	case kindTag:
		return json.Marshal(map[string]any{"tag": map[string]any{"params": list(ty.fn.params)}})
	case kindGlobal:
		fields["type"], fields["mutable"] = ty.value, ty.mutable
	case kindTable:
		fields["element"] = ty.value
	}
	if ty.kind == kindTable || ty.kind == kindMemory {
		fields["min"] = decimal(ty.min)
		if ty.max != nil {
			fields["max"] = decimal(*ty.max)
		}
		if ty.shared {
			fields["shared"] = true
		}
	}
	return json.Marshal(map[string]any{kindNames[ty.kind]: fields})
}

// Reads the type of a global, a table or a memory from a request.
func (ty *externType) read(kind byte, from json.RawMessage) error {
	var fields struct {
		Type     valType
		Element  valType
		Mutable  bool
		Min      number
		Max      *number
		Index    string
		Shared   bool
		PageSize *uint64 `json:"page_size"`
	}
	if err := json.Unmarshal(from, &fields); err != nil {
		return err
	}
	if fields.Index != "" || fields.PageSize != nil {
		return unsupported("memories and tables of newer proposals")
	}
	*ty = externType{kind: kind, mutable: fields.Mutable, min: uint64(fields.Min), shared: fields.Shared}
	if ty.value = fields.Type; kind == kindTable {
		ty.value = fields.Element
	}
	if fields.Max != nil {
		max := uint64(*fields.Max)
		ty.max = &max
	}
	return nil
}

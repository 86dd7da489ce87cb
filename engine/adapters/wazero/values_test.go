package main

import "testing"

// Null is no value of a type without null.
func TestNullIsNoValueOfEveryReferenceType(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	null := fields{"null": "func"}
	never := fields{"ref": "func", "null": false}
	for op, request := range map[string]fields{
		"global_new": {"type": fields{"type": never, "mutable": true}, "value": null},
		"table_new":  {"type": fields{"element": never, "min": "1"}, "init": null},
	} {
		if answer := c.answer(op, request); answer["misuse"] == nil {
			t.Errorf("%s: %v", op, answer)
		}
	}
	b := &builder{}
	b.function("f", funcType{[]valType{"\x64\x70"}, nil}, nil)
	function := c.export(c.instantiate(b.bytes()), "f").(fields)["func"]
	answer := c.answer("call", fields{"func": function, "args": []any{null}})
	if answer["misuse"] == nil {
		t.Errorf("call: %v", answer)
	}
}

// A helper defines the globals of the host, and only its code could write a reference.
func TestAnImmutableGlobalWithAReferenceIsUnsupported(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	function := c.export(c.instantiate(returning(7)), "f")
	request := fields{"type": fields{"type": "funcref", "mutable": false}, "value": function}
	if answer := c.answer("global_new", request); answer["unsupported"] == nil {
		t.Errorf("%v", answer)
	}
	request["type"] = fields{"type": "funcref", "mutable": true}
	made := c.ask("global_new", request).(fields)["global"]
	read := c.ask("global_get", fields{"global": made})
	equal(t, "a call of what is read", c.call(read)["ok"], any([]any{fields{"i32": 7}}))
}

// An import that is exported again has the type of what was given, not the one that is declared.
func TestAnExportedImportHasItsActualType(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	definer, most := &builder{}, uint64(9)
	definer.tables.add(append([]byte(funcref), limits(5, &most, false)...)...)
	definer.export("t", kindTable, 0)
	importer := &builder{}
	importer.imported("a", "t", kindTable, append([]byte(funcref), limits(1, nil, false)...))
	importer.export("t", kindTable, 0)
	given := c.export(c.instantiate(definer.bytes()), "t")
	again := c.export(c.instantiate(importer.bytes(), given), "t")
	equal(t, "type", c.ask("extern_type", fields{"extern": again}),
		any(fields{"table": fields{"element": "funcref", "min": "5", "max": "9"}}))
}

// Each import needs one extern, in the order of the import section.
func TestTheNumberOfImportsIsChecked(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	function := c.export(c.instantiate(returning(7)), "f")
	b := &builder{}
	ty := b.typ(funcType{nil, []valType{i32}})
	b.imported("a", "f", kindFunc, unsigned(uint64(ty)))
	module := c.compile(b.bytes())
	for _, imports := range [][]any{{}, {function, function}} {
		answer := c.answer("instantiate", fields{"module": module, "imports": imports})
		failure, is := answer["unlinkable"].(fields)
		if !is || failure["kind"] != "unknown-import" {
			t.Errorf("%d imports: %v", len(imports), answer)
		}
	}
}

// A trap has other kinds only where one text of wazero stands for several.
func TestATrapHasOneKind(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	b := &builder{}
	b.tables.add(append([]byte(funcref), limits(1, nil, false)...)...)
	b.function("unreachable", funcType{}, []byte{0x00})
	b.function("table", funcType{}, []byte{0x41, 7, 0x25, 0, 0x1a})
	made := c.instantiate(b.bytes())
	equal(t, "unreachable", c.call(c.export(made, "unreachable"))["trapped"],
		any(fields{"kind": "unreachable", "message": "unreachable"}))
	// A function of the host that calls back passes the trap on.
	void := fields{"params": []any{}, "results": []any{}}
	function := c.export(made, "unreachable").(fields)["func"]
	for range 3 {
		action := fields{"call": function}
		function = c.ask("host_func", fields{"type": void, "action": action}).(fields)["func"]
	}
	equal(t, "unreachable", c.call(fields{"func": function})["trapped"],
		any(fields{"kind": "unreachable", "message": "unreachable"}))
	trap := c.call(c.export(made, "table"))["trapped"].(fields)
	equal(t, "table", trap["or"], any([]any{"undefined-element", "table-out-of-bounds"}))
}

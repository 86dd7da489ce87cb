package main

import (
	"strings"
	"testing"
)

// The words of the script are in the errors of wazero, and decide nothing.
func TestLinkErrorsDoNotDependOnNames(t *testing.T) {
	for _, engine := range []string{"wazero", "wazero-interpreter"} {
		for _, name := range []string{"f", "z is not exported in module", "x\nimport func[",
			"\" is not exported in module \"m1", "module[m1] not instantiated"} {
			b := &builder{}
			b.function(name, funcType{}, nil)
			b.globals.add(append([]byte(i32), 0, 0x41, 0, 0x0b)...)
			b.export("g", kindGlobal, 0)
			c := connect(t, engine)
			c.start(nil)
			from := c.instantiate(b.bytes())
			for _, given := range []string{name, "g"} {
				importer := &builder{}
				ty := importer.typ(funcType{params: []valType{i32}})
				importer.imported("a", name, kindFunc, unsigned(uint64(ty)))
				imports := []any{c.export(from, given)}
				request := fields{"module": c.compile(importer.bytes()), "imports": imports}
				answer := c.answer("instantiate", request)
				failure, is := answer["unlinkable"].(fields)
				if !is || failure["kind"] != "incompatible-import" {
					t.Errorf("%s, %q imported as %q: %v", engine, given, name, answer)
				}
			}
		}
	}
}

// A trap of the host is one, whatever its text is.
func TestTrapsOfTheHostHaveAnyText(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	for _, text := range []string{"words", "uncaught exception", "stack overflow", "unreachable"} {
		ty := fields{"params": []any{}, "results": []any{}}
		host := c.ask("host_func", fields{"type": ty, "action": fields{"trap": text}})
		trap, is := c.call(host)["trapped"].(fields)
		if !is || trap["kind"] != "host" || trap["message"] != text {
			t.Errorf("%q: %v", text, c.call(host))
		}
	}
}

// Functions of wasm and of the host that call each other end at the bound of the adapter, and that is
// no exhaustion of wazero.
func TestTheDepthOfCallsIsABoundOfTheAdapter(t *testing.T) {
	for _, engine := range []string{"wazero", "wazero-interpreter"} {
		c := connect(t, engine)
		c.start(nil)
		// f(n) calls itself through the table's function of the host, n times.
		b := &builder{}
		b.tables.add(append([]byte(funcref), limits(1, nil, false)...)...)
		b.export("t", kindTable, 0)
		ty := funcType{[]valType{i32}, []valType{i32}}
		b.function("f", ty, sequence(localGet(0), []byte{0x04, 0x7f, 0x41, 1}, localGet(0),
			[]byte{0x41, 1, 0x6b, 0x41, 0, 0x11, 0, 0, 0x6a, 0x05, 0x41, 0, 0x0b}))
		instance := c.instantiate(b.bytes())
		function := c.export(instance, "f").(fields)["func"]
		i32s := []any{"i32"}
		host := c.ask("host_func", fields{"type": fields{"params": i32s, "results": i32s},
			"action": fields{"call": function}})
		table := c.export(instance, "t").(fields)["table"]
		c.ask("table_set", fields{"table": table, "index": "0", "value": host})
		down := func(depth int) fields {
			return c.answer("call", fields{"func": function, "args": []any{fields{"i32": depth}}})
		}
		equal(t, engine, down(deepest)["ok"], any([]any{fields{"i32": deepest}}))
		why, _ := down(deepest + 1)["unsupported"].(string)
		if !strings.HasPrefix(why, "functions of the host that call back more than") {
			t.Errorf("%s: %v", engine, down(deepest+1))
		}
		// The adapter still answers.
		equal(t, engine, down(1)["ok"], any([]any{fields{"i32": 1}}))
	}
}

// A function whose type has a defined type is an export, but wazero's API has no such type.
func TestDefinedTypesAtTheBorderAreUnsupported(t *testing.T) {
	for _, engine := range []string{"wazero", "wazero-interpreter"} {
		c := connect(t, engine)
		c.start(nil)
		b := &builder{}
		b.typ(funcType{})
		reference := funcType{[]valType{"\x63\x00"}, nil}
		b.tables.add(append([]byte(funcref), limits(1, nil, false)...)...)
		b.export("t", kindTable, 0)
		b.function("f", reference, nil)
		b.declared.add(0, 0x41, 0, 0x0b, 1, 0) // element 0 is function 0
		instance := c.instantiate(b.bytes())
		table := c.export(instance, "t").(fields)["table"]
		taken := c.ask("table_get", fields{"table": table, "index": "0"})
		null := []any{fields{"null": "func"}}
		for what, answer := range map[string]fields{
			"calling what was taken": c.answer("call",
				fields{"func": taken.(fields)["func"], "args": null}),
			"writing an export": c.answer("table_set",
				fields{"table": table, "index": "0", "value": c.export(instance, "f")}),
		} {
			equal(t, engine+", "+what, answer,
				fields{"unsupported": "references to defined types at the border"})
		}
		export := c.export(instance, "f").(fields)["func"]
		answer := c.answer("call", fields{"func": export, "args": null})
		equal(t, engine+", calling the export", answer, fields{"ok": []any{}})
	}
}

// What the tests have in common: a client of an adapter in this process, and modules for it.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
)

// The fields of a request, or of an answer.
type fields = map[string]any

type client struct {
	t       *testing.T
	adapter *adapter
}

// A client of an adapter that was started with this engine's name.
func connect(t *testing.T, name string) *client {
	return &client{t, &adapter{
		name: name, compiler: name == "wazero", engines: map[uint32]*engine{},
		sessions: map[uint32]*session{}, modules: map[uint32]*module{}, things: map[uint32]thing{},
	}}
}

// The answer to a request, as a line of the protocol has it.
func (c *client) answer(op string, request fields) fields {
	c.t.Helper()
	line := fields{"id": 1, "op": op, "engine": 1, "session": 1}
	maps.Copy(line, request)
	bytes, err := json.Marshal(line)
	if err != nil {
		c.t.Fatal(err)
	}
	if bytes, err = c.adapter.answer(append(bytes, '\n')); err != nil {
		c.t.Fatal(err)
	}
	var answer fields
	if err := json.Unmarshal(bytes, &answer); err != nil {
		c.t.Fatal(err)
	}
	delete(answer, "id")
	return answer
}

// The result of a request, which must succeed.
func (c *client) ask(op string, request fields) any {
	c.t.Helper()
	answer := c.answer(op, request)
	ok, is := answer["ok"]
	if !is {
		c.t.Fatalf("%s: %v", op, answer)
	}
	return ok
}

// Starts engine 1 with all features and this cache, and opens its session 1.
func (c *client) start(cache any) {
	c.t.Helper()
	var names []string
	for _, feature := range features() {
		names = append(names, feature.name)
	}
	c.ask("start", fields{"config": fields{"features": names, "cache": cache}})
	c.ask("open", nil)
}

func (c *client) compile(wasm []byte) any {
	c.t.Helper()
	return c.ask("compile", fields{"wasm": wasm}).(fields)["module"]
}

func (c *client) instantiate(wasm []byte, imports ...any) any {
	c.t.Helper()
	request := fields{"module": c.compile(wasm), "imports": append([]any{}, imports...)}
	return c.ask("instantiate", request).(fields)["instance"]
}

// The export of this name, as an import has it.
func (c *client) export(instance any, name string) any {
	c.t.Helper()
	return c.ask("export", fields{"instance": instance, "name": name})
}

// The answer to a call of a function without parameters.
func (c *client) call(function any) fields {
	c.t.Helper()
	return c.answer("call", fields{"func": function.(fields)["func"], "args": []any{}})
}

// A module whose export "f" returns a number.
func returning(n int) []byte {
	b := &builder{}
	b.function("f", funcType{nil, []valType{i32}}, append([]byte{0x41}, signed(int64(n))...))
	return b.bytes()
}

// Fails the test unless both are written alike.
func equal[T any](t *testing.T, what string, is, wanted T) {
	t.Helper()
	if is, wanted := fmt.Sprint(is), fmt.Sprint(wanted); is != wanted {
		t.Errorf("%s: %s, not %s", what, is, wanted)
	}
}

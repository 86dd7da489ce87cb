package main

import (
	"testing"

	"github.com/tetratelabs/wazero/api"
)

// The module of an instance in wazero's API.
func moduleOf(c *client, handle any) api.Module {
	return c.adapter.things[uint32(handle.(float64))].item.(*instance).module
}

// An instance is closed with --close once the harness has nothing of it; without, it is not dropped.
func TestInstancesAreClosedOrNotDropped(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	made := c.instantiate(returning(7))
	for _, op := range []string{"drop_instance", "collect"} {
		answer := c.answer(op, fields{"instance": made})
		equal(t, op, answer, fields{"unsupported": "the operation " + op})
	}
	c.adapter.closes = true
	function := c.export(made, "f")
	module := moduleOf(c, made)
	c.ask("drop_instance", fields{"instance": made})
	equal(t, "closed although an export is held", module.IsClosed(), false)
	equal(t, "a call of that", c.call(function)["ok"], any([]any{fields{"i32": 7}}))
	c.ask("drop_extern", fields{"extern": function})
	equal(t, "closed", module.IsClosed(), true)
	c.ask("collect", nil)
}

// A session that is closed, or whose engine is stopped, frees its runtime and all handles.
func TestAClosedSessionFreesItsRuntime(t *testing.T) {
	for _, op := range []string{"close", "stop"} {
		c := connect(t, "wazero")
		c.start(nil)
		made := c.instantiate(returning(7))
		function, module := c.export(made, "f"), moduleOf(c, made)
		early := c.adapter.modules[uint32(c.compile(returning(8)).(float64))].early
		equal(t, op+": compiled early", len(early), 1)
		c.ask(op, nil)
		equal(t, op+": compiled early", len(early), 0)
		equal(t, op+": closed", module.IsClosed(), true)
		equal(t, op+": sessions", len(c.adapter.sessions), 0)
		equal(t, op+": handles", len(c.adapter.things), 0)
		if c.call(function)["dropped"] == nil {
			t.Errorf("%s: %v", op, c.call(function))
		}
	}
}

// A stopped engine has no modules.
func TestAStoppedEngineHasNoModules(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	old := c.compile(returning(7))
	c.ask("stop", nil)
	c.start(nil)
	if answer := c.answer("instantiate", fields{"module": old}); answer["dropped"] == nil {
		t.Errorf("%v", answer)
	}
	equal(t, "modules", len(c.adapter.modules), 0)
}

// A dropped module is closed, so wazero has none of its code any more.
func TestADroppedModuleIsClosed(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	handle := c.compile(returning(7))
	m := c.adapter.modules[uint32(handle.(float64))]
	c.ask("drop_module", fields{"module": handle})
	if _, err := m.engine.runtime.InstantiateModule(ctx, m.compiled, named("m")); err == nil {
		t.Error("it can be instantiated")
	}
}

// A handle of another session is foreign, as the protocol demands. Instances of two sessions have the
// same names, so it would otherwise be linked to another instance.
func TestHandlesOfOtherSessionsAreForeign(t *testing.T) {
	c := connect(t, "wazero")
	c.start(nil)
	c.ask("open", fields{"session": 2})
	made := c.instantiate(returning(7))
	function := c.export(made, "f").(fields)["func"]
	answer := c.answer("call", fields{"session": 2, "func": function, "args": []any{}})
	if answer["foreign"] == nil {
		t.Errorf("%v", answer)
	}
}

// The calls of host functions that are kept have two bounds; what is beyond is counted.
func TestTheLogOfCallsHasBounds(t *testing.T) {
	var log hostLog
	for range mostCalls + 2 {
		log.add(hostCall{})
	}
	equal(t, "calls", len(log.calls), mostCalls)
	equal(t, "lost", log.lost, 2)
	log = hostLog{}
	arguments := make([]uint64, 1000)
	for range mostBytes/8000 + 1 {
		log.add(hostCall{arguments: arguments})
	}
	// A small one after the first that is lost would be a call out of order.
	lost := log.lost
	log.add(hostCall{})
	equal(t, "kept bytes", log.bytes <= mostBytes, true)
	equal(t, "some are kept", len(log.calls) > 1000, true)
	equal(t, "some are lost", lost > 0, true)
	equal(t, "lost", log.lost, lost+1)
	equal(t, "all", len(log.calls)+int(lost), mostBytes/8000+1)
}

// An adapter that speaks wassay's process protocol (../process/PROTOCOL.md) for wazero:
//
//	wassay-wazero wazero                  its compiler
//	wassay-wazero wazero-interpreter      its interpreter
//	wassay-wazero ENGINE --hand-over      modules are compiled in one runtime, and instantiated in another
//	wassay-wazero ENGINE --close          instances that the harness drops are closed
//
// Lines of requests come in on standard input, and lines of answers leave on standard output.
//
// An engine of the protocol is a runtime configuration with a compilation cache of its own, and a
// session is a wazero.Runtime. A module is compiled in a runtime of the engine, which validates it,
// and again in the runtime of each session that instantiates it: a hit of the cache that they share.
// With --hand-over, a session instantiates what the engine's runtime has compiled, and if there is a
// cache directory, each runtime has its own cache on it.
//
// wazero links by the names of modules and exports. The protocol links by position, so the adapter
// rewrites the names in the import section of each module to those of the instances that it was
// given (module.go); indices and types stay as they are. Instances are numbered in each session, so
// the same script makes the same bytes, which a cache finds again.
//
// wazero has no operation that gives up an instance and keeps what others use of it: closing an
// instance also ends later calls of its exports by the embedder. So the adapter keeps instances that
// the harness has until the session is closed, and has no operation that drops them or collects: what
// a script says about a dropped instance is unsupported. With --close it closes an instance as soon as
// the harness has dropped it and all of its exports, which is when a program on wazero would do so.
//
// Go's panics are not caught: they end the process, and the harness blames the directive. The only
// exception is table.LookupFunction, which panics by contract (references.go).
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
)

const protocol = 1

// What performs requests: `ok` holds the result of one that succeeded.
type operation = func(a *adapter, r *request) (ok any, err error)

var operations = map[string]operation{
	"start": start, "stop": stop, "compile": compile, "drop_module": dropModule,
	"provenance": provenance, "cache_stats": cacheStats, "cache_entry": cacheEntry,
	"open": open, "close": closeSession, "instantiate": instantiate, "export": exportOf,
	"call": call, "host_func": hostFunc, "take_host_calls": takeHostCalls,
	"extern_type": typeOfExtern, "global_new": globalNew, "global_get": globalGetOf,
	"global_set": globalSetOf, "table_new": tableNew, "table_size": tableSize,
	"table_get": tableGet, "table_set": tableSet, "table_grow": tableGrow,
	"memory_new": memoryNew, "memory_size": memorySize, "memory_read": memoryRead,
	"memory_write": memoryWrite, "memory_grow": memoryGrow, "tag_new": tagNew, "same": same,
	"drop_instance": dropInstance, "drop_extern": dropExtern, "drop_ref": dropRef,
	"collect": collect,
}

// The operations that there are only with --close.
var closing = map[string]bool{"drop_instance": true, "collect": true}

type adapter struct {
	name     string
	compiler bool
	handOver bool
	closes   bool
	engines  map[uint32]*engine
	sessions map[uint32]*session
	next     uint32 // handle
	modules  map[uint32]*module
	things   map[uint32]thing
}

// An instance or an extern, in its session.
type thing struct {
	session *session
	item    any
}

func main() {
	a := &adapter{
		engines: map[uint32]*engine{}, sessions: map[uint32]*session{},
		modules: map[uint32]*module{}, things: map[uint32]thing{},
	}
	for _, argument := range os.Args[1:] {
		switch argument {
		case "wazero", "wazero-interpreter":
			a.name, a.compiler = argument, argument == "wazero"
		case "--hand-over":
			a.handOver = true
		case "--close":
			a.closes = true
		default:
			a.name = ""
		}
	}
	if a.name == "" {
		fmt.Fprintln(os.Stderr, "usage: wassay-wazero wazero|wazero-interpreter [--hand-over] [--close]")
		os.Exit(2)
	}
	if err := a.serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "wassay-wazero:", err)
		os.Exit(1)
	}
}

func (a *adapter) serve(from io.Reader, to io.Writer) error {
	lines := bufio.NewReaderSize(from, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if line, err = a.answer(line); err != nil {
			return err
		}
		if _, err := to.Write(line); err != nil {
			return err
		}
	}
}

// The line that answers a line; none if that is a note.
func (a *adapter) answer(line []byte) ([]byte, error) {
	var r request
	answer := map[string]any{}
	if err := json.Unmarshal(line, &r); err != nil {
		answer[refusal(err).field] = refusal(err).value
	} else if ok, err := a.perform(&r); err != nil {
		answer[refusal(err).field] = refusal(err).value
	} else {
		answer["ok"] = ok
	}
	if r.ID == nil {
		return nil, nil
	}
	return encode(*r.ID, answer)
}

// The line of an answer; a result without a form in the protocol is unsupported.
func encode(id uint64, answer map[string]any) ([]byte, error) {
	answer["id"] = id
	bytes, err := json.Marshal(answer)
	if err != nil {
		failure := refusal(err)
		bytes, err = json.Marshal(map[string]any{"id": id, failure.field: failure.value})
	}
	return append(bytes, '\n'), err
}

func refusal(err error) *end {
	var known *end
	if errors.As(err, &known) {
		return known
	}
	return &end{"failed", err.Error()}
}

func (a *adapter) perform(r *request) (any, error) {
	if r.Op == "hello" {
		return a.hello(), nil
	}
	perform := operations[r.Op]
	if perform == nil || closing[r.Op] && !a.closes {
		return nil, unsupported("the operation " + r.Op)
	}
	return perform(a, r)
}

func (a *adapter) hello() any {
	ops := []string{"hello"}
	for op := range operations {
		if a.closes || !closing[op] {
			ops = append(ops, op)
		}
	}
	has, switches := supported(a.compiler)
	architecture := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	capabilities := []string{"kinds", "memory-cache"}
	if a.closes {
		capabilities = append(capabilities, "collect")
	}
	if a.compiler {
		// The interpreter accepts a directory, and stores nothing there.
		capabilities = append(capabilities, "disk-cache")
	}
	return map[string]any{
		"protocol": protocol, "name": a.name, "version": wazeroVersion(), "build": runtime.Version() + " " + sourcesID(),
		"target": architecture + "-" + runtime.GOOS, "features": has, "switches": switches,
		"capabilities": capabilities, "ops": ops,
	}
}

// The version of wazero that is linked into this program.
func wazeroVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == "github.com/tetratelabs/wazero" {
			return dependency.Version[1:]
		}
	}
	return "unknown"
}

// Gives a thing a handle.
func (a *adapter) add(s *session, item any) uint32 {
	a.next++
	a.things[a.next] = thing{s, item}
	return a.next
}

// The thing of this session with this handle. wassay sends a handle of another session only to an engine
// that refuses it by itself. The adapter still looks: instances of two sessions have the same names, so
// a link to the wrong one would succeed.
func get[T any](a *adapter, s *session, handle uint32) (T, error) {
	var none T
	found, ok := a.things[handle]
	if !ok {
		return none, fail("dropped", "no handle %d", handle)
	}
	if found.session != s {
		return none, fail("foreign", "handle %d is of another session", handle)
	}
	item, ok := found.item.(T)
	if !ok {
		return none, fail("misuse", "handle %d is something else", handle)
	}
	return item, nil
}

// Functions of the host: they record each call, and then do what their action says.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero/api"
)

// The most calls that are kept, and their bytes.
const (
	mostCalls = 1 << 16
	mostBytes = 16 << 20
)

// How deep functions of the host may be in each other. Go ends a process whose stack has 1 GiB: on amd64
// that is behind 100,000 levels, if the functions of wasm between them call nothing else.
const deepest = 20000

type hostFunction struct {
	session *session
	handle  uint32
	ty      funcType
	results []uint64 // if it returns
	trap    *hostTrap
	call    *extern
}

type hostLog struct {
	calls []hostCall
	bytes int
	lost  uint64
}

type hostCall struct {
	function  *hostFunction
	arguments []uint64
}

func hostFunc(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	h := &hostFunction{session: s}
	if err := json.Unmarshal(r.Type, &h.ty); err != nil {
		return nil, err
	}
	switch action := r.Action; {
	case action.Return != nil:
		h.results, err = a.lower(s, h.ty.results, *action.Return)
	case action.Trap != nil:
		h.trap = &hostTrap{*action.Trap}
	case action.Call != nil:
		if h.call, err = a.function(s, *action.Call); err == nil && !h.call.ty.fn.equal(h.ty) {
			err = fail("misuse", "a function of another type")
		}
	default:
		err = unsupported("host functions that throw")
	}
	if err != nil {
		return nil, err
	}
	params, err := plain(h.ty.params)
	if err != nil {
		return nil, err
	}
	results, err := plain(h.ty.results)
	if err != nil {
		return nil, err
	}
	s.helpers++
	owner := &instance{name: fmt.Sprint("host", s.helpers)}
	builder := s.runtime.NewHostModuleBuilder(owner.name).NewFunctionBuilder()
	owner.module, err = builder.WithGoModuleFunction(h, params, results).Export("f").Instantiate(ctx)
	if err != nil {
		return nil, fail("failed", "a function of the host: %v", err)
	}
	s.know(h.ty)
	item := &extern{ty: externType{kind: kindFunc, fn: h.ty}, owner: owner, name: "f", host: h}
	lent := a.lend(s, item)
	h.handle = lent.handle()
	return lent, nil
}

// Call implements api.GoModuleFunction.
func (h *hostFunction) Call(ctx context.Context, _ api.Module, stack []uint64) {
	defer func(depth int) { h.session.depth = depth }(h.session.depth)
	count := slots(h.ty.params)
	h.session.log.add(hostCall{h, append([]uint64{}, stack[:count]...)})
	switch {
	case h.trap != nil:
		panic(h.trap)
	case h.call != nil:
		if h.session.depth++; h.session.depth > deepest {
			panic(unsupported(fmt.Sprintf("functions of the host that call back more than %d deep", deepest)))
		}
		function, err := h.session.callable(h.call)
		if err != nil {
			panic(err)
		}
		results, err := function.Call(ctx, stack[:count]...)
		if err != nil {
			panic(bare(err))
		}
		copy(stack, results)
	default:
		copy(stack, h.results)
	}
}

// The error without what wazero has added to it: it adds a trace at each level, so that with all of them
// the text would grow with the square of the depth.
func bare(err error) error {
	if root := innermost(err); trapKinds[root.Error()] != "" || root.Error() == "stack overflow" {
		return root
	}
	var known *end
	var host *hostTrap
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &host):
		return host
	}
	return err
}

func (l *hostLog) add(call hostCall) {
	size := 32 + 8*len(call.arguments)
	if l.lost > 0 || len(l.calls) == mostCalls || l.bytes+size > mostBytes {
		l.lost++
		return
	}
	l.bytes += size
	l.calls = append(l.calls, call)
}

func takeHostCalls(a *adapter, r *request) (any, error) {
	s, err := a.session(r)
	if err != nil {
		return nil, err
	}
	log := s.log
	s.log = hostLog{}
	calls := make([]map[string]any, len(log.calls))
	for at, call := range log.calls {
		arguments, err := a.lift(s, call.function.ty.params, call.arguments)
		if err != nil {
			return nil, err
		}
		calls[at] = map[string]any{"func": call.function.handle, "args": arguments}
	}
	return map[string]any{"calls": calls, "lost": decimal(log.lost)}, nil
}

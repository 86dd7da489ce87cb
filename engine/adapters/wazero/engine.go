// Engines: a configuration of wazero with its compilation cache, and the modules that it compiled.
package main

import (
	"context"
	"encoding/json"
	"path/filepath"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

var ctx = context.Background()

type engine struct {
	plain     wazero.RuntimeConfig // without a cache
	config    wazero.RuntimeConfig
	flags     api.CoreFeatures
	runtime   wazero.Runtime
	caches    []wazero.CompilationCache
	directory string
	stats     stats
	// How many modules there are with these bytes, and their entries in a cache directory.
	open    map[string]int
	entries map[string]entry
}

// A module of an engine.
type module struct {
	engine     *engine
	info       *moduleInfo
	compiled   wazero.CompiledModule
	provenance string
	// What sessions compiled of a module without imports when it was compiled.
	early map[*session]wazero.CompiledModule
	// Everything that was compiled of it in sessions.
	all []wazero.CompiledModule
}

func start(a *adapter, r *request) (any, error) {
	var mode string
	var place struct{ Directory string }
	if cache := r.Config.Cache; cache != nil && json.Unmarshal(cache, &mode) != nil {
		if err := json.Unmarshal(cache, &place); err != nil {
			return nil, err
		}
	}
	e := &engine{
		directory: place.Directory, flags: flags(r.Config.Features),
		open: map[string]int{}, entries: map[string]entry{},
	}
	e.plain = runtimeConfig(a.compiler).WithCoreFeatures(e.flags)
	var err error
	if e.config, err = e.cached(e.plain); err != nil {
		return nil, err
	}
	e.runtime = wazero.NewRuntimeWithConfig(ctx, e.config)
	a.engines[r.Engine] = e
	return map[string]any{}, nil
}

// The configuration with a new cache: on the directory if there is one, else in memory, so that
// runtimes share what is compiled.
func (e *engine) cached(config wazero.RuntimeConfig) (wazero.RuntimeConfig, error) {
	cache := wazero.NewCompilationCache()
	if e.directory != "" {
		var err error
		if cache, err = wazero.NewCompilationCacheWithDir(e.directory); err != nil {
			return nil, fail("failed", "the cache directory: %v", err)
		}
	}
	e.caches = append(e.caches, cache)
	return config.WithCompilationCache(cache), nil
}

func stop(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	for number, s := range a.sessions {
		if s.engine == e {
			a.close(number)
		}
	}
	for handle, m := range a.modules {
		if m.engine == e {
			delete(a.modules, handle)
		}
	}
	delete(a.engines, r.Engine)
	if err := e.runtime.Close(ctx); err != nil {
		return nil, fail("failed", "%v", err)
	}
	for _, cache := range e.caches {
		if err := cache.Close(ctx); err != nil {
			return nil, fail("failed", "%v", err)
		}
	}
	return map[string]any{}, nil
}

func (a *adapter) engine(number uint32) (*engine, error) {
	if e := a.engines[number]; e != nil {
		return e, nil
	}
	return nil, fail("dropped", "no engine %d", number)
}

func (a *adapter) module(e *engine, handle uint32) (*module, error) {
	switch m := a.modules[handle]; {
	case m == nil:
		return nil, fail("dropped", "no module %d", handle)
	case m.engine != e:
		return nil, fail("foreign", "module %d is of another engine", handle)
	default:
		return m, nil
	}
}

func compile(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	compiled, of, before, err := e.compile(r.Wasm)
	if err != nil {
		return nil, err
	}
	info, err := readModule(r.Wasm)
	if err != nil {
		return nil, err
	}
	m := &module{engine: e, info: info, compiled: compiled, early: map[*session]wazero.CompiledModule{}}
	bytes := string(r.Wasm)
	if e.directory != "" {
		m.provenance = e.stats.count(of, before, e.file(of), e.open[bytes] > 0, info.bodies)
	}
	e.open[bytes]++
	if len(info.imports) == 0 && !a.handOver {
		for _, s := range a.sessions {
			if s.engine == e {
				if m.early[s], err = s.compile(m, r.Wasm); err != nil {
					return nil, err
				}
			}
		}
	}
	a.next++
	a.modules[a.next] = m
	answer := map[string]any{"module": a.next}
	if exports := info.exportTypes(); exports != nil {
		answer["exports"] = exports
	}
	return answer, nil
}

// The exports with their types; none if the protocol cannot express one without a handle.
func (m *moduleInfo) exportTypes() []map[string]any {
	exports := make([]map[string]any, len(m.exports))
	for at, export := range m.exports {
		exports[at] = map[string]any{"name": export.name, "type": m.spaces[export.kind][export.index]}
	}
	if _, err := json.Marshal(exports); err != nil {
		return nil
	}
	return exports
}

func dropModule(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	m, err := a.module(e, r.Module)
	if err != nil {
		return nil, err
	}
	delete(a.modules, r.Module)
	e.open[string(m.info.bytes)]--
	for _, compiled := range append(m.all, m.compiled) {
		if err := compiled.Close(ctx); err != nil {
			return nil, fail("failed", "%v", err)
		}
	}
	return map[string]any{}, nil
}

func provenance(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	m, err := a.module(e, r.Module)
	if err != nil {
		return nil, err
	}
	if e.directory == "" {
		return nil, unsupported("where code without a cache directory comes from")
	}
	return m.provenance, nil
}

func cacheStats(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	if e.directory == "" {
		return nil, unsupported("statistics without a cache directory")
	}
	return map[string]string{
		"memory_hits": decimal(e.stats.memoryHits), "disk_hits": decimal(e.stats.diskHits),
		"misses": decimal(e.stats.misses), "stores": decimal(e.stats.stores),
		"stale": decimal(e.stats.stale), "functions_compiled": decimal(e.stats.functions),
	}, nil
}

func cacheEntry(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	m, err := a.module(e, r.Module)
	if err != nil || e.directory == "" {
		return nil, err
	}
	of, err := e.entry(m.info.bytes)
	if err != nil {
		return nil, err
	}
	if of.name == "" {
		return nil, fail("failed", "wazero stored no entry")
	}
	return filepath.Join(e.directory, of.name), nil
}

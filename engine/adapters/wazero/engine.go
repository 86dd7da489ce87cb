// Engines: a configuration of wazero with its compilation cache, and the modules that it compiled.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

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
	seen      map[string]bool // bytes that this engine has compiled
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

// What the cache directory shows. wazero counts nothing, so the adapter looks at the files before
// and after each compilation: a module that is not there is stored.
type stats struct {
	memoryHits, diskHits, misses, stores, stale, functions uint64
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
		directory: place.Directory, seen: map[string]bool{}, flags: flags(r.Config.Features),
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
	before := e.entries()
	compiled, err := e.runtime.CompileModule(ctx, r.Wasm)
	var path *fs.PathError
	if errors.As(err, &path) {
		return nil, fail("failed", "the cache directory cannot be used: %v", err)
	}
	if err != nil {
		return nil, &end{"rejected", map[string]any{"message": err.Error()}}
	}
	info, err := readModule(r.Wasm)
	if err != nil {
		return nil, err
	}
	m := &module{engine: e, info: info, compiled: compiled, early: map[*session]wazero.CompiledModule{}}
	m.provenance = e.observe(before, info)
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
	for _, compiled := range append(m.all, m.compiled) {
		if err := compiled.Close(ctx); err != nil {
			return nil, fail("failed", "%v", err)
		}
	}
	return map[string]any{}, nil
}

// A file of the cache directory, as far as a change shows.
type entry struct {
	size int64
	time time.Time
}

// The files in the cache directory.
func (e *engine) entries() map[string]entry {
	if e.directory == "" {
		return nil
	}
	found := map[string]entry{}
	// What cannot be read has no entries.
	releases, _ := os.ReadDir(e.directory)
	for _, release := range releases {
		place := filepath.Join(e.directory, release.Name())
		files, _ := os.ReadDir(place)
		for _, file := range files {
			if info, err := file.Info(); err == nil && info.Mode().IsRegular() {
				found[filepath.Join(place, file.Name())] = entry{info.Size(), info.ModTime()}
			}
		}
	}
	return found
}

// Counts a compilation by what it did to the directory, and gives where the code came from.
func (e *engine) observe(before map[string]entry, info *moduleInfo) string {
	bytes := string(info.bytes)
	known := e.seen[bytes]
	e.seen[bytes] = true
	for path, now := range e.entries() {
		if was, ok := before[path]; !ok || was != now {
			e.stats.stores++
			e.stats.functions += uint64(info.bodies)
			if ok {
				e.stats.stale++
			} else {
				e.stats.misses++
			}
			return "fresh"
		}
	}
	if known {
		e.stats.memoryHits++
		return "memory"
	}
	if e.directory != "" {
		e.stats.diskHits++
		return "disk"
	}
	return "fresh"
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

// wazero does not tell the name of an entry, but it depends on the module only. So the module is
// compiled again with an empty directory, and the file that appears there has the same name.
func cacheEntry(a *adapter, r *request) (any, error) {
	e, err := a.engine(r.Engine)
	if err != nil {
		return nil, err
	}
	m, err := a.module(e, r.Module)
	if err != nil || e.directory == "" {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "wassay-wazero-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	other := &engine{directory: scratch}
	config, err := other.cached(e.plain)
	if err != nil {
		return nil, err
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, config)
	defer other.caches[0].Close(ctx)
	defer runtime.Close(ctx)
	if _, err := runtime.CompileModule(ctx, m.info.bytes); err != nil {
		return nil, fail("failed", "%v", err)
	}
	for path := range other.entries() {
		relative, err := filepath.Rel(scratch, path)
		return filepath.Join(e.directory, relative), err
	}
	return nil, fail("failed", "wazero stored no entry")
}

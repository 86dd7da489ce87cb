// What the cache directory did: takes the bytes of a module and the directory before and after it was
// compiled; gives where its code came from. wazero reports nothing, so the adapter looks for itself: at
// the one entry that the module has, and whether wazero reads that entry at all.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
)

// What the compilations of an engine with a cache directory did.
type stats struct {
	memoryHits, diskHits, misses, stores, stale, functions uint64
}

// What was found out about the entry of a module.
type entry struct {
	// Its path below a cache directory, which depends on the module only; none if there is no entry.
	name string
	// Whether wazero reads it: a damaged one is an error, or is written again.
	read bool
}

// The entry of a module, which the adapter finds with an empty directory of its own: what appears there
// when the module is compiled is the entry. It then empties the file, and compiles the module again with
// a new cache: a wazero that notices has read it. So other processes that use the engine's directory at
// the same time change nothing.
func (e *engine) entry(wasm []byte) (entry, error) {
	if known, ok := e.entries[string(wasm)]; ok {
		return known, nil
	}
	scratch, err := os.MkdirTemp("", "wassay-wazero-")
	if err != nil {
		return entry{}, err
	}
	defer os.RemoveAll(scratch)
	if err := e.compileIn(scratch, wasm); err != nil {
		return entry{}, err
	}
	var found entry
	for path := range files(scratch) {
		if found.name, err = filepath.Rel(scratch, path); err != nil {
			return entry{}, err
		}
		if err := os.Truncate(path, 0); err != nil {
			return entry{}, err
		}
		noticed := e.compileIn(scratch, wasm) != nil
		left, err := os.Stat(path)
		found.read = noticed || err != nil || left.Size() > 0
	}
	e.entries[string(wasm)] = found
	return found, nil
}

// Compiles a module with a new cache on a directory, as a new process would.
func (e *engine) compileIn(directory string, wasm []byte) error {
	cache, err := wazero.NewCompilationCacheWithDir(directory)
	if err != nil {
		return err
	}
	defer cache.Close(ctx)
	runtime := wazero.NewRuntimeWithConfig(ctx, e.plain.WithCompilationCache(cache))
	defer runtime.Close(ctx)
	_, err = runtime.CompileModule(ctx, wasm)
	return err
}

// The files of a cache directory, by their paths: wazero has one directory for each release there. What
// cannot be read has no files.
func files(directory string) map[string]os.FileInfo {
	found := map[string]os.FileInfo{}
	releases, _ := os.ReadDir(directory)
	for _, release := range releases {
		place := filepath.Join(directory, release.Name())
		entries, _ := os.ReadDir(place)
		for _, file := range entries {
			if info, err := file.Info(); err == nil && info.Mode().IsRegular() {
				found[filepath.Join(place, file.Name())] = info
			}
		}
	}
	return found
}

// The file of an entry in the directory of the engine; nil if there is none.
func (e *engine) file(of entry) os.FileInfo {
	if of.name == "" {
		return nil
	}
	info, err := os.Stat(filepath.Join(e.directory, of.name))
	if err != nil {
		return nil
	}
	return info
}

// Whether both are the same file with the same content; wazero replaces files, it writes into none.
func unchanged(before, after os.FileInfo) bool {
	return before != nil && after != nil && os.SameFile(before, after) &&
		before.Size() == after.Size() && before.ModTime().Equal(after.ModTime())
}

// Counts the compilation of a module with so many functions by what it did to the entry, and gives where
// the code came from. `open` is whether the engine has other modules with the same bytes.
func (s *stats) count(of entry, before, after os.FileInfo, open bool, functions int) string {
	is := unchanged(before, after)
	switch {
	case open && (is || before == nil && after == nil):
		s.memoryHits++
		return "memory"
	case is && of.read:
		s.diskHits++
		return "disk"
	}
	s.functions += uint64(functions)
	if before != nil && !is {
		s.stale++
	} else {
		s.misses++
	}
	if after != nil && !is {
		s.stores++
	}
	return "fresh"
}

// Compiles a module in the runtime of the engine; gives its entry, and the file of that before.
func (e *engine) compile(wasm []byte) (compiled wazero.CompiledModule, of entry, before os.FileInfo, err error) {
	if e.directory != "" {
		if of, err = e.entry(wasm); err != nil {
			return nil, of, nil, e.blame(wasm, err)
		}
		before = e.file(of)
	}
	if compiled, err = e.runtime.CompileModule(ctx, wasm); err != nil {
		return nil, of, before, e.blame(wasm, err)
	}
	return compiled, of, before, nil
}

// Why a module was not compiled: it is rejected only if a runtime without a cache rejects it, too.
func (e *engine) blame(wasm []byte, err error) error {
	if e.directory == "" {
		return rejected(err)
	}
	runtime := wazero.NewRuntimeWithConfig(ctx, e.plain)
	defer runtime.Close(ctx)
	if _, err := runtime.CompileModule(ctx, wasm); err != nil {
		return rejected(err)
	}
	return fail("failed", "a valid module is not compiled with the cache directory: %v", err)
}

func rejected(err error) error {
	return &end{"rejected", map[string]any{"message": fmt.Sprint(err)}}
}

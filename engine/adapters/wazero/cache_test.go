package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Starts an engine on a directory, compiles the modules, and gives where the code of each came from and
// the statistics.
func compileOn(t *testing.T, name, directory string, modules ...[]byte) (from []any, stats any) {
	t.Helper()
	c := connect(t, name)
	c.start(fields{"directory": directory})
	for _, wasm := range modules {
		from = append(from, c.ask("provenance", fields{"module": c.compile(wasm)}))
	}
	stats = c.ask("cache_stats", nil)
	c.ask("stop", nil)
	return from, stats
}

// Any name is a directory's name, not only one without characters of patterns.
func TestEntriesAreFoundInEveryDirectory(t *testing.T) {
	for _, name := range []string{"plain", "d[1]", "d*", "d?", `d\`} {
		directory := filepath.Join(t.TempDir(), name)
		from, _ := compileOn(t, "wazero", directory, returning(7))
		equal(t, name, from, []any{"fresh"})
		from, stats := compileOn(t, "wazero", directory, returning(7), returning(7), returning(8))
		equal(t, name, from, []any{"disk", "memory", "fresh"})
		equal(t, name, stats, any(fields{"memory_hits": "1", "disk_hits": "1", "misses": "1",
			"stores": "1", "stale": "0", "functions_compiled": "1"}))
	}
}

// The interpreter accepts a directory and stores nothing, so nothing comes from it.
func TestAnEngineThatStoresNothingLoadsNothing(t *testing.T) {
	directory := t.TempDir()
	for range 2 {
		from, stats := compileOn(t, "wazero-interpreter", directory, returning(7))
		equal(t, "provenance", from, []any{"fresh"})
		equal(t, "statistics", stats, any(fields{"memory_hits": "0", "disk_hits": "0",
			"misses": "1", "stores": "0", "stale": "0", "functions_compiled": "1"}))
	}
}

// What each state of the entry means. An entry that stays as it is was loaded only if wazero reads it.
func TestTheEntryTellsWhereCodeComesFrom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "entry")
	write := func(text string) os.FileInfo {
		if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	old, other := write("code"), write("other code")
	for _, row := range []struct {
		what          string
		read, open    bool
		before, after os.FileInfo
		from          string
		counted       stats
	}{
		{"loaded", true, false, old, old, "disk", stats{diskHits: 1}},
		{"not read", false, false, old, old, "fresh", stats{misses: 1, functions: 3}},
		{"stored", true, false, nil, old, "fresh", stats{misses: 1, stores: 1, functions: 3}},
		{"not stored", true, false, nil, nil, "fresh", stats{misses: 1, functions: 3}},
		{"replaced", true, false, old, other, "fresh", stats{stale: 1, stores: 1, functions: 3}},
		{"replaced although it is open", true, true, old, other, "fresh",
			stats{stale: 1, stores: 1, functions: 3}},
		{"open", true, true, old, old, "memory", stats{memoryHits: 1}},
		{"open, without an entry", true, true, nil, nil, "memory", stats{memoryHits: 1}},
	} {
		var s stats
		from := s.count(entry{"name", row.read}, row.before, row.after, row.open, 3)
		equal(t, row.what, from, row.from)
		equal(t, row.what, s, row.counted)
	}
}

// A module of which none is left comes from the directory again.
func TestADroppedModuleIsLoadedAgain(t *testing.T) {
	c := connect(t, "wazero")
	c.start(fields{"directory": t.TempDir()})
	one, two := c.compile(returning(7)), c.compile(returning(7))
	equal(t, "the second", c.ask("provenance", fields{"module": two}), any("memory"))
	c.ask("drop_module", fields{"module": one})
	equal(t, "the third", c.ask("provenance", fields{"module": c.compile(returning(7))}), any("memory"))
	for handle := range c.adapter.modules {
		c.ask("drop_module", fields{"module": handle})
	}
	equal(t, "the last", c.ask("provenance", fields{"module": c.compile(returning(7))}), any("disk"))
}

// What other processes store at the same time is not the module's entry.
func TestOtherEntriesDoNotCount(t *testing.T) {
	directory := t.TempDir()
	var modules [][]byte
	var loaded []any
	for n := range 20 {
		modules = append(modules, returning(n))
		loaded = append(loaded, "disk")
	}
	compileOn(t, "wazero", directory, modules...)
	done, ended := make(chan bool), make(chan bool)
	releases, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			default:
				file, err := os.CreateTemp(filepath.Join(directory, releases[0].Name()), "other")
				if err == nil {
					file.Close()
				}
			}
		}
	}()
	from, _ := compileOn(t, "wazero", directory, modules...)
	close(done)
	<-ended
	equal(t, "provenance", from, loaded)
}

// A damaged entry says nothing about the module, which is valid.
func TestADamagedEntryRejectsNoModule(t *testing.T) {
	directory := t.TempDir()
	compileOn(t, "wazero", directory, returning(7))
	for path := range files(directory) {
		if err := os.Truncate(path, 40); err != nil {
			t.Fatal(err)
		}
	}
	c := connect(t, "wazero")
	c.start(fields{"directory": directory})
	answer := c.answer("compile", fields{"wasm": returning(7)})
	if answer["failed"] == nil {
		t.Errorf("%v", answer)
	}
	// The other one is invalid, with a directory, too.
	b := &builder{}
	b.function("f", funcType{nil, []valType{i32}}, nil)
	if answer := c.answer("compile", fields{"wasm": b.bytes()}); answer["rejected"] == nil {
		t.Errorf("%v", answer)
	}
}

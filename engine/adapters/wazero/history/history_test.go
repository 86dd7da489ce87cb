package main

import (
	"slices"
	"strings"
	"testing"
)

// Reports of these releases, on which each claim shows on all of its releases.
func asKnown(versions ...string) *history {
	h := &history{versions: versions, files: map[subject]map[string][]file{}}
	for _, version := range versions {
		for _, engine := range engines {
			for _, arch := range arches {
				modes := map[string][]file{}
				for _, claim := range known {
					if claim.engine == engine {
						result := file{Path: claim.script + ".wast", Ledger: counts{Passed: 2}}
						if claim.has(version) {
							result.Ledger = counts{Passed: 1, Failed: 1}
						}
						modes[claim.mode] = append(modes[claim.mode], result)
					}
				}
				h.files[subject{version, engine, arch}] = modes
			}
		}
	}
	return h
}

func TestAClaimHasTheReleasesBetweenItsEnds(t *testing.T) {
	c := claim{first: "1.7.0", last: "1.9.0"}
	for version, has := range map[string]bool{
		"1.6.9": false, "1.7.0": true, "1.8.1": true, "1.9.0": true, "1.9.1": false, "1.12.0": false,
	} {
		if c.has(version) != has {
			t.Errorf("%s: %v", version, !has)
		}
	}
	if (claim{}).has("1.7.0") || !(claim{first: "1.7.0", last: "newest"}).has("1.12.0") {
		t.Error("none, or all since")
	}
}

func TestDifferencesAreFound(t *testing.T) {
	versions := []string{"1.6.0", "1.7.0", "1.12.0"}
	if _, differences := asKnown(versions...).claims(); len(differences) > 0 {
		t.Error(differences)
	}
	for how, change := range map[string]func(*file){
		"should pass":  func(f *file) { f.faulty = true },
		"says nothing": func(f *file) { f.Ledger = counts{Unsupported: 2} },
		": not run":    func(f *file) { f.Path = "another.wast" },
		"should fail":  nil,
	} {
		h := asKnown(versions...)
		for _, arch := range arches {
			version, wanted := "1.12.0", change
			if change == nil {
				version, wanted = "1.7.0", func(f *file) { f.Ledger = counts{Passed: 2} }
			}
			files := h.files[subject{version, "wazero", arch}]["normal"]
			at := slices.IndexFunc(files, func(f file) bool { return f.Path == reexported+".wast" })
			wanted(&files[at])
		}
		_, differences := h.claims()
		if len(differences) == 0 || !strings.Contains(differences[0], how) {
			t.Errorf("%s: %v", how, differences)
		}
	}
}

func TestAFaultIsACrash(t *testing.T) {
	files, err := parse([]byte(`{"runs": [{"files": [{"path": "a.wast", "ledger": {"passed": 27}}],
		"problems": [{"kind": "fault", "path": "a.wast", "message": "died"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	s := subject{"1.12.0", "wazero", "amd64"}
	h := &history{files: map[subject]map[string][]file{s: {"normal": files}}}
	if verdict := h.verdict(s, "normal", "a"); verdict != "crashes" {
		t.Error(verdict)
	}
	if _, err := parse([]byte(`{"runs": [{"problems": [{"kind": "fault", "path": ""}]}]}`)); err == nil {
		t.Error("a fault of no file is lost")
	}
}

// Takes the reports of ci/engines/wazero-history; writes regressions/WAZERO.md to standard output.
// The arguments are the directory of the reports and the releases, oldest first. If the runs show
// something else than what is known, says so on standard error and ends with exit code 1.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What the table uses of a report of wassay.
type report struct {
	Runs []struct {
		Files    []file
		Problems []struct{ Kind, Path, Message string }
	}
}

type file struct {
	Path   string
	Ledger counts
	// Whether the adapter died, and no directive is to blame.
	faulty bool
}

type counts struct {
	Directives, Passed, Failed, Crashed       int
	TimedOut                                  int `json:"timed_out"`
	Unsupported, Unreadable, Blocked, Skipped int
}

func (c *counts) add(other counts) {
	c.Passed += other.Passed
	c.Failed += other.wrong()
	c.Unsupported += other.Unsupported + other.Skipped + other.Unreadable
	c.Blocked += other.Blocked
}

// Directives that failed, in whatever way.
func (c counts) wrong() int { return c.Failed + c.Crashed + c.TimedOut }

// A release on one engine and one architecture.
type subject struct{ version, engine, arch string }

var engines = []string{"wazero", "wazero-interpreter"}
var arches = []string{"amd64", "arm64"}

type history struct {
	versions []string
	// By subject and mode: the files of all runs.
	files map[subject]map[string][]file
}

func main() {
	h := &history{versions: os.Args[2:], files: map[subject]map[string][]file{}}
	for _, version := range h.versions {
		for _, engine := range engines {
			for _, arch := range arches {
				s := subject{version, engine, arch}
				h.files[s] = map[string][]file{}
				for _, mode := range []string{"normal", "hand-over", "close", "reloaded"} {
					h.files[s][mode] = read(os.Args[1], s, mode)
				}
			}
		}
	}
	fmt.Print(introduction)
	h.families()
	h.scripts()
	table, differences := h.claims()
	fmt.Print(table, conclusions)
	for _, difference := range differences {
		fmt.Fprintln(os.Stderr, "differs:", difference)
	}
	if len(differences) > 0 {
		os.Exit(1)
	}
}

// The files of a report; none if there was no such run.
func read(directory string, s subject, mode string) []file {
	name := fmt.Sprintf("%s-%s-%s-%s.json", s.version, s.arch, s.engine, mode)
	bytes, err := os.ReadFile(filepath.Join(directory, name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var files []file
	if err == nil {
		files, err = parse(bytes)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, name, err)
		os.Exit(2)
	}
	return files
}

// The files of a report, with the faults of each. A fault that concerns no file is an error.
func parse(bytes []byte) ([]file, error) {
	var r report
	if err := json.Unmarshal(bytes, &r); err != nil {
		return nil, err
	}
	var files []file
	for _, run := range r.Runs {
		from := len(files)
		files = append(files, run.Files...)
		for _, problem := range run.Problems {
			if problem.Kind != "fault" {
				continue
			}
			at := slices.IndexFunc(files[from:], func(f file) bool { return f.Path == problem.Path })
			if at < 0 {
				return nil, fmt.Errorf("a fault of no file: %s", problem.Message)
			}
			files[from+at].faulty = true
		}
	}
	return files, nil
}

// Bugs of import indices: family 2. The other scripts of bugs are about functions and their types.
var ofImports = []string{"1708", "2346", "2474", "2475", "2141", "2512", "wamr-3903", "wamr-4038",
	"zwasm-282", "wasmer-800", "wasm3-143", "meld-267", "elements-before-data"}

// The number of the family of a script.
func family(path, mode string) int {
	switch {
	case strings.Contains(path, "/cache/") || mode == "reloaded":
		return 3
	case strings.Contains(path, "/imports/"):
		return 2
	case slices.ContainsFunc(ofImports, func(part string) bool {
		return strings.Contains(path, part)
	}):
		return 2
	}
	return 1
}

func (h *history) families() {
	fmt.Print("## The families\n\nEach cell has how many directives passed, failed and are unsupported",
		" or blocked.\n\n| release | engine | architecture | functions and their types | imports |",
		" caches |\n|---|---|---|---:|---:|---:|\n")
	for _, version := range h.versions {
		for _, engine := range engines {
			for _, arch := range arches {
				s := subject{version, engine, arch}
				var sums [4]counts
				for _, mode := range []string{"normal", "reloaded"} {
					for _, file := range h.files[s][mode] {
						sums[family(file.Path, mode)].add(file.Ledger)
					}
				}
				fmt.Printf("| %s | %s | %s |", version, engine, arch)
				for _, sum := range sums[1:] {
					cell := fmt.Sprintf("%s / %s / %s", thousands(sum.Passed), thousands(sum.Failed),
						thousands(sum.Unsupported+sum.Blocked))
					if len(h.files[s]["normal"]) == 0 {
						cell = "not run"
					}
					fmt.Printf(" %s |", cell)
				}
				fmt.Println()
			}
		}
	}
	fmt.Println()
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// The verdict of a script, in a word.
func (h *history) verdict(s subject, mode, script string) string {
	for _, file := range h.files[s][mode] {
		if filepath.Base(file.Path) != script+".wast" {
			continue
		}
		switch c := file.Ledger; {
		case c.Crashed > 0 || file.faulty:
			return "crashes"
		case c.TimedOut > 0:
			return "hangs"
		case c.wrong() > 0:
			return "fails"
		case c.Passed == 0 || c.Unsupported > c.Passed:
			return "–"
		}
		return "passes"
	}
	return "not run"
}

// The verdicts on both architectures, once if they are the same.
func (h *history) cell(version, engine, mode, script string) string {
	amd64 := h.verdict(subject{version, engine, "amd64"}, mode, script)
	arm64 := h.verdict(subject{version, engine, "arm64"}, mode, script)
	if amd64 == arm64 {
		return amd64
	}
	return amd64 + " / " + arm64
}

type row struct{ mode, script string }

func (h *history) rows() []row {
	newest := subject{h.versions[len(h.versions)-1], "wazero", "amd64"}
	var rows []row
	for _, mode := range []string{"normal", "close", "hand-over"} {
		for _, file := range h.files[newest][mode] {
			script := strings.TrimSuffix(filepath.Base(file.Path), ".wast")
			if strings.HasPrefix(script, "wazero-") {
				rows = append(rows, row{mode, script})
			}
		}
	}
	return rows
}

func (h *history) scripts() {
	fmt.Print(scriptsHeading)
	for _, engine := range engines {
		fmt.Printf("### `%s`\n\n| script |", engine)
		for _, version := range h.versions {
			fmt.Printf(" %s |", version)
		}
		fmt.Print("\n|---|", strings.Repeat("---|", len(h.versions)), "\n")
		for _, row := range h.rows() {
			name := "`" + row.script + "`"
			if row.mode != "normal" {
				name += " with `--" + row.mode + "`"
			}
			fmt.Printf("| %s |", name)
			for _, version := range h.versions {
				fmt.Printf(" %s |", h.cell(version, engine, row.mode, row.script))
			}
			fmt.Println()
		}
		fmt.Println()
	}
}

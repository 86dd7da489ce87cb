// What is known about old releases, compared with what the runs show; and the texts of the file.
package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A claim: on this engine, the script fails on the releases of this range, and passes on the others.
type claim struct {
	about, engine, mode, script string
	first, last                 string // of the releases that fail; none if empty
}

const (
	typeOfReference = "wazero-2313-type-of-an-importers-reference"
	reexported      = "wazero-2463-index-of-a-reexported-function"
	directory       = "wazero-2358-directory-of-another-engine"
)

var known = []claim{
	{"wazero#2313", "wazero", "normal", typeOfReference, "1.7.0", "1.8.0"},
	{"wazero#2313", "wazero-interpreter", "normal", typeOfReference, "", ""},
	{"wazero#2463", "wazero", "normal", reexported, "1.7.0", "1.9.0"},
	{"wazero#2463", "wazero-interpreter", "normal", reexported, "", ""},
	{"wazero#2358", "wazero", "normal", directory, "", ""},
	{"wazero#2358", "wazero", "hand-over", directory, "1.7.0", "newest"},
}

// Whether the script should fail on this release.
func (c claim) has(version string) bool {
	return c.first != "" && compare(c.first, version) <= 0 &&
		(c.last == "newest" || compare(version, c.last) <= 0)
}

// The order of releases: that of their numbers.
func compare(one, other string) int {
	return slices.Compare(numbers(one), numbers(other))
}

func numbers(version string) []int {
	parts := strings.Split(version, ".")
	all := make([]int, len(parts))
	for at, part := range parts {
		all[at], _ = strconv.Atoi(part)
	}
	return all
}

// What the runs show of what was known: the table, and a sentence for each difference.
func (h *history) claims() (table string, differences []string) {
	table = "## What was known before\n\n" +
		"| bug | script | engine | should fail on | fails on |\n|---|---|---|---|---|\n"
	for _, claim := range known {
		script := "`" + claim.script + "`"
		if claim.mode != "normal" {
			script += " with `--" + claim.mode + "`"
		}
		var expected, found []string
		for _, version := range h.versions {
			should, fails := claim.has(version), false
			if should {
				expected = append(expected, version)
			}
			differ := func(how string) {
				differences = append(differences,
					fmt.Sprintf("%s, %s, %s on %s %s", claim.about, script, claim.engine, version, how))
			}
			for _, arch := range arches {
				s := subject{version, claim.engine, arch}
				switch verdict := h.verdict(s, claim.mode, claim.script); verdict {
				case "passes":
				case "fails", "crashes", "hangs":
					fails = true
				default:
					differ("says nothing on " + arch + ": " + verdict)
				}
			}
			if fails {
				cell := h.cell(version, claim.engine, claim.mode, claim.script)
				found = append(found, fmt.Sprintf("%s (%s)", version, cell))
			}
			if should && !fails {
				differ("should fail")
			} else if fails && !should {
				differ("should pass")
			}
		}
		table += fmt.Sprintf("| %s | %s | `%s` | %s | %s |\n", claim.about, script, claim.engine,
			span(expected), span(found))
	}
	return table + "\n", differences
}

func span(versions []string) string {
	if len(versions) == 0 {
		return "none"
	}
	return strings.Join(versions, ", ")
}

const introduction = `# Releases of wazero

` + "`ci/engines/wazero-history`" + ` writes this file: it runs our own suite on releases of wazero, through
[the adapter](../engine/adapters/wazero), on its compiler and its interpreter, on x86_64 and on
aarch64, one of them under QEMU. [README.md](README.md) describes the scripts.

`

const scriptsHeading = `## The scripts of known bugs

A script passes if some of its directives do, and none fails. "–" is one that says little, because the
engine lacks what most of it needs. "crashes" also means that the adapter died after the last directive.
If the architectures differ, the verdict on amd64 is first.

With ` + "`--hand-over`" + ` the adapter compiles a module in one runtime and instantiates it in
another one, which has a cache of its own on the same directory. Otherwise each runtime that
instantiates a module compiles it first. With ` + "`--close`" + ` it closes instances that the script
drops; otherwise it drops none, and what a script says about that is not run.

`

// What the tables mean.
//
//go:embed notes.md
var conclusions string

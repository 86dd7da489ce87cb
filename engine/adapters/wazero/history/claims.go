// What is known about old releases, compared with what the runs show; and the texts of the file.
package main

import (
	_ "embed"
	"fmt"
	"slices"
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

func (h *history) claims() {
	fmt.Print("## What was known before\n\n",
		"| bug | script | engine | should fail on | fails on |\n|---|---|---|---|---|\n")
	for _, claim := range known {
		var expected, found []string
		in := false
		for at, version := range h.versions {
			in = in || version == claim.first
			if in {
				expected = append(expected, version)
			}
			if version == claim.last || at == len(h.versions)-1 {
				in = false
			}
			cell := h.cell(version, claim.engine, claim.mode, claim.script)
			if strings.ReplaceAll(cell, "not run", "passes") != "passes / passes" && cell != "passes" {
				found = append(found, fmt.Sprintf("%s (%s)", version, cell))
			}
		}
		script := "`" + claim.script + "`"
		if claim.mode != "normal" {
			script += " with `--" + claim.mode + "`"
		}
		fmt.Printf("| %s | %s | `%s` | %s | %s |\n", claim.about, script, claim.engine,
			span(expected), span(found))
	}
	fmt.Println()
}

func span(versions []string) string {
	if len(versions) == 0 {
		return "none"
	}
	return strings.Join(slices.Clone(versions), ", ")
}

const introduction = `# Releases of wazero

` + "`ci/engines/wazero-history`" + ` writes this file: it runs our own suite on releases of wazero, through
[the adapter](../engine/adapters/wazero), on its compiler and its interpreter, on x86_64 and on
aarch64, one of them under QEMU. [README.md](README.md) describes the scripts.

`

const scriptsHeading = `## The scripts of known bugs

A script passes if all of its directives do. "–" is one that says little, because the engine lacks what
most of it needs. If the architectures differ, the verdict on amd64 is first.

With ` + "`--hand-over`" + ` the adapter compiles a module in one runtime and instantiates it in
another one, which has a cache of its own on the same directory. Otherwise each runtime that
instantiates a module compiles it first. With ` + "`--close`" + ` it closes instances that the script
drops.

`

// What the tables mean.
//
//go:embed notes.md
var conclusions string

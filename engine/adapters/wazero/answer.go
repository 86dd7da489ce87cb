// How a request ends, other than by success: `fail` leaves the operation with one of the fields of an
// answer, and `ended` makes one of an error of wazero.
package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/tetratelabs/wazero/sys"
)

// The end of a request that did not succeed: a field of the answer, and its value.
type end struct {
	field string
	value any
}

func (e *end) Error() string { return fmt.Sprint(e.field, ": ", e.value) }

func fail(field, format string, args ...any) error {
	return &end{field, fmt.Sprintf(format, args...)}
}

func unsupported(what string) error { return &end{"unsupported", what} }

// The texts of wazero's runtime errors, and the kind of trap that each is.
var trapKinds = map[string]string{
	"unreachable":                   "unreachable",
	"integer divide by zero":        "integer-divide-by-zero",
	"integer overflow":              "integer-overflow",
	"invalid conversion to integer": "invalid-conversion",
	"out of bounds memory access":   "memory-out-of-bounds",
	"invalid table access":          "uninitialized-element",
	"indirect call type mismatch":   "indirect-call-type-mismatch",
	"unaligned atomic":              "unaligned-atomic",
	"expected shared memory":        "expected-shared-memory",
	"null reference":                "null-reference",
}

// The other kinds of a text that stands for several: here, every wrong access to a table.
var otherKinds = map[string][]string{
	"invalid table access": {"undefined-element", "table-out-of-bounds"},
}

// What a host function panics with when its action is a trap.
type hostTrap struct{ text string }

func (h *hostTrap) Error() string { return h.text }

var (
	dataOutside  = regexp.MustCompile(`^data\[\d+\]: out of bounds memory access$`)
	tableOutside = regexp.MustCompile(`^element\[\d+\]\.init exceeds min table size$`)
	// These texts have names in them. Those of modules are the adapter's, those of exports the
	// script's, so they must not decide anything: wazero quotes them, or has them behind this start.
	incompatible = regexp.MustCompile(`^import \w+\[|^export "`)
	unknown      = regexp.MustCompile(`^".*" is not exported in module "[a-z]+\d+"$|^module\[[a-z]+\d+\] not instantiated$`)
)

// What an error is by its type, whatever its words are: an end that the adapter knows, or a function
// of the host that trapped. Nil for others.
func typed(err error) error {
	var known *end
	var host *hostTrap
	var exit *sys.ExitError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &host):
		return trapped("host", host.text)
	case errors.As(err, &exit):
		first, _, _ := strings.Cut(err.Error(), "\n")
		return fail("failed", "%s", first)
	}
	return nil
}

// The end of a call or an instantiation that did not return.
func ended(err error) error {
	if end := typed(err); end != nil {
		return end
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	switch root := innermost(err).Error(); {
	case root == "stack overflow":
		return &end{"exhausted", root}
	case trapKinds[root] != "":
		return trapped(trapKinds[root], root)
	case dataOutside.MatchString(root):
		return trapped("memory-out-of-bounds", root)
	case tableOutside.MatchString(root):
		return trapped("table-out-of-bounds", root)
	case incompatible.MatchString(first):
		return &end{"unlinkable", map[string]any{"kind": "incompatible-import", "message": first}}
	case unknown.MatchString(first):
		return &end{"unlinkable", map[string]any{"kind": "unknown-import", "message": first}}
	}
	return fail("failed", "an error that the adapter does not know: %s", first)
}

// The end of code of wasm that did not return. wazero's API says that an exception left it, but has
// neither the tag nor the values: the tag is one that no module has.
func (a *adapter) left(s *session, err error) error {
	if typed(err) != nil || innermost(err).Error() != "uncaught exception" {
		return ended(err)
	}
	unknown := a.add(s, &extern{ty: externType{kind: kindTag}})
	return &end{"threw", map[string]any{"tag": unknown, "values": []any{}}}
}

func trapped(kind, message string) error {
	trap := map[string]any{"kind": kind, "message": message}
	if others := otherKinds[message]; others != nil {
		trap["or"] = others
	}
	return &end{"trapped", trap}
}

func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

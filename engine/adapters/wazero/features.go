// The features of this build of wazero: each is tried with a module that needs it.
package main

import (
	"context"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// A feature, its flag in wazero, and a module that needs it. The flags beyond SIMD are constants of
// wazero's package `experimental` in some releases only, with these values in all that have them.
type feature struct {
	name   string
	flag   api.CoreFeatures
	module []byte
}

func features() []feature {
	body := func(code ...byte) []byte {
		b := &builder{}
		b.memories.add(limits(1, nil, false)...)
		b.function("f", funcType{}, code)
		return b.bytes()
	}
	params := &builder{}
	params.typ(funcType{results: []valType{i32, i32}})
	mutable := &builder{}
	mutable.globals.add(append([]byte(i32), 1, 0x41, 0, 0x0b)...)
	mutable.export("g", kindGlobal, 0)
	sum := &builder{}
	sum.globals.add(append([]byte(i32), 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b)...)
	typed := &builder{}
	typed.typ(funcType{})
	typed.types.add(0x60, 1, 0x63, 0, 0)
	tag := &builder{}
	tag.typ(funcType{})
	tag.tags.add(0, 0)
	two := &builder{}
	two.memories.add(limits(1, nil, false)...)
	two.memories.add(limits(1, nil, false)...)
	vector := append([]byte{0xfd, 0x0c}, make([]byte, 16)...)
	return []feature{
		{"mutable-global", api.CoreFeatureMutableGlobal, mutable.bytes()},
		{"sign-extension", api.CoreFeatureSignExtensionOps, body(0x41, 0, 0xc0, 0x1a)},
		{"saturating-float-to-int", api.CoreFeatureNonTrappingFloatToIntConversion,
			body(0x43, 0, 0, 0, 0, 0xfc, 0, 0x1a)},
		{"multi-value", api.CoreFeatureMultiValue, params.bytes()},
		{"bulk-memory", api.CoreFeatureBulkMemoryOperations,
			body(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x0b, 0)},
		{"reference-types", api.CoreFeatureReferenceTypes, body(0xd0, 0x70, 0x1a)},
		{"simd", api.CoreFeatureSIMD, body(append(vector, 0x1a)...)},
		{"relaxed-simd", 0, body(sequence(vector, vector, []byte{0xfd, 0x80, 0x02, 0x1a})...)},
		{"threads", api.CoreFeatureSIMD << 1, body(0xfe, 0x03, 0)},
		{"tail-call", api.CoreFeatureSIMD << 2, body(0x12, 0)},
		{"extended-const", api.CoreFeatureSIMD << 3, sum.bytes()},
		{"exceptions", api.CoreFeatureSIMD << 4, tag.bytes()},
		{"function-references", api.CoreFeatureSIMD << 5, typed.bytes()},
		{"multi-memory", 0, two.bytes()},
		{"memory64", 0, sequence(header, []byte{sectionMemory, 3, 1, 4, 1})},
		// Custom sections are ignored.
		{"annotations", 0, header},
	}
}

// All flags of features that this build has.
const allFlags = api.CoreFeaturesV2 | api.CoreFeatureSIMD<<1 | api.CoreFeatureSIMD<<2 |
	api.CoreFeatureSIMD<<3 | api.CoreFeatureSIMD<<4 | api.CoreFeatureSIMD<<5

// The names of the features that wazero has, and of those that it can turn off.
func supported(compiler bool) (has, switches []string) {
	ctx := context.Background()
	accepts := func(flags api.CoreFeatures, module []byte) bool {
		runtime := wazero.NewRuntimeWithConfig(ctx, runtimeConfig(compiler).WithCoreFeatures(flags))
		defer runtime.Close(ctx)
		_, err := runtime.CompileModule(ctx, module)
		return err == nil
	}
	for _, feature := range features() {
		if !accepts(allFlags, feature.module) {
			continue
		}
		has = append(has, feature.name)
		if feature.flag != 0 && !accepts(allFlags&^feature.flag, feature.module) {
			switches = append(switches, feature.name)
		}
	}
	return has, switches
}

// The flags of the features with these names.
func flags(names []string) api.CoreFeatures {
	var set api.CoreFeatures
	for _, feature := range features() {
		for _, name := range names {
			if feature.name == name {
				set |= feature.flag
			}
		}
	}
	return set
}

func runtimeConfig(compiler bool) wazero.RuntimeConfig {
	if compiler {
		return wazero.NewRuntimeConfigCompiler()
	}
	return wazero.NewRuntimeConfigInterpreter()
}

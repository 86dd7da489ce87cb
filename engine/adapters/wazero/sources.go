// The id of the sources that this program was built from: it names the build, so that wassay notices
// an adapter that is older than itself.
package main

import (
	"embed"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io/fs"
)

//go:embed *.go go.mod go.sum
var sources embed.FS

// Where the sources are in wassay's tree.
const place = "engine/adapters/wazero/"

// The id that ci/build-id computes of the same files: a hash of their names and contents, each after
// its length, in the order of the names.
func sourcesID() string {
	hash := fnv.New64a()
	add := func(part []byte) {
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(part))))
		hash.Write(part)
	}
	// Both are sorted, and nothing here can fail: the files are in the program.
	files, _ := fs.ReadDir(sources, ".")
	for _, file := range files {
		text, _ := fs.ReadFile(sources, file.Name())
		add([]byte(place + file.Name()))
		add(text)
	}
	return fmt.Sprintf("%016x", hash.Sum64())
}

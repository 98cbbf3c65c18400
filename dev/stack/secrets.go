package stack

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Secret returns the named secret from a file of NAME=value lines that only its owner may read; a name that is not
// there yet is added with 32 random bytes in hexadecimal.
func Secret(path, name string) (string, error) {
	return Keep(path, name, func(random []byte) string { return hex.EncodeToString(random) })
}

// Keep is Secret for one that is written in another way.
func Keep(path, name string, write func(random []byte) string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			return value, nil
		}
	}
	random := make([]byte, 32)
	rand.Read(random)
	value := write(random)
	return value, writeSecret(path, fmt.Sprintf("%s%s=%s\n", content, name, value))
}

// writeSecret replaces a private file in one step, so that a crash leaves the old one or the new one.
func writeSecret(path, content string) error {
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStaleNamesWhatGenerateChanged(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example\n\ngo 1.26\n")
	write("example.go", "package example\n\n//go:generate cp source.txt generated.txt\n")
	write("source.txt", "new")
	write("generated.txt", "new")
	if err := stale(t.Context(), dir); err != nil {
		t.Fatalf("nothing is stale, but: %v", err)
	}
	write("generated.txt", "old")
	if err := stale(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "generated.txt") {
		t.Errorf("a stale file was not named: %v", err)
	}
}

func TestDialable(t *testing.T) {
	for address, expected := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:8080": "127.0.0.1:8080", "[::]:8080": "127.0.0.1:8080",
		"127.0.0.1:1": "127.0.0.1:1", "example.test:80": "example.test:80",
	} {
		if got := dialable(address); got != expected {
			t.Errorf("%s is called at %s, expected %s", address, got, expected)
		}
	}
}

package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// stale runs go generate and names the files that it changed: they were not generated from what they say they are.
func stale(ctx context.Context, root string) error {
	before, err := fingerprints(root)
	if err != nil {
		return err
	}
	generate := exec.CommandContext(ctx, "go", "generate", "./...")
	generate.Dir, generate.Stdout, generate.Stderr = root, os.Stdout, os.Stderr
	if err := generate.Run(); err != nil {
		return fmt.Errorf("go generate: %w", err)
	}
	after, err := fingerprints(root)
	if err != nil {
		return err
	}
	if changed := differing(before, after); len(changed) > 0 {
		return fmt.Errorf("go generate changed these files; commit what it wrote:\n  %s", strings.Join(changed, "\n  "))
	}
	return nil
}

type fingerprint [sha256.Size]byte

// fingerprints reads the checkout's files, without those that tools keep in hidden directories.
func fingerprints(root string) (map[string]fingerprint, error) {
	found := map[string]fingerprint{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"):
			return filepath.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		found[strings.TrimPrefix(path, root+string(filepath.Separator))] = sha256.Sum256(content)
		return err
	})
	return found, err
}

func differing(before, after map[string]fingerprint) []string {
	var changed []string
	for name, print := range after {
		if was, ok := before[name]; !ok || was != print {
			changed = append(changed, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}

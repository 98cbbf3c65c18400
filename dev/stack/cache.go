package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Root is the checkout that holds the working directory.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if first, _, _ := strings.Cut(string(content), "\n"); err == nil && strings.TrimSpace(first) == "module bihuan" {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not inside a checkout of Bihuan", start)
		}
	}
}

// cacheDir holds what is fetched or built once: BIHUAN_CACHE, or .data/cache of the checkout.
func cacheDir() (string, error) {
	if dir := os.Getenv("BIHUAN_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	root, err := Root()
	return filepath.Join(root, ".data", "cache"), err
}

// once calls make unless the file it makes is there. Processes that want the same at one time wait for each other.
func once(ctx context.Context, cache, name, file string, make func() error) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(cache, name+".lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer lock.Close()
	for {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	return make()
}

// Install gets Postgres and Temporal ready to start, which takes minutes the first time.
func Install(ctx context.Context, log io.Writer) error {
	say := &speaker{w: log}
	who, err := account("")
	if err != nil {
		return err
	}
	_, noPostgres := findPostgres(ctx, 0, who, say)
	_, noTemporal := findTemporal(ctx, say)
	return errors.Join(noPostgres, noTemporal)
}

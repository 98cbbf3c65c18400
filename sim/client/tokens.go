package client

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// tokenPrefix is how every token begins.
const tokenPrefix = "bh_"

// Tokens finds the tokens in a file, whatever else it says.
func Tokens(path string) ([]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("no tokens of demo staff (`make up` makes them): %w", err)
	}
	tokens := slices.DeleteFunc(strings.Fields(string(raw)), func(w string) bool { return !strings.HasPrefix(w, tokenPrefix) })
	if len(tokens) == 0 {
		return nil, fmt.Errorf("%s holds no tokens", path)
	}
	return tokens, nil
}

package crew

import (
	"fmt"
	"os"
	"strings"
)

// Token is a member of staff's.
type Token struct{ Staff, Secret string }

// prefix is how every token begins.
const prefix = "bh_"

// Tokens reads a file in which each line that ends in a token begins with whose it is.
func Tokens(path string) ([]Token, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("no tokens of demo staff (`make up` makes them): %w", err)
	}
	var all []Token
	for line := range strings.Lines(string(raw)) {
		words := strings.Fields(line)
		if n := len(words); n > 0 && strings.HasPrefix(words[n-1], prefix) {
			all = append(all, Token{Staff: words[0], Secret: words[n-1]})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no tokens", path)
	}
	return all, nil
}

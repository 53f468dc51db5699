package priority

import (
	"fmt"
	"strings"
)

// A scale holds the texts of a type that counts from zero. What lies outside it is taken for its zero.
type scale []string

func (s scale) text(v int) string {
	if v < 0 || v >= len(s) {
		v = 0
	}
	return s[v]
}

func (s scale) parse(what string, text []byte) (int, error) {
	for v, name := range s {
		if strings.EqualFold(name, string(text)) {
			return v, nil
		}
	}
	return 0, fmt.Errorf("priority: unknown %s %q: want one of %s", what, text, strings.Join(s, ", "))
}

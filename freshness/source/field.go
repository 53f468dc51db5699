package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A step is one part of a path: a key, or an index where key is not set.
type step struct {
	key   string
	index int
	keyed bool
}

// parsePath splits a path such as a.b[0]["c.d"] into its steps.
func parsePath(path string) ([]step, error) {
	var steps []step
	for rest := path; rest != ""; {
		if rest[0] == '[' {
			s, after, err := bracket(rest)
			if err != nil {
				return nil, fmt.Errorf("the path %q: %w", path, err)
			}
			steps, rest = append(steps, s), after
			continue
		}
		if len(steps) > 0 {
			if rest[0] != '.' {
				return nil, fmt.Errorf("the path %q: want a dot or a bracket before %q", path, rest)
			}
			rest = rest[1:]
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, fmt.Errorf("the path %q: an empty key before %q", path, rest)
		}
		steps, rest = append(steps, step{key: rest[:end], keyed: true}), rest[end:]
	}
	return steps, nil
}

// bracket reads one step in brackets, and returns what stands behind it.
func bracket(text string) (step, string, error) {
	inner := text[1:]
	if strings.HasPrefix(inner, `"`) {
		quoted, err := strconv.QuotedPrefix(inner)
		if err != nil || !strings.HasPrefix(inner[len(quoted):], "]") {
			return step{}, "", fmt.Errorf("no end of the key in %q", text)
		}
		key, err := strconv.Unquote(quoted)
		return step{key: key, keyed: true}, inner[len(quoted)+1:], err
	}
	number, rest, ok := strings.Cut(inner, "]")
	index, err := strconv.Atoi(number)
	if !ok || err != nil || index < 0 {
		return step{}, "", fmt.Errorf("no index in %q", text)
	}
	return step{index: index}, rest, nil
}

// find returns the value at a path of a decoded document.
func find(document any, path string) (any, error) {
	steps, err := parsePath(path)
	if err != nil {
		return nil, err
	}

	for i, s := range steps {
		object, isObject := document.(map[string]any)
		list, isList := document.([]any)
		var ok bool
		switch {
		case s.keyed && isObject:
			document, ok = object[s.key]
		case !s.keyed && isList && s.index < len(list):
			document, ok = list[s.index], true
		}
		if !ok {
			return nil, fmt.Errorf("no field %q in the document: step %d of the path is not there", path, i+1)
		}
	}
	return document, nil
}

// doubled returns a key that comes twice in one object of a document, which is valid JSON. Package
// json would take the last of the two, and which one the writer meant is not known.
func doubled(text []byte) (key string, twice bool) {
	type level struct {
		keys  map[string]bool // nil in a list
		value bool            // a value comes next, and no key
	}
	levels := []level{{}}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()

	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false
		}
		at := &levels[len(levels)-1]
		name, isText := token.(string)
		if isText && at.keys != nil && !at.value {
			if at.keys[name] {
				return name, true
			}
			at.keys[name], at.value = true, true
			continue
		}
		at.value = false
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{keys: map[string]bool{}})
		case json.Delim('['):
			levels = append(levels, level{})
		case json.Delim('}'), json.Delim(']'):
			levels = levels[:len(levels)-1]
		}
	}
}

package freshness

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"time"
)

// A jsonDuration is written as text: "1h0m0s".
type jsonDuration time.Duration

func (d jsonDuration) MarshalText() ([]byte, error) {
	return []byte(time.Duration(d).String()), nil
}

// A jsonField is one field of an object.
type jsonField struct {
	name string
	data json.RawMessage
}

// readFields returns the fields of an object in order. The data is one JSON
// value. A field that comes twice is an error, where package json would keep
// the last.
func readFields(data []byte) ([]jsonField, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, fmt.Errorf("want an object, not %s", excerpt(data))
	}
	var fields []jsonField
	seen := map[string]bool{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		field := jsonField{name: name.(string)}
		if err := dec.Decode(&field.data); err != nil {
			return nil, err
		}
		if seen[field.name] {
			return nil, fmt.Errorf("field %q comes twice", shortened(field.name))
		}
		seen[field.name] = true
		fields = append(fields, field)
	}
	return fields, nil
}

// excerpt quotes the beginning of a JSON value.
func excerpt(data []byte) string {
	const most = 40
	if data = bytes.TrimSpace(data); len(data) > most {
		return string(bytes.ToValidUTF8(data[:most], nil)) + "…"
	}
	return string(data)
}

// readString returns a reader of JSON strings.
func readString(to *string) func([]byte) error {
	return func(data []byte) error {
		if !bytes.HasPrefix(data, []byte{'"'}) || json.Unmarshal(data, to) != nil {
			return fmt.Errorf("want text in quotes, not %s", excerpt(data))
		}
		return nil
	}
}

func readDuration(to *time.Duration) func([]byte) error {
	return func(data []byte) error {
		var text string
		if err := readString(&text)(data); err != nil {
			return err
		}
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as \"1h30m\"", shortened(text))
		}
		*to = d
		return nil
	}
}

func readTime(to *time.Time) func([]byte) error {
	return func(data []byte) error {
		var text string
		if err := readString(&text)(data); err != nil {
			return err
		}
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fmt.Errorf("%q is not an instant such as \"2006-01-02T15:04:05Z\"", shortened(text))
		}
		*to = t
		return nil
	}
}

func readText(to encoding.TextUnmarshaler) func([]byte) error {
	return func(data []byte) error {
		var text string
		if err := readString(&text)(data); err != nil {
			return err
		}
		return to.UnmarshalText([]byte(text))
	}
}

func readInt[T int | int64](to *T) func([]byte) error {
	return func(data []byte) error {
		if json.Unmarshal(data, to) != nil || bytes.Equal(data, []byte("null")) {
			return fmt.Errorf("want a whole number, not %s", excerpt(data))
		}
		return nil
	}
}

func (d *jsonDuration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration such as \"1h30m\"", shortened(string(text)))
	}
	*d = jsonDuration(parsed)
	return nil
}

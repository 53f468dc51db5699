package jsontree

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Duration is written as text, as package time does: "1h0m0s".
type Duration time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := ParseDuration(string(text))
	if err == nil {
		*d = Duration(parsed)
	}
	return err
}

// ParseDuration reads a duration as definitions write it.
func ParseDuration(written string) (time.Duration, error) {
	d, err := time.ParseDuration(written)
	if err != nil {
		return 0, fmt.Errorf(`%s is not a duration such as "5m" or "1h30m"`, plain.Quote(written))
	}
	return d, nil
}

package jsontree

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Duration is written as text, as package time does, "1h0m0s", and read as [plain.ParseDuration]
// does, with weeks and days.
type Duration time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := plain.ParseDuration(string(text))
	if err == nil {
		*d = Duration(parsed)
	}
	return err
}

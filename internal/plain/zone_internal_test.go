package plain

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAMachineWithoutZonesIsNamed(t *testing.T) {
	const want = `: this machine has no time zone database: install tzdata, or import _ "time/tzdata"`
	for name, row := range map[string]struct {
		has  []string
		want string
	}{
		"none":                   {nil, want},
		"UTC alone, as Go has":   {[]string{"UTC", "Local", ""}, want},
		"all":                    {[]string{"Etc/UTC", "Europe/London"}, ""},
		"cut down to the rest":   {[]string{"Europe/London"}, ""},
		"cut down to the others": {[]string{"Etc/UTC"}, ""},
	} {
		got := noZones(func(zone string) (*time.Location, error) {
			if slices.Contains(row.has, zone) {
				return time.UTC, nil
			}
			return nil, errors.New("unknown time zone " + zone)
		})
		assert.Equal(t, row.want, got, name)
	}
}

func TestThisMachineHasZones(t *testing.T) {
	if _, err := time.LoadLocation("Europe/Dublin"); err == nil {
		assert.Empty(t, NoZones())
		return
	}
	assert.NotEmpty(t, NoZones())
}

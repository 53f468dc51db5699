package history

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// base is a day without a change of clocks near it.
var base = time.Date(2021, 3, 12, 0, 0, 0, 0, time.UTC)

// at reads an instant of March 2021, written "02 15:04" or "02 15:04:05.999", in UTC.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	if len(text) == len("02 15:04") {
		text += ":00"
	}
	instant, err := time.Parse("2006-01-02 15:04:05.999999999", "2021-03-"+text)
	require.NoError(t, err)
	return instant
}

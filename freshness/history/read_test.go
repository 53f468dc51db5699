package history

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// readTestLandings reads one of the real histories.
func readTestLandings(t testing.TB, name string) freshness.Landings {
	t.Helper()
	f, err := os.Open("testdata/landings/" + name + ".csv")
	require.NoError(t, err)
	defer f.Close()
	landed, err := ReadLandings(f)
	require.NoError(t, err)
	return landed
}

func TestReadRealHistories(t *testing.T) {
	for name, n := range map[string]int{"covid-19-nightly": 1231, "finance-vix-daily": 653, "ca-fires-hourly": 3694} {
		assert.Len(t, readTestLandings(t, name), n, name)
	}
}

func TestReadLandings(t *testing.T) {
	a := time.Date(2021, 3, 4, 6, 15, 0, 0, time.UTC)
	b := time.Date(2021, 3, 5, 6, 15, 0, 500, time.UTC)
	for name, text := range map[string]string{
		"in order":               "landed_at\n2021-03-04T06:15:00Z\n2021-03-05T06:15:00.0000005Z\n",
		"in any order":           "landed_at\n2021-03-05T06:15:00.0000005Z\n2021-03-04T06:15:00Z\n",
		"twice":                  "landed_at\n2021-03-04T06:15:00Z\n2021-03-05T06:15:00.0000005Z\n2021-03-04T07:15:00+01:00\n",
		"as some programs write": "\ufeff\"landed_at\"\r\n\r\n\"2021-03-04T06:15:00Z\"\r\n  2021-03-05T06:15:00.0000005Z  \r\n",
		"no line end at the end": "landed_at\n2021-03-04T06:15:00Z\n2021-03-05T06:15:00.0000005Z",
		"with offsets":           "landed_at\n2021-03-04T07:15:00+01:00\n2021-03-05T01:15:00.0000005-05:00\n",
	} {
		landed, err := ReadLandings(strings.NewReader(text))
		require.NoError(t, err, name)
		assert.Equal(t, freshness.LandedAt(a, b), landed, name)
	}
	landed, err := ReadLandings(strings.NewReader("landed_at\n"))
	require.NoError(t, err)
	assert.Nil(t, landed, "a header alone: nothing has landed")
}

func TestReadLandingsReturnsAllFaults(t *testing.T) {
	const want = ` is not an instant such as "2006-01-02T15:04:05Z" `
	tests := []struct{ name, text, want string }{
		{"no header", "2021-03-04T06:15:00Z\nyesterday\n",
			`want the header "landed_at", not "2021-03-04T06:15:00Z" (line 1, offset 0)` + "\n" +
				`landed_at: "yesterday"` + want + `(line 2, offset 21)`},
		{"nothing at all", "", `want the header "landed_at" (line 1, offset 0)`},
		{"two lines", "landed_at\n\n2021-02-30T06:15:00Z\r\n2021-03-04T06:15:00Z\n2021-03-04 06:15\n",
			`landed_at: "2021-02-30T06:15:00Z"` + want + "(line 3, offset 11)\n" +
				`landed_at: "2021-03-04 06:15"` + want + `(line 5, offset 54)`},
		{"a second column", "landed_at\n2021-03-04T06:15:00Z,12\n",
			`landed_at: "2021-03-04T06:15:00Z,12"` + want + `(line 2, offset 10)`},
		{"a long line", "landed_at\n" + strings.Repeat("7", 5000),
			"bufio.Scanner: token too long (line 2, offset 10)"},
		{"a long field", "landed_at\n" + strings.Repeat("7", 70),
			`landed_at: "` + strings.Repeat("7", 64) + `"…` + want + `(line 2, offset 10)`},
		{"behind a byte order mark", "\ufefflanded_at\nx", `landed_at: "x"` + want + `(line 2, offset 13)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			landed, err := ReadLandings(strings.NewReader(tt.text))
			require.EqualError(t, err, tt.want)
			assert.Nil(t, landed)
			var fault *freshness.FieldError
			require.ErrorAs(t, err, &fault)
			assert.Positive(t, fault.Line)
		})
	}
	_, err := ReadLandings(strings.NewReader("landed_at\n" + strings.Repeat("x\n", 1000)))
	require.Error(t, err)
	assert.Equal(t, maxLineFaults+1, strings.Count(err.Error(), "\n")+1)
	assert.True(t, strings.HasSuffix(err.Error(), "\nand more: reading stopped here (line 21, offset 48)"), err.Error())

	broken := errors.New("disk on fire")
	_, err = ReadLandings(io.MultiReader(strings.NewReader("landed_at\n"), iotest.ErrReader(broken)))
	assert.ErrorIs(t, err, broken)
	assert.EqualError(t, err, "disk on fire (line 2, offset 10)")
}

func FuzzReadLandings(f *testing.F) {
	f.Add([]byte("landed_at\n2021-03-04T06:15:00Z\n2021-03-05T06:15:00.0000005+01:00\n"))
	f.Add([]byte("\ufeff\"landed_at\"\r\n\r\n\"2021-03-04T06:15:00Z\"\r\n"))
	f.Add([]byte("landed_at\n0000-01-01T00:00:00+23:59\n9999-12-31T23:59:59.999999999-23:59\n"))
	f.Add([]byte("landed_at\nyesterday\n\"\n\"\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		landed, err := ReadLandings(strings.NewReader(string(data)))
		if err != nil {
			require.Nil(t, landed)
			return
		}
		text := "landed_at\n"
		for i, l := range landed {
			require.True(t, i == 0 || landed[i-1].At.Before(l.At), "in order, and none twice")
			text += l.At.Format(time.RFC3339Nano) + "\n"
		}
		again, err := ReadLandings(strings.NewReader(text))
		if err == nil { // an instant moved to UTC may lie outside the years 0 to 9999
			require.Equal(t, landed, again)
		}
		if u, err := Learn(landed, time.UTC); err == nil {
			_ = u.String()
		}
	})
}

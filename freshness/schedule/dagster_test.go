package schedule_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// The cases in testdata/cron_dst.json are facts from the public test suite of dagster-io/dagster (Apache-2.0),
// python_modules/dagster/dagster_tests/scheduler_tests/test_cron_string_iterator.py
// at commit 04a89418f85160d6907f8838ae321ed6e9f9571b.
func TestDagsterCases(t *testing.T) {
	data, err := os.ReadFile("testdata/cron_dst.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			ID, Timezone, Cron string
			Ticks              []time.Time `json:"ticks_utc"`
		}
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Cases, 29)
	for _, c := range file.Cases {
		t.Run(c.ID+" "+c.Cron+" "+c.Timezone, func(t *testing.T) {
			loc, err := time.LoadLocation(c.Timezone)
			require.NoError(t, err)
			s, err := schedule.Cron(c.Cron, loc)
			require.NoError(t, err)
			assert.Equal(t, c.Ticks, forwards(s, c.Ticks[0].Add(-time.Nanosecond), len(c.Ticks)))
			last := c.Ticks[len(c.Ticks)-1]
			assert.Equal(t, c.Ticks, backwards(s, last.Add(time.Nanosecond), len(c.Ticks)))
		})
	}
}

// forwards returns n instants after t, in UTC.
func forwards(s schedule.Schedule, t time.Time, n int) []time.Time {
	var out []time.Time
	for range n {
		next, ok := s.Next(t)
		if !ok {
			return out
		}
		out, t = append(out, next.UTC()), next
	}
	return out
}

// backwards returns n instants before t, in UTC and ascending.
func backwards(s schedule.Schedule, t time.Time, n int) []time.Time {
	out := make([]time.Time, n)
	for i := n - 1; i >= 0; i-- {
		prev, ok := s.Prev(t)
		if !ok {
			return out[i+1:]
		}
		out[i], t = prev.UTC(), prev
	}
	return out
}

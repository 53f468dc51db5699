package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
)

// atSix is a history that lands at 06:00 UTC on each of n days from the first.
func atSix(first time.Time, n int) freshness.Landings {
	var landed freshness.Landings
	for i := range n {
		landed = append(landed, freshness.Landing{At: first.AddDate(0, 0, i).Add(6 * time.Hour)})
	}
	return landed
}

func learn(t *testing.T, landed freshness.Landings) *history.Baseline {
	t.Helper()
	u, err := history.Learn(landed, time.UTC)
	require.NoError(t, err)
	return u
}

func TestAPredictionIsTextForEachVerdict(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	landed := atSix(first, 70)
	u := learn(t, landed)
	today := first.AddDate(0, 0, 70) // a Monday
	due := today.Add(7 * time.Hour)
	tests := []struct {
		name string
		more freshness.Landings
		now  time.Time
		due  time.Time
		want string
	}{
		{"landed in time", freshness.LandedAt(due.Add(-time.Minute)), due, due, "landed at 2021-05-10 06:59 UTC, in time"},
		{"landed late", freshness.LandedAt(due.Add(3 * time.Minute)), due.Add(time.Hour), due, "landed at 2021-05-10 07:03 UTC, 3m late"},
		{
			"kept", nil, today, due,
			"100% by 2021-05-10 07:00 UTC (70% to 100%: of 9 Mondays without a landing by then, 9 landed in time); " +
				"expected 2021-05-10 06:00 UTC (from 2021-05-10 06:00 UTC to 2021-05-10 06:00 UTC); it will be kept: not below 50%",
		},
		{
			"missed", nil, today, today.Add(5 * time.Hour),
			"0% by 2021-05-10 05:00 UTC (0% to 30%: of 9 Mondays without a landing by then, 0 landed in time); " +
				"expected 2021-05-10 06:00 UTC (from 2021-05-10 06:00 UTC to 2021-05-10 06:00 UTC); it will be missed: below 50%",
		},
		{
			"passed", nil, today.Add(5 * time.Hour), today.Add(4 * time.Hour),
			"missed: due 2021-05-10 04:00 UTC; expected 2021-05-10 06:00 UTC (from 2021-05-10 06:00 UTC to 2021-05-10 06:00 UTC)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, u.Predict(landed.Add(tt.more...), tt.now, tt.due).String())
		})
	}
}

// Where the due instant has passed the miss is certain: no count of history changes that, and
// none is shown.
func TestACertainMissCountsNothingInTime(t *testing.T) {
	first := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	landed := atSix(first, 70)
	for i := range landed {
		if i%2 == 0 { // and every other day at 09:00
			landed[i].At = landed[i].At.Add(3 * time.Hour)
		}
	}
	today := first.AddDate(0, 0, 70)
	for _, tt := range []struct {
		name     string
		now, due time.Duration
	}{
		{"half of the history landed by then", 6*time.Hour + 30*time.Minute, 6*time.Hour + 29*time.Minute},
		{"most still wait, and all of them would have landed", 5 * time.Hour, 4 * time.Hour},
		{"too few wait", 10 * time.Hour, 7 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := learn(t, landed).Predict(landed, today.Add(tt.now), today.Add(tt.due))
			require.NoError(t, p.Err)
			assert.True(t, p.Miss)
			assert.Zero(t, p.InTime)
			assert.Zero(t, p.Chance)
			assert.Zero(t, p.Low)
			assert.Zero(t, p.High)
		})
	}
}

func TestAPredictionIsJSONWithWhatIsKnown(t *testing.T) {
	at := time.Date(2021, 3, 1, 6, 0, 0, 0, time.UTC)
	data, err := json.Marshal(history.Prediction{
		At: at, Due: at.Add(time.Hour), Landed: true, Chance: 1, Low: 1, High: 1, Earliest: at, Expected: at, Latest: at, InTime: 2, Waiting: 3,
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"at":"2021-03-01T06:00:00Z","due":"2021-03-01T07:00:00Z","landed":true,"miss":false,"chance":1,"low":1,"high":1,
		"earliest":"2021-03-01T06:00:00Z","expected":"2021-03-01T06:00:00Z","latest":"2021-03-01T06:00:00Z","waiting":3,"in_time":2}`, string(data))
}

// History ends in 2262, and what is expected after that is expected at its end.
func TestNothingIsExpectedAfterTheEndOfHistory(t *testing.T) {
	first := time.Date(2261, 6, 7, 0, 0, 0, 0, time.UTC)
	var landed freshness.Landings
	for i := range 70 { // every third day
		landed = append(landed, freshness.Landing{At: first.AddDate(0, 0, 3*i).Add(6 * time.Hour)})
	}
	u := learn(t, landed)
	end := time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	p := u.Predict(landed, end.Add(-time.Hour), end.Add(-time.Minute))
	require.NoError(t, p.Err)
	assert.True(t, p.Latest.Equal(end), "%v", p)
}

package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// A policy of another package is named by its type, and has no JSON.
func TestTheResultOfAForeignPolicy(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	stale := always{freshness.Result{Status: freshness.Stale, Reason: freshness.ReasonPastLimit}}
	r, err := history.Backtest(stale, nil, from, from.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, `policy  history_test.always
time    2021-03-01T00:00:00Z to 2021-03-01T01:00:00Z
status  kept 0% of the time: fresh 0s, at risk 0s, stale 1h; unknown 0s
broken  1 times, the longest 1h: 2021-03-01T00:00:00Z to 2021-03-01T01:00:00Z (past-limit)
  1h: 2021-03-01T00:00:00Z to 2021-03-01T01:00:00Z (past-limit)
`, r.String())
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"start":"2021-03-01T00:00:00Z","end":"2021-03-01T01:00:00Z",
		"on_time":0,"late":0,"in_grace":0,"missing":0,"excused":0,"not_due":0,"worst_late":"0s","streak":0,
		"fresh":"0s","at_risk":"0s","stale":"1h0m0s","unknown":"0s","time_share":0,
		"breaches":[{"start":"2021-03-01T00:00:00Z","end":"2021-03-01T01:00:00Z","why":"past-limit"}]}`, string(data))
}

func TestAResultOfNothingJudgedHasNoShares(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	p := freshness.Paused{
		Policy: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)},
		Spans:  []freshness.Span{{Start: from, End: from.AddDate(0, 0, 9)}},
	}
	r, err := history.Backtest(p, nil, from, from.AddDate(0, 0, 1))
	require.NoError(t, err)
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &fields))
	assert.NotContains(t, fields, "kept_share")
	assert.NotContains(t, fields, "time_share")
	assert.NotContains(t, fields, "breaches")
	assert.Equal(t, `[{"due":"2021-03-01T07:00:00Z","reason":"paused"}]`, string(fields["outcomes"]))
	assert.Equal(t, "1", string(fields["excused"]))
}

// A float64 of 0.29 * 100 is 28.999999999999996, and one nanosecond in a year is none.
func TestSharesAreExact(t *testing.T) {
	r := history.BacktestResult{Outcomes: make([]history.Outcome, 100), OnTime: 29, Missing: 71}
	assert.Contains(t, r.String(), "100 judged: kept 29 (29%)")
	r = history.BacktestResult{Outcomes: []history.Outcome{{}}, NotDue: 1}
	assert.Contains(t, r.String(), "0 judged: kept 0 (no data)")

	r = history.BacktestResult{Fresh: 365 * 24 * time.Hour, Stale: 1}
	share, ok := r.TimeShare()
	assert.True(t, ok)
	assert.Less(t, share, 1.0)
	assert.Contains(t, r.String(), "kept 99.99% of the time")
	r.Stale = 0
	share, _ = r.TimeShare()
	assert.Equal(t, 1.0, share)
	assert.Contains(t, r.String(), "kept 100% of the time")

	const most = time.Duration(1<<63 - 1)
	r = history.BacktestResult{Fresh: most, AtRisk: most, Stale: most}
	assert.Contains(t, r.String(), "kept 66.66% of the time")
}

// Of breaches that are equally long the first is the worst.
func TestTheWorstBreachIsTheFirstOfTheLongest(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	r := history.BacktestResult{Breaches: []freshness.Span{
		{Start: from, End: from.Add(time.Hour), Why: "short"},
		{Start: from.Add(2 * time.Hour), End: from.Add(4 * time.Hour), Why: "long"},
		{Start: from.Add(5 * time.Hour), End: from.Add(7 * time.Hour), Why: "as long"},
	}}
	worst, ok := r.WorstBreach()
	assert.True(t, ok)
	assert.Equal(t, "long", worst.Why)
}

func TestAnOutcomeIsInWords(t *testing.T) {
	for _, tt := range []struct {
		outcome      history.Outcome
		want         string
		kept, judged bool
	}{
		{history.Outcome{Reason: freshness.ReasonOnTime}, "on time", true, true},
		{history.Outcome{Reason: freshness.ReasonInGrace, Late: 5 * time.Minute}, "late 5m, within the grace", true, true},
		{history.Outcome{Reason: freshness.ReasonLate, Late: time.Hour}, "late 1h", false, true},
		{history.Outcome{Reason: freshness.ReasonPastLimit}, "missing", false, true},
		{history.Outcome{Reason: freshness.ReasonNeverLanded}, "missing", false, true},
		{history.Outcome{Reason: freshness.ReasonPartial}, "missing (partial)", false, true},
		{history.Outcome{Reason: freshness.ReasonPaused}, "excused (paused)", false, false},
		{history.Outcome{Reason: freshness.ReasonOutsideHours}, "excused (outside-hours)", false, false},
		{history.Outcome{Reason: freshness.ReasonNotDue}, "not due", false, false},
		{history.Outcome{}, "not due", false, false},
	} {
		assert.Equal(t, tt.want, tt.outcome.String())
		assert.Equal(t, tt.kept, tt.outcome.Kept(), tt.want)
		assert.Equal(t, tt.judged, tt.outcome.Judged(), tt.want)
	}
}

func TestWhatIsKeptIsOnTimeOrWithinTheGrace(t *testing.T) {
	r := history.BacktestResult{OnTime: 5, Late: 3, InGrace: 2, Missing: 1, Excused: 7, NotDue: 9}
	assert.Equal(t, 7, r.Kept())
	assert.Equal(t, 9, r.Judged())
	share, ok := history.BacktestResult{OnTime: 1}.KeptShare()
	assert.True(t, ok, "one that was judged is enough for a share")
	assert.Equal(t, 1.0, share)
	share, ok = history.BacktestResult{AtRisk: 1}.TimeShare()
	assert.True(t, ok, "so is a nanosecond")
	assert.Equal(t, 1.0, share)
}

func TestTheOnlyLandingMayBePartial(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	p := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), MinRows: 10}
	landed := freshness.Landings{{At: from.Add(6 * time.Hour), Rows: 9}}
	r, err := history.Backtest(p, landed, from, from.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Len(t, r.Outcomes, 1)
	assert.Equal(t, freshness.ReasonPartial, r.Outcomes[0].Reason)
}

// always is a policy of another package, which gives one result.
type always struct{ result freshness.Result }

func (p always) Check(freshness.Landings, time.Time) freshness.Result { return p.result }
func (p always) Validate() error                                      { return nil }

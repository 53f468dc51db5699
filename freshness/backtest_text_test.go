package freshness_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// A policy of another package is named by its type, and has no JSON.
func TestTheReportOfAForeignPolicy(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	stale := says{freshness.Result{Status: freshness.Stale, Reason: freshness.ReasonPastLimit}}
	r, err := freshness.Backtest(stale, nil, from, from.Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, `policy  freshness_test.says
time    2021-03-01T00:00:00Z to 2021-03-01T01:00:00Z
status  kept 0.00 % of the time: fresh 0s, at risk 0s, stale 1h0m0s; unknown 0s
broken  1 times, the longest 1h0m0s: 2021-03-01T00:00:00Z to 2021-03-01T01:00:00Z (past-limit)
  1h0m0s: 2021-03-01T00:00:00Z to 2021-03-01T01:00:00Z (past-limit)
`, r.String())
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"from":"2021-03-01T00:00:00Z","to":"2021-03-01T01:00:00Z",
		"on_time":0,"late":0,"in_grace":0,"missing":0,"excused":0,"not_due":0,"worst_late":"0s","streak":0,
		"fresh":"0s","at_risk":"0s","stale":"1h0m0s","unknown":"0s","time_share":0,
		"breaches":[{"from":"2021-03-01T00:00:00Z","until":"2021-03-01T01:00:00Z","why":"past-limit"}]}`, string(data))
}

func TestAReportOfNothingJudgedHasNoShares(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	p := freshness.Paused{
		Policy: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)},
		Spans:  []freshness.Span{{From: from, Until: from.AddDate(0, 0, 9)}},
	}
	r, err := freshness.Backtest(p, nil, from, from.AddDate(0, 0, 1))
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

// Of breaches that are equally long the first is the worst.
func TestTheWorstBreachIsTheFirstOfTheLongest(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	r := freshness.Report{Breaches: []freshness.Span{
		{From: from, Until: from.Add(time.Hour), Why: "short"},
		{From: from.Add(2 * time.Hour), Until: from.Add(4 * time.Hour), Why: "long"},
		{From: from.Add(5 * time.Hour), Until: from.Add(7 * time.Hour), Why: "as long"},
	}}
	worst, ok := r.WorstBreach()
	assert.True(t, ok)
	assert.Equal(t, "long", worst.Why)
}

func TestAnOutcomeIsInWords(t *testing.T) {
	for _, tt := range []struct {
		outcome      freshness.Outcome
		want         string
		kept, judged bool
	}{
		{freshness.Outcome{Reason: freshness.ReasonOnTime}, "on time", true, true},
		{freshness.Outcome{Reason: freshness.ReasonInGrace, Late: 5 * time.Minute}, "late 5m0s, within the grace", true, true},
		{freshness.Outcome{Reason: freshness.ReasonLate, Late: time.Hour}, "late 1h0m0s", false, true},
		{freshness.Outcome{Reason: freshness.ReasonPastLimit}, "missing", false, true},
		{freshness.Outcome{Reason: freshness.ReasonNeverLanded}, "missing", false, true},
		{freshness.Outcome{Reason: freshness.ReasonPartial}, "missing (partial)", false, true},
		{freshness.Outcome{Reason: freshness.ReasonPaused}, "excused (paused)", false, false},
		{freshness.Outcome{Reason: freshness.ReasonOutsideHours}, "excused (outside-hours)", false, false},
		{freshness.Outcome{Reason: freshness.ReasonNotDue}, "not due", false, false},
		{freshness.Outcome{}, "not due", false, false},
	} {
		assert.Equal(t, tt.want, tt.outcome.String())
		assert.Equal(t, tt.kept, tt.outcome.Kept(), tt.want)
		assert.Equal(t, tt.judged, tt.outcome.Judged(), tt.want)
	}
}

func TestWhatIsKeptIsOnTimeOrWithinTheGrace(t *testing.T) {
	r := freshness.Report{OnTime: 5, Late: 3, InGrace: 2, Missing: 1, Excused: 7, NotDue: 9}
	assert.Equal(t, 7, r.Kept())
	assert.Equal(t, 9, r.Judged())
	share, ok := freshness.Report{OnTime: 1}.KeptShare()
	assert.True(t, ok, "one that was judged is enough for a share")
	assert.Equal(t, 1.0, share)
	share, ok = freshness.Report{AtRisk: 1}.TimeShare()
	assert.True(t, ok, "so is a nanosecond")
	assert.Equal(t, 1.0, share)
}

func TestTheOnlyLandingMayBePartial(t *testing.T) {
	from := time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)
	p := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), MinRows: 10}
	landed := freshness.Landings{{At: from.Add(6 * time.Hour), Rows: 9}}
	r, err := freshness.Backtest(p, landed, from, from.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Len(t, r.Outcomes, 1)
	assert.Equal(t, freshness.ReasonPartial, r.Outcomes[0].Reason)
}

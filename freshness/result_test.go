package freshness

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStatusAndReasonRoundTrip(t *testing.T) {
	for s := Unknown; s <= Stale; s++ {
		text, err := s.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, s.String(), string(text))
		var back Status
		require.NoError(t, back.UnmarshalText(bytes.ToUpper(text)))
		assert.Equal(t, s, back)
	}
	for r := ReasonNone; r <= ReasonPaused; r++ {
		text, err := r.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, r.String(), string(text))
		var back Reason
		require.NoError(t, back.UnmarshalText(bytes.ToUpper(text)))
		assert.Equal(t, r, back)
	}
	var s Status
	assert.EqualError(t, s.UnmarshalText([]byte("late")), `status: "late" is none of unknown, fresh, at-risk, stale`)
	var r Reason
	assert.ErrorContains(t, r.UnmarshalText(nil), `reason: "" is none of none, on-time, `)
	for _, bad := range []int{-1, 99} {
		_, err := Status(bad).MarshalText()
		assert.ErrorContains(t, err, "is none of unknown, fresh")
		_, err = Reason(bad).MarshalText()
		assert.ErrorContains(t, err, "is none of none, on-time")
	}
	assert.Equal(t, "Status(-1)", Status(-1).String())
	assert.Equal(t, "Reason(99)", Reason(99).String())
	assert.Len(t, reasons.Names, int(ReasonPaused)+1)
}

func TestResultRoundTripsAsJSON(t *testing.T) {
	for seed := range uint64(500) {
		g := newGen(seed)
		p, landed := g.policy(1), g.landings()
		r := p.Check(landed, g.instant())
		r.Asset, r.Check = "mart.orders", "orders-by-7/ready"
		text, err := json.Marshal(r)
		require.NoError(t, err)
		var back Result
		require.NoError(t, json.Unmarshal(text, &back), "%s", text)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(again))
		back.Due, back.LastDue = r.Due, r.LastDue // their locations come back as offsets
		back.NextCheck, back.FreshUntil, back.Until = r.NextCheck, r.FreshUntil, r.Until
		if r.Err != nil {
			assert.EqualError(t, back.Err, r.Err.Error())
			back.Err = r.Err
		}
		assert.Equal(t, r, back)
	}
}

func TestResultJSONForm(t *testing.T) {
	r := MaxAge{Warn: time.Hour, Fail: 3 * time.Hour}.Check(LandedAt(base.Add(-2*time.Hour)), base)
	r.Asset = "mart.orders"
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"asset":"mart.orders","status":"at-risk","reason":"past-warning","at":"2021-03-12T00:00:00Z",
		"landing":{"at":"2021-03-11T22:00:00Z"},"due":"2021-03-12T01:00:00Z","slack":"1h0m0s","age":"2h0m0s",
		"fresh_until":"2021-03-12T01:00:00Z","next_check":"2021-03-12T01:00:00.000000001Z"}`, string(text))

	var back Result
	assert.Error(t, json.Unmarshal([]byte(`{"status":"late"}`), &back))
	assert.Error(t, json.Unmarshal([]byte(`{"slack":"1.5d"}`), &back))
	assert.NoError(t, json.Unmarshal([]byte(`{"slack":"1d12h"}`), &back))
	assert.Equal(t, 36*time.Hour, back.Slack)
	_, err = json.Marshal(Result{At: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
	assert.Error(t, err)
	_, err = json.Marshal(Result{Status: 9})
	assert.Error(t, err)
}

func TestResultIsOneLine(t *testing.T) {
	due := time.Date(2021, 3, 4, 7, 0, 0, 0, time.UTC)
	tests := []struct {
		want   string
		result Result
	}{
		{"unknown (none)", Result{}},
		{"a [b]: stale (past-limit): landed 2021-03-03 07:00:00 UTC, due 2021-03-04 07:00:00 UTC, overdue 2h 5m",
			Result{Asset: "a", Check: "b", Status: Stale, Reason: ReasonPastLimit, Landed: true, Landing: Landing{At: due.Add(-24 * time.Hour)}, Due: due, Slack: -125 * time.Minute}},
		{"stale (never-landed): nothing landed, due 2021-03-04 07:00:00 UTC, overdue 106751d 23h",
			Result{Status: Stale, Reason: ReasonNeverLanded, Due: due, Slack: math.MinInt64}},
		{"a: fresh (late): landed 2021-03-04 08:00:00 UTC, 1h late for 2021-03-04 07:00:00 UTC, due 2021-03-05 07:00:00 UTC, 23h left",
			Result{Asset: "a", Check: "a", Status: Fresh, Reason: ReasonLate, Landed: true, Landing: Landing{At: due.Add(time.Hour)}, LastDue: due, Late: time.Hour, Due: due.AddDate(0, 0, 1), Slack: 23 * time.Hour}},
		{"at-risk (past-warning): nothing landed, due 2021-03-04 07:00:00 UTC, 1h left",
			Result{Status: AtRisk, Reason: ReasonPastWarning, Due: due, Slack: time.Hour - 1}},
		{"stale (past-limit): nothing landed, due 2021-03-04 07:00:00 UTC, overdue 1ns",
			Result{Status: Stale, Reason: ReasonPastLimit, Due: due, Slack: -1}},
		{"unknown (in-future): landed 2021-03-04 07:00:00 UTC, 10m in the future",
			Result{Reason: ReasonInFuture, Landed: true, Landing: Landing{At: due}, Age: -10 * time.Minute}},
		{`b: unknown (not-measured): dial\u00a0\nrefused`, Result{Check: "b", Reason: ReasonNotMeasured, Err: errors.New("dial\u00a0\nrefused\u2028")}},
		{"unknown (paused): nothing landed, until 2021-03-04 07:00:00 UTC", Result{Reason: ReasonPaused, Until: due}},
		{"at-risk (past-warning): landed 2021-03-04 07:00:00 UTC, age 2h", Result{Status: AtRisk, Reason: ReasonPastWarning, Landed: true, Landing: Landing{At: due}, Age: 2 * time.Hour}},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.result.String())
		assert.NotContains(t, tt.result.String(), "\n")
	}
}

func TestResultIsLoggedAsAGroup(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
	r := MaxAge{Fail: 3 * time.Hour}.Check(LandedAt(base.Add(-4*time.Hour)), base)
	r.Asset, r.Check, r.Late, r.LastDue, r.Until, r.Err = "mart.orders", "fresh", time.Second, base, base, errors.New("x")
	logger.Info("checked", "result", r)
	assert.Equal(t, "level=INFO msg=checked result.asset=mart.orders result.check=fresh result.status=stale result.reason=past-limit "+
		"result.at=2021-03-12T00:00:00.000Z result.landing=2021-03-11T20:00:00.000Z result.due=2021-03-11T23:00:00.000Z result.slack=-1h0m0s "+
		"result.last_due=2021-03-12T00:00:00.000Z result.late=1s result.age=4h0m0s result.until=2021-03-12T00:00:00.000Z result.error=x\n", log.String())
	log.Reset()
	logger.Info("checked", "result", Result{})
	assert.Equal(t, "level=INFO msg=checked result.status=unknown result.reason=none\n", log.String())
}

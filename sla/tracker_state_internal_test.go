package sla

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// TestTrackedStateSurvives writes down what is known beside the counts, reads it into another tracker, and finds it the same.
func TestTrackedStateSurvives(t *testing.T) {
	at := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	age := freshness.MaxAge{Fail: 10 * time.Minute}
	newTracked := func() (*Tracker, *tracked) {
		c, err := NewCatalog([]SLA{{ID: "s", Objectives: []Objective{{Name: "o", Asset: "a", Target: MustTarget("99%"), Window: Rolling(Day), Freshness: age}}}})
		require.NoError(t, err)
		tr := NewTracker(c)
		tr.read()
		defer tr.mu.RUnlock()
		return tr, tr.roster.find("s/o")
	}
	tr, k := newTracked()
	landing := freshness.Landing{At: at, Rows: 5, Partition: "2026-04-01"}
	for _, r := range []freshness.Result{
		age.Check(freshness.Landings{landing}, at.Add(time.Minute)),
		age.Check(freshness.Landings{landing}, at.Add(15*time.Minute)),
		{Reason: freshness.ReasonPaused, At: at.Add(16 * time.Minute), Until: at.Add(17 * time.Minute)},
		freshness.NotMeasured(errors.New("no \xff"), at.Add(20*time.Minute+time.Second)),
		age.Check(freshness.Landings{landing}, at.Add(21*time.Minute+30*time.Second)),
	} {
		r.Check = "s/o"
		tr.Observe(r)
	}
	tr.Alerts(at.Add(22 * time.Minute))
	require.NotEmpty(t, k.rare.firing())
	data := k.appendTo(nil)
	d := &unpacker{data: data}
	_, other := newTracked()
	other.ledger = decodeLedger(&other.shape.spec, d)
	other.setState(decodeState(d))
	require.NoError(t, d.err)
	assert.Empty(t, d.data)
	assert.Equal(t, data, other.appendTo(nil))
	assert.Equal(t, k.rare.firing(), other.rare.firing())
	assert.Equal(t, k.last().String(), other.last().String())
	for n := range data {
		d := &unpacker{data: data[:n]}
		decodeLedger(&other.shape.spec, d)
		decodeState(d)
		require.Error(t, d.err, n)
	}
}

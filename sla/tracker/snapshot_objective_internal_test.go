package tracker

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker/internal/ledger"
)

// TestTrackedStateSurvives writes down what is known beside the counts, reads it into another tracker, and finds it the same.
func TestTrackedStateSurvives(t *testing.T) {
	at := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	age := freshness.MaxAge{Fail: 10 * time.Minute}
	newTracked := func() (*Tracker, *tracked) {
		c, err := sla.NewCatalog([]sla.SLA{{ID: "s", Objectives: []sla.Objective{{Name: "o", Asset: "a", Target: sla.MustTarget("99%"), Window: sla.Rolling(sla.Day), Freshness: age}}}})
		require.NoError(t, err)
		tr := New(c)
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
	d := &ledger.Unpacker{Data: data}
	_, other := newTracked()
	other.ledger = ledger.Decode(&other.shape.spec, d)
	other.setState(decodeState(d))
	require.NoError(t, d.Err)
	assert.Empty(t, d.Data)
	assert.Equal(t, data, other.appendTo(nil))
	assert.Equal(t, k.rare.firing(), other.rare.firing())
	assert.Equal(t, k.lastResult().String(), other.lastResult().String())
	for n := range data {
		d := &ledger.Unpacker{Data: data[:n]}
		ledger.Decode(&other.shape.spec, d)
		decodeState(d)
		require.Error(t, d.Err, n)
	}
}

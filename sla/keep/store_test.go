package keep_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/keep"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// All that is wrong with some deltas, or with a position, is reported at once.
func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	sound := tracker.Record{Check: "shop/available", At: noon, Span: 5 * time.Second, Good: 1}
	bad := sound
	bad.Check = "nul \x00"
	store := new(keep.Memory)
	err := store.Append(ctx,
		tracker.Delta{Replica: "a", Seq: 1, Records: []tracker.Record{sound}},
		tracker.Delta{Replica: "", Seq: 1},
		tracker.Delta{Replica: "a", Seq: 2, Records: []tracker.Record{sound, bad}},
		tracker.Delta{Replica: "a", Seq: 0},
	)
	for _, want := range []string{"deltas[1].replica: ", "deltas[2].records[1].check: ", "deltas[3].seq: "} {
		assert.ErrorContains(t, err, want)
	}
	assert.NotContains(t, err.Error(), "deltas[0]")
	require.NoError(t, store.Append(ctx, tracker.Delta{Replica: "a", Seq: 1, Records: []tracker.Record{sound}}))

	err = keep.Snapshot{UpTo: keep.Position{"a": 1, "\x00": 1, "\xff": 1}}.Validate()
	assert.ErrorContains(t, err, `snapshot.upto: "\x00"`)
	assert.ErrorContains(t, err, `snapshot.upto: "\xff"`)
}

// A policy of the caller's own can be tracked, and cannot be kept.
func TestDefinitionsThatHaveNoForm(t *testing.T) {
	d := keep.Definitions{Version: 1, SLAs: []sla.SLA{{ID: "shop", Objectives: []sla.Objective{{
		Name: "ready", Asset: "svc.shop", Target: sla.MustTarget("99%"), Window: sla.Rolling(sla.Day),
		Freshness: ownPolicy{freshness.MaxAge{Fail: time.Hour}},
	}}}}}
	_, err := sla.NewCatalog(d.SLAs)
	require.NoError(t, err)
	require.Error(t, d.Validate())
	require.Error(t, new(keep.Memory).Define(ctx, d))
}

type ownPolicy struct{ freshness.Policy }

package status_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
)

// outcomes counts what the bar of an SLAView's first objective shows.
func outcomes(t *testing.T, w *town, id string) map[status.Outcome]int {
	t.Helper()
	counts := map[status.Outcome]int{}
	for _, window := range one(t, w.handler(), id).Objectives[0].Windows {
		counts[window.Outcome]++
	}
	return counts
}

// Two SLAs rest on one table. What is corrected of one of them is no matter of the other, and
// what is taken back of none.
func TestACorrectionIsOfOneSLAAlone(t *testing.T) {
	w := newTown(t)
	all, copied := outcomes(t, w, "orders-by-7"), outcomes(t, w, "orders-copy")
	require.NotZero(t, all[status.OutcomeLate])
	require.NotZero(t, copied[status.OutcomeLate])
	correct := func(c sla.Correction) {
		c.SLA, c.Author, c.Reason, c.EnteredAt = "orders-copy", "ada", "so it was", w.now
		require.NoError(t, w.tracker.Correct(c))
	}

	correct(sla.Correction{ID: "all", Start: w.now.AddDate(-1, 0, 0), End: w.now.Add(-time.Hour)})
	assert.Equal(t, all, outcomes(t, w, "orders-by-7"), "that is another")
	excused := outcomes(t, w, "orders-copy")
	assert.Equal(t, map[status.Outcome]int{status.OutcomeExcused: total(copied) - 1,
		status.OutcomeMissed: 1}, excused)

	correct(sla.Correction{ID: "not all", Revokes: "all"})
	assert.Equal(t, all, outcomes(t, w, "orders-by-7"))
	assert.Equal(t, copied, outcomes(t, w, "orders-copy"), "it was taken back")
}

func total(counts map[status.Outcome]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

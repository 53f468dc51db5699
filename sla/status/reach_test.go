package status_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/status"
)

// reached is a handler of so many SLAs that one open incident reaches, each of which is kept but for that.
func reached(t *testing.T, n int) (*status.Handler, *sla.Tracker) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var promises []sla.SLA
	var feeds []sla.Edges
	for i := range n {
		asset := fmt.Sprintf("mart.%03d", i)
		feeds = append(feeds, sla.Feeds("root", asset))
		promises = append(promises, sla.SLA{ID: fmt.Sprintf("sla-%03d", i), Owners: []string{"a", "b"}, Objectives: []sla.Objective{{
			Name: "o", Asset: asset, Target: sla.MustTarget("99%"), Window: sla.Rolling(90 * sla.Day),
		}}})
	}
	catalog, err := sla.NewCatalog(promises, feeds...)
	require.NoError(t, err)
	tracker := sla.NewTracker(catalog)
	for _, p := range promises {
		require.NoError(t, tracker.Record(p.ID+"/o", now.Add(-time.Hour), 1000, 0))
	}
	desk := incident.NewDesk(priority.NewClassifier(catalog))
	_, _, err = desk.Signal(t.Context(), priority.Signal{Asset: "root", Kind: priority.Failure, Summary: "gone", At: now})
	require.NoError(t, err)
	h := status.New(tracker, desk)
	h.Clock = &world{now: now}
	return h, tracker
}

// An incident threatens all that it reaches, and not only as many as an answer names.
func TestAnIncidentThreatensAllThatItReaches(t *testing.T) {
	h, _ := reached(t, 300)
	p := page(t, h, "status.json?limit=1000")
	assert.Equal(t, status.Levels{AtRisk: 300}, p.Levels)
	assert.Len(t, p.Incidents[0].SLAs, 200, "it names no more")
	last := one(t, h, "sla-299")
	assert.Equal(t, []string{"inc-1"}, last.Incidents)
	require.Len(t, last.Details.Incidents, 1)
	assert.Equal(t, []string{"sla-299"}, last.Details.Incidents[0].SLAs)
}

// An incident stays to be seen when the SLAs that it reached are gone: by those alone who may see everything.
func TestAnIncidentOutlivesTheCatalog(t *testing.T) {
	h, tracker := reached(t, 2)
	catalog, err := sla.NewCatalog(nil)
	require.NoError(t, err)
	tracker.SetCatalog(catalog)
	p := page(t, h, "status.json")
	assert.Zero(t, p.Total)
	require.Len(t, p.Incidents, 1)
	assert.Empty(t, p.Incidents[0].SLAs)
	assert.Empty(t, page(t, h, "status.json?tier=primary").Incidents)
	h, tracker = reached(t, 2)
	tracker.SetCatalog(catalog)
	h.Authorize = func(*http.Request, string) bool { return true }
	assert.Empty(t, page(t, h, "status.json").Incidents)
}

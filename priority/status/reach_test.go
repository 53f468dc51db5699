package status_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// reached is a handler of so many SLAs that one open incident reaches, each of which is kept but for that.
func reached(t *testing.T, n int) (*status.Handler, *tracker.Tracker) {
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
	tr := tracker.New(catalog)
	for _, p := range promises {
		require.NoError(t, tr.Record(p.ID+"/o", now.Add(-time.Hour), 1000, 0))
	}
	desk := incident.NewDesk(priority.NewClassifier(catalog))
	_, _, err = desk.Signal(t.Context(), priority.Signal{Asset: "root", Kind: priority.KindFailure, Summary: "gone", At: now})
	require.NoError(t, err)
	h := status.New(tr, desk)
	h.Clock = &world{now: now}
	return h, tr
}

// An incident threatens all that it reaches, and not only as many as an answer names.
func TestAnIncidentThreatensAllThatItReaches(t *testing.T) {
	h, _ := reached(t, 300)
	p := page(t, h, "status.json?limit=1000")
	assert.Equal(t, status.LevelCounts{AtRisk: 300}, p.Levels)
	assert.Len(t, p.Incidents[0].SLAs, 200, "it names no more")
	last := one(t, h, "sla-299")
	assert.Equal(t, []string{"inc-1"}, last.Incidents)
	require.Len(t, last.Details.Incidents, 1)
	assert.Equal(t, []string{"sla-299"}, last.Details.Incidents[0].SLAs)
}

// An incident stays to be seen when the SLAs that it reached are gone: by those alone who may see everything.
func TestAnIncidentOutlivesTheCatalog(t *testing.T) {
	h, tr := reached(t, 2)
	catalog, err := sla.NewCatalog(nil)
	require.NoError(t, err)
	tr.SetCatalog(catalog)
	p := page(t, h, "status.json")
	assert.Zero(t, p.Total)
	require.Len(t, p.Incidents, 1)
	assert.Empty(t, p.Incidents[0].SLAs)
	assert.Empty(t, page(t, h, "status.json?tier=primary").Incidents)
	h, tr = reached(t, 2)
	tr.SetCatalog(catalog)
	h.Authorize = func(*http.Request, string) bool { return true }
	assert.Empty(t, page(t, h, "status.json").Incidents)
}

// A desk that lists incidents as the test says.
type listDesk []incident.Incident

func (d listDesk) Incidents() []incident.Incident { return d }

func (d listDesk) Timeline(context.Context, string) ([]incident.Entry, error) { return nil, nil }

// crowd is a handler about 60 SLAs, and of incidents of their root that are a minute apart, the oldest first; more sets the rest of each.
func crowd(t *testing.T, n int, more func(n int, i *incident.Incident)) *status.Handler {
	h, tr := reached(t, 60)
	var list listDesk
	for n := range n {
		at := h.Clock.Now().Add(time.Duration(n-100) * time.Minute)
		i := incident.Incident{ID: fmt.Sprint("inc-", n), OpenedAt: at, Assessment: priority.AssessmentReport{Signal: priority.Signal{Asset: "root", At: at}}}
		more(n, &i)
		list = append(list, i)
	}
	listed := status.New(tr, list)
	listed.Clock = h.Clock
	return listed
}

func TestWhatIsOpenIsSeenBeforeWhatIsClosed(t *testing.T) {
	h := crowd(t, 70, func(n int, i *incident.Incident) {
		if n > 0 {
			i.ResolvedAt = i.OpenedAt.Add(time.Second)
			for impact := range 50 { // its record names no more
				i.Assessment.Impacts = append(i.Assessment.Impacts, priority.ImpactReport{SLA: fmt.Sprintf("sla-%03d", impact)})
			}
		}
	})
	for _, id := range []string{"sla-000", "sla-059"} {
		var listed []string
		for _, i := range one(t, h, id).Details.Incidents {
			listed = append(listed, i.ID)
		}
		require.Len(t, listed, 50, id)
		assert.Equal(t, []string{"inc-0", "inc-69", "inc-68"}, listed[:3], id)
	}
}

func TestManyMitigatedIncidentsHideNoOther(t *testing.T) {
	h := crowd(t, 70, func(n int, i *incident.Incident) {
		if n > 0 {
			i.MitigatedAt = i.OpenedAt.Add(time.Second)
		}
	})
	assert.Equal(t, status.LevelAtRisk, one(t, h, "sla-000").Level)
	h = crowd(t, 70, func(n int, i *incident.Incident) { i.MitigatedAt = i.OpenedAt.Add(time.Second) })
	assert.Equal(t, status.LevelKept, one(t, h, "sla-000").Level)
}

func TestMaintenanceIsToldUntilItsEnd(t *testing.T) {
	w := newWorld(t)
	for n, hours := range []time.Duration{1, 3, 2} {
		require.NoError(t, w.tracker.Correct(sla.Correction{
			ID: fmt.Sprint(n), SLA: "clicks", Start: w.now.Add(-time.Hour), End: w.now.Add(hours * time.Hour), Author: "ada", Reason: "so it is", EnteredAt: w.now.Add(-2 * time.Hour),
		}))
	}
	assert.Contains(t, text(t, w.handler(), ""), "maintenance until Mon 23 Nov 2026, 10:42 UTC")
}

func TestManyOutcomesAreCountedInFull(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.tracker.Record("api/available", w.now.Add(-time.Hour), 0, 5_000_000_000))
	assert.Regexp(t, `<dd>4,99[0-9],[0-9]{3},[0-9]{3} bad outcomes too many`, text(t, w.handler(), "sla?id=api"))
}

// Of very much upstream, what is near is shown, and what is stuck, wherever that is.
func TestOfMuchUpstreamTheNearAndTheStuckAreShown(t *testing.T) {
	h, tr := reached(t, 1)
	feeds := []sla.Edges{sla.Feeds("root", "mart.000")}
	for i := range 3000 {
		feeds = append(feeds, sla.Feeds(fmt.Sprintf("far.%04d", i), fmt.Sprintf("raw.%04d", i), "root"))
	}
	promise, _ := tr.Catalog().SLA("sla-000")
	catalog, err := sla.NewCatalog([]sla.SLA{*promise}, feeds...)
	require.NoError(t, err)
	tr.SetCatalog(catalog)
	h.Publish.Assets = true
	h.Results = func() []freshness.Result {
		return []freshness.Result{{Asset: "far.1777", Check: "a", Status: freshness.Stale}, {Asset: "far.0001", Check: "b", Status: freshness.Stale}}
	}
	shown := map[string]status.AssetView{}
	for _, a := range one(t, h, "sla-000").Details.Assets {
		shown[a.ID] = a
	}
	assert.Len(t, shown, 200)
	assert.Equal(t, []string{"root", "mart.000"}, shown["root"].Path)
	assert.Contains(t, shown, "mart.000")
	for _, id := range []string{"far.1777", "far.0001"} {
		assert.True(t, shown[id].Stuck, id)
		assert.Len(t, shown[id].Path, 4)
	}
}

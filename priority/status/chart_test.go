package status_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/status"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

var (
	lineOf = regexp.MustCompile(`<path class="line" d="M([0-9.]+) ([0-9.]+)([^"]*)"`)
	stepTo = regexp.MustCompile(`H([0-9.]+)V([0-9.]+)`)
)

// drops lists where the line of a budget goes down by what can be seen, across the page.
func drops(t *testing.T, w *world) (list []float64) {
	t.Helper()
	number := func(text string) float64 {
		n, err := strconv.ParseFloat(text, 64)
		require.NoError(t, err)
		return n
	}
	line := lineOf.FindStringSubmatch(text(t, w.handler(), "sla?id=orders-by-7"))
	require.NotNil(t, line)
	level := number(line[2])
	for _, step := range stepTo.FindAllStringSubmatch(line[3], -1) {
		at := number(step[2])
		if at > level+1 {
			list = append(list, number(step[1]))
		}
		level = at
	}
	return list
}

// What a correction took out uses nothing up: the budget goes down where something counts, and not where nothing does any more.
func TestABudgetGoesDownWhereSomethingCounts(t *testing.T) {
	both := drops(t, newWorld(t))
	require.Len(t, both, 2, "on 28 August, and today")
	require.Less(t, both[0], both[1])
	for _, good := range []bool{false, true} {
		w := newWorld(t)
		late := time.Date(2026, 8, 28, 7, 0, 0, 0, w.now.Location())
		require.NoError(t, w.tracker.Correct(sla.Correction{
			ID: "x", SLA: "orders-by-7", Start: late, End: late.Add(time.Hour), CountAsGood: good, Author: "ada", Reason: "agreed", EnteredAt: w.now.Add(-time.Hour),
		}))
		assert.Equal(t, both[1:], drops(t, w), "good: %v", good)
	}
}

// A minuteTracker has a bucket for each minute in which something was bad.
type minuteTracker struct {
	status.Reporter
	bad []tracker.Bucket
}

func (t minuteTracker) Buckets(string, time.Time, time.Time) []tracker.Bucket { return t.bad }

// Of very many steps some are drawn, from all over the window.
func TestALongWayDownIsDrawnThinly(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	half := sla.Objective{Name: "o", Asset: "x", Target: sla.MustTarget("50%")}
	half.Window = sla.Rolling(30 * time.Hour)
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "a", Objectives: []sla.Objective{half}}})
	require.NoError(t, err)
	tr := minuteTracker{Reporter: tracker.New(catalog)}
	for n := range 1200 {
		at := now.Add(time.Duration(n-1250) * time.Minute)
		tr.bad = append(tr.bad, tracker.Bucket{Start: at, End: at.Add(time.Minute), Counts: sla.Counts{Bad: 1}})
		require.NoError(t, tr.Reporter.(*tracker.Tracker).Record("a/o", at, 2, 1))
	}
	h := status.New(tr, nil)
	h.Clock = &world{now: now}
	charts := regexp.MustCompile(`<svg class="chart".*</svg>`).FindAllString(text(t, h, "sla?id=a"), -1)
	require.Len(t, charts, 1)
	golden(t, "thin.svg", strings.ReplaceAll(charts[0], "H", "\nH"))
}

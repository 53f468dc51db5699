package status_test

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
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
			ID: "x", SLA: "orders-by-7", Start: late, End: late.Add(time.Hour), Good: good, Author: "ada", Reason: "agreed", At: w.now.Add(-time.Hour),
		}))
		assert.Equal(t, both[1:], drops(t, w), "good: %v", good)
	}
}

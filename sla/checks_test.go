package sla_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// landed is a source that knows what has landed.
type landed freshness.Landings

func (l landed) Landings(context.Context) (freshness.Landings, error) {
	return freshness.Landings(l), nil
}

func TestChecks(t *testing.T) {
	two := promise("team/b", sla.Primary, "mart.orders")
	two.Objectives = append(two.Objectives, two.Objectives[0])
	two.Objectives[1].Name, two.Objectives[1].Asset = "raw", "raw.orders"
	c := catalog(t, []sla.SLA{promise("a", sla.Secondary, "mart.orders"), two})
	asked := map[string]int{}
	checks := c.Checks(func(asset string) freshness.Source {
		asked[asset]++
		return landed(nil)
	})
	var texts []string
	for _, check := range checks {
		assert.NoError(t, check.Validate())
		texts = append(texts, check.Name+" of "+check.Asset)
	}
	assert.Equal(t, []string{"team/b/ready of mart.orders", "team/b/raw of raw.orders",
		"a/ready of mart.orders"}, texts)
	assert.Equal(t, map[string]int{"mart.orders": 1, "raw.orders": 1}, asked)

	for _, check := range checks {
		s, o, ok := c.Objective(check.Name)
		assert.True(t, ok)
		assert.Equal(t, check.Name, s.ID+"/"+o.Name)
		assert.Equal(t, check.Asset, o.Asset)
	}
	for _, none := range []string{"", "a", "a/", "/ready", "a/other", "b/ready", "team/b", "a/ready/"} {
		_, _, ok := c.Objective(none)
		assert.False(t, ok, none)
	}
}

func TestChecksWithoutASourceAreRefused(t *testing.T) {
	checks := catalog(t, []sla.SLA{promise("a", sla.Primary,
		"x")}).Checks(func(string) freshness.Source { return nil })
	assert.ErrorContains(t, checks[0].Validate(), "source")
}

func ExampleCatalog_Checks() {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	catalog, err := sla.NewCatalog([]sla.SLA{{ID: "orders", Objectives: []sla.Objective{{
		Name: "fresh", Asset: "mart.orders", Target: sla.MustTarget("99%"), Window: sla.Rolling(28 * sla.Day),
		Freshness: freshness.MaxAge{Fail: 2 * time.Hour},
	}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	source := func(asset string) freshness.Source { return landed(freshness.LandedAt(now.Add(-3 * time.Hour))) }
	for _, check := range catalog.Checks(source) {
		fmt.Println(check.Name, check.Run(context.Background(), now).Status)
	}
	// Output: orders/fresh stale
}

func TestChecksOfEventsAreNone(t *testing.T) {
	events := promise("a", sla.Primary, "x")
	events.Objectives[0].Freshness = nil
	catalog, err := sla.NewCatalog([]sla.SLA{events, promise("b", sla.Primary, "y")})
	require.NoError(t, err)
	checks := catalog.Checks(func(string) freshness.Source { return nil })
	require.Len(t, checks, 1)
	assert.Equal(t, "b/ready", checks[0].Name)
}

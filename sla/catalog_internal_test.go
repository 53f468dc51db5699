package sla

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
)

func TestCatalogStoresNothingTwice(t *testing.T) {
	objective := Objective{Name: "ready", Asset: "b", Target: MustTarget("99%"), Window: Rolling(Day),
		Freshness: valid{}}
	again := objective
	again.Name = "again"
	s := SLA{ID: "a", Assets: []string{"b"}, Objectives: []Objective{objective, again}}
	c, err := NewCatalog([]SLA{s}, Feeds("a", "b"), Feeds("a", "b"), Feeds("a", "c", "a", "b"))
	require.NoError(t, err)
	assert.Len(t, c.feeds, 3)
	assert.Len(t, c.held, 1)
}

func TestIndexTellsIDsOfOneHashApart(t *testing.T) {
	x := newIndexer(10)
	n, isNew := x.number("here")
	require.True(t, isNew)
	done := x.done()
	found, ok := done.find("here")
	assert.True(t, ok)
	assert.Equal(t, n, found)
	done.ids = "gone" // an ID of the same hash
	_, ok = done.find("here")
	assert.False(t, ok)
}

// valid is a policy that accepts itself.
type valid struct{ freshness.Policy }

func (valid) Validate() error { return nil }

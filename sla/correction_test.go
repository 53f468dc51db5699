package sla_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

func Excused() sla.Correction {
	start := time.Date(2026, 3, 4, 6, 0, 0, 0, time.UTC)
	return sla.Correction{
		ID: "c-1", SLA: "orders-by-7", Objective: "ready", Start: start, End: start.Add(2 * time.Hour),
		Author: "ada", Reason: "the provider was down", EnteredAt: start.Add(24 * time.Hour),
	}
}

func TestCorrectionValidate(t *testing.T) {
	require.NoError(t, Excused().Validate())
	for want, change := range map[string]func(*sla.Correction){
		"id: is missing":         func(c *sla.Correction) { c.ID = "" },
		"sla: is missing":        func(c *sla.Correction) { c.SLA = "" },
		"author: is missing":     func(c *sla.Correction) { c.Author = "" },
		"reason: is missing":     func(c *sla.Correction) { c.Reason = "" },
		"entered_at: is missing": func(c *sla.Correction) { c.EnteredAt = time.Time{} },
		"entered_at: is in the year 10000, not within 0 to 9999": func(c *sla.Correction) { c.EnteredAt = c.EnteredAt.AddDate(10000-c.EnteredAt.Year(), 0, 0) },
		"start: is in the year -1, not within 0 to 9999":         func(c *sla.Correction) { c.Start = c.Start.AddDate(-1-c.Start.Year(), 0, 0) },
		"start: is missing": func(c *sla.Correction) { c.Start = time.Time{} },
		"end: is missing":   func(c *sla.Correction) { c.End = time.Time{} },
		"end: 2026-03-04T06:00:00Z is not after start, 2026-03-04T06:00:00Z":                                                                  func(c *sla.Correction) { c.End = c.Start },
		`author: "a\nb" holds the control character U+000A`:                                                                                   func(c *sla.Correction) { c.Author = "a\nb" },
		`revokes: "c-1" is its own ID`:                                                                                                        func(c *sla.Correction) { c.Revokes, c.Start, c.End = "c-1", time.Time{}, time.Time{} },
		`revokes: takes "c-0" back and nothing else: start, end and count_as_good must be empty`:                                              func(c *sla.Correction) { c.Revokes = "c-0" },
		"id: is missing\nsla: is missing\nstart: is missing\nend: is missing\nauthor: is missing\nreason: is missing\nentered_at: is missing": func(c *sla.Correction) { *c = sla.Correction{} },
	} {
		c := Excused()
		change(&c)
		assert.EqualError(t, c.Validate(), want)
	}
}

func TestCorrectionIsPlannedWhenItWasEnteredBefore(t *testing.T) {
	c := Excused()
	assert.False(t, c.Planned())
	c.EnteredAt = c.Start
	assert.True(t, c.Planned())
	c.EnteredAt = c.Start.Add(1)
	assert.False(t, c.Planned())
	assert.False(t, sla.Correction{Revokes: "c-1", EnteredAt: c.Start}.Planned())
}

func TestCorrectionJSON(t *testing.T) {
	data, err := json.Marshal(Excused())
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"c-1","sla":"orders-by-7","objective":"ready","start":"2026-03-04T06:00:00Z","end":"2026-03-04T08:00:00Z",
		"author":"ada","reason":"the provider was down","entered_at":"2026-03-05T06:00:00Z"}`, string(data))
	var back sla.Correction
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, Excused(), back)
}

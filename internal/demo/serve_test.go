package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

// At the end of the history the page shows what the replay has found, and every incident has its
// root cause.
func TestThePageShowsTheHistory(t *testing.T) {
	landed, err := readLandings("")
	require.NoError(t, err)
	promise, err := readSLA("")
	require.NoError(t, err)
	replays, err := replayAll(promise, landed)
	require.NoError(t, err)
	catalog, err := sla.NewCatalog([]sla.SLA{promise}, sla.Feeds(replays[0].chain...))
	require.NoError(t, err)
	s := newStage(replays[0], catalog)
	s.clock.from = s.clock.stop // all of it lies before the clock
	s.run(t.Context())

	report, ok := s.tracker.Report(promise.ID, s.clock.Now())
	require.True(t, ok)
	assert.Equal(t, sla.Counts{Good: 90}, report.Objectives[0].Budget.Counts)
	for path, want := range map[string]string{
		"/status/":                           promise.Name,
		"/status/sla?id=" + promise.ID:       "made up for the demo",
		"/status/status.json":                `"good":90,"bad":0`,
		"/status/metrics":                    promise.ID,
		"/status/badge.svg?id=covid-19-by-7": "<svg",
	} {
		response := httptest.NewRecorder()
		s.handler().ServeHTTP(response, httptest.NewRequest("GET", path, nil))
		assert.Equal(t, 200, response.Code, path)
		assert.Contains(t, response.Body.String(), want, path)
	}
}

func TestServingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var stdout, stderr bytes.Buffer
	assert.Zero(t, run(ctx, []string{"-serve", "127.0.0.1:0"}, &stdout, &stderr), stderr.String())
	assert.Contains(t, stdout.String(), "/status/ shows Covid-19 figures by 07:00 UTC from 2020-08-23 06:12 UTC on")

	stderr.Reset()
	assert.Equal(t, 1, run(ctx, []string{"-serve", "nowhere:x"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "demo: listen tcp")
}

package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/sla"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestTheReplayOfTheRealHistoryIsTheGoldenOne(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(t.Context(), nil, &stdout, &stderr), stderr.String())
	golden := filepath.Join("testdata", "covid-19-nightly.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, stdout.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), stdout.String())
}

// The replay steps through time, and the backtest passes over the history: they share the policy
// and nothing else, and must find the same.
func TestTheReplayFindsWhatABacktestFinds(t *testing.T) {
	landed, err := readLandings("")
	require.NoError(t, err)
	promise, err := readSLA("")
	require.NoError(t, err)
	replays, err := replayAll(promise, landed)
	require.NoError(t, err)
	require.Len(t, replays, 1)
	onTime, late, missed, _ := replays[0].count()

	first, last := landed[0].At, landed[len(landed)-1].At
	report, err := history.Backtest(promise.Objectives[0].Freshness, landed, first, last)
	require.NoError(t, err)
	assert.Equal(t, []int{report.OnTime, report.Late, report.Missing}, []int{onTime, late, missed})
}

// A prediction depends on the past alone: cutting the future off changes nothing.
func TestAMissIsPredictedBeforeItHappens(t *testing.T) {
	landed, err := readLandings("")
	require.NoError(t, err)
	promise, err := readSLA("")
	require.NoError(t, err)
	replays, err := replayAll(promise, landed)
	require.NoError(t, err)
	warnings := replays[0].predict()
	came := 0
	for _, o := range warnings {
		require.True(t, o.prediction.At.Before(o.day.due))
		if !o.day.onTime() {
			came++
		}
		past := replays[0].between(time.Time{}, o.prediction.At)
		usual, err := history.Learn((&replay{landed: past}).between(o.day.due.Add(-habit), o.day.due.Add(-ahead)), time.UTC)
		require.NoError(t, err)
		require.Equal(t, o.prediction, usual.Predict(past, o.prediction.At, o.day.due))
	}
	assert.Equal(t, 16, came)
	assert.Len(t, warnings, 42)
}

func TestFilesOfTheUserAreRead(t *testing.T) {
	var stdout, stderr bytes.Buffer
	landings := file(t, "l.csv", "landed_at\n2026-03-02T06:30:00Z\n2026-03-03T08:10:00Z\n2026-03-05T06:00:00Z\n2026-03-05T07:00:00Z\n")
	promise := file(t, "s.json", `{"id":"orders","name":"Orders by 7","consumers":["Finance"],"objectives":[{"name":"ready",
		"asset":"mart.orders","target":"95%","window":"rolling 30d","freshness":{"deadline":{"due":"0 7 * * *"}}}]}`)
	require.Zero(t, run(t.Context(), []string{"-landings", landings, "-sla", promise}, &stdout, &stderr), stderr.String())
	text := stdout.String()
	for _, want := range []string{
		"Orders by 7: ready, 95% of mart.orders",
		"2026-03-02 Mon  on time: landed 2026-03-02 06:30 UTC",
		"2026-03-03 Tue  late by 1h 10m: landed 2026-03-03 08:10 UTC",
		"07:00 P1: raw.orders has not landed for 1d",
		`promised as "Orders by 7" (primary) to Finance`,
		"2026-03-04 Wed  missed: nothing landed for it",
		"3 due: 1 on time, 1 late, 1 missed. 2 P1s",
		"Compliance 33.33% of 95% promised: broken.",
	} {
		assert.Contains(t, text, want)
	}
}

func TestABrokenFileIsAnErrorWithItsLine(t *testing.T) {
	csv := file(t, "broken.csv", "landed_at\n2026-03-02T06:30:00Z\nyesterday\n2026-13-02T06:30:00Z\n")
	object := file(t, "broken.json", "{\n  \"id\": \"x\",\n  \"objectives\": [{\"name\": \"ready\", \"asset\": \"a\",\n    \"target\": \"120%\"}]\n}")
	bare := file(t, "bare.json", `{"id":"x"}`)
	empty := file(t, "empty.csv", "landed_at\n")
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"a landing that is no instant", []string{"-landings", csv}, []string{csv, "line 3", "yesterday", "line 4"}},
		{"a target out of range", []string{"-sla", object}, []string{object, "line 4", "120%"}},
		{"both", []string{"-landings", csv, "-sla", object}, []string{csv, object}},
		{"no such file", []string{"-landings", csv + "x"}, []string{csv + "x", "no such file"}},
		{"no objective", []string{"-sla", bare}, []string{"no objective"}},
		{"no landing", []string{"-landings", empty}, []string{empty, "nothing to replay"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, 1, run(t.Context(), c.args, &stdout, &stderr))
			assert.Empty(t, stdout.String(), "half a replay was printed")
			for _, want := range c.want {
				assert.Contains(t, stderr.String(), want)
			}
			for line := range strings.Lines(stderr.String()) {
				assert.True(t, strings.HasPrefix(line, "demo: "), "%q", line)
			}
		})
	}
}

func TestWrongFlagsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"file.csv"}} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 2, run(t.Context(), args, &stdout, &stderr), args)
		assert.NotEmpty(t, stderr.String())
	}
	var stdout, stderr bytes.Buffer
	assert.Zero(t, run(t.Context(), []string{"-help"}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "-landings")
}

func TestTheVerdictIsExact(t *testing.T) {
	for _, c := range []struct {
		good, bad int
		target    string
		want      string
	}{
		{99, 1, "99%", "kept"}, // exactly the target
		{989, 11, "99%", "broken"},
		{999_999_999, 1, "99.9999999%", "kept"},
		{0, 1, "0.0000001%", "broken"},
	} {
		assert.Equal(t, c.want, verdict(sla.MustTarget(c.target), c.good, c.bad), c)
	}
}

func TestAPercentageIsFloored(t *testing.T) {
	assert.Equal(t, "99.99%", percent(99_999, 100_000))
	assert.Equal(t, "100%", percent(3, 3))
	assert.Equal(t, "66.66%", percent(2, 3))
	assert.Equal(t, "0%", percent(0, 7))
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// The channel of the longest outage reads as the golden one: one P1, its thread, its root cause,
// its close.
func TestTheChannelIsTheGoldenOne(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-channel"}, &stdout, &stderr), stderr.String())
	golden := filepath.Join("testdata", "channel.golden")
	if *update {
		require.NoError(t, os.WriteFile(golden, stdout.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	assert.Equal(t, string(want), stdout.String())
}

// The tracker counts what the replay finds: two ways to the same figures.
func TestTheChartCountsWhatTheReplayFinds(t *testing.T) {
	landed, err := readLandings("")
	require.NoError(t, err)
	promise, err := readSLA("")
	require.NoError(t, err)
	replays, err := replayAll(promise, landed)
	require.NoError(t, err)
	r := replays[0]
	require.Len(t, r.chart.samples, 25)
	for _, s := range r.chart.samples {
		var want sla.Counts
		for i := range r.days {
			if d := &r.days[i]; d.due.Before(s.at) && !d.due.Before(s.at.Add(-90*sla.Day)) {
				if d.onTime() {
					want.Good++
				} else {
					want.Bad++
				}
			}
		}
		require.Equal(t, want, s.report.Budget.Counts, s.at)
	}
}

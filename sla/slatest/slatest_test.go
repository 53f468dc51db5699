package slatest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/slatest"
)

var (
	_ slatest.TB = (*testing.T)(nil)
	_ slatest.TB = (*testing.B)(nil)
	_ slatest.TB = (*testing.F)(nil)
)

// A recorder is a test that goes on after it has failed, and remembers how.
type recorder struct{ failures []string }

func (r *recorder) Helper() {}
func (r *recorder) Fatalf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

// last is how it failed last, and forgets it.
func (r *recorder) last() (text string) {
	if n := len(r.failures); n > 0 {
		text = r.failures[n-1]
	}
	r.failures = nil
	return text
}

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func nightly(tb slatest.TB, nights int, changes ...slatest.Exception) *slatest.Sim {
	sim := slatest.New(tb, monday, slatest.Nightly("orders", "mart.orders", "95%", schedule.Daily(7, 0, nil)))
	sim.Land("mart.orders", slatest.Nights(monday, nights, 6*time.Hour, changes...)...)
	sim.Run(time.Duration(nights) * sla.Day)
	return sim
}

func TestNightsAreCounted(t *testing.T) {
	for _, row := range []struct {
		nights  int
		changes []slatest.Exception
		want    sla.Counts
		state   sla.State
	}{
		{28, nil, sla.Counts{Good: 28}, sla.StateMet},
		{28, []slatest.Exception{slatest.Late(3, time.Hour)}, sla.Counts{Good: 28}, sla.StateMet},           // at the limit
		{28, []slatest.Exception{slatest.Late(3, time.Hour+1)}, sla.Counts{Good: 27, Bad: 1}, sla.StateMet}, // just after
		{20, []slatest.Exception{slatest.Missing(20)}, sla.Counts{Good: 19, Bad: 1}, sla.StateExhausted},    // to the last
		{20, []slatest.Exception{slatest.Missing(1), slatest.Missing(2)}, sla.Counts{Good: 18, Bad: 2}, sla.StateBreached},
	} {
		sim := nightly(t, row.nights, row.changes...)
		report := sim.Report("orders")
		assert.Equal(t, row.want, report.Objectives[0].Budget.Counts, row)
		slatest.RequireState(t, report, row.state)
	}
}

// A simulated year of nights looks at each check some times a night, and takes no time.
func TestASimStandsWhereItsTimeHasCome(t *testing.T) {
	sim := nightly(t, 365)
	assert.Equal(t, monday.Add(365*sla.Day), sim.Now())
	slatest.RequireNoAlerts(t, sim, "orders/ready")
	assert.Equal(t, int64(90), sim.Report("orders").Objectives[0].Budget.Counts.Good)
}

func TestNightsFollowTheWallClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	list := slatest.Nights(time.Date(2026, 3, 28, 0, 0, 0, 0, berlin), 3, 6*time.Hour+30*time.Minute+7, slatest.Late(2, -time.Minute), slatest.Late(2, 3*time.Minute))
	require.Len(t, list, 3)
	for i, want := range []string{"2026-03-28T06:30:00.000000007+01:00", "2026-03-29T06:32:00.000000007+02:00", "2026-03-30T06:30:00.000000007+02:00"} {
		assert.Equal(t, want, list[i].Format(time.RFC3339Nano))
	}
}

func TestOtherPoliciesRun(t *testing.T) {
	hourly := sla.SLA{ID: "feed", Objectives: []sla.Objective{{
		Name: "fresh", Asset: "feed", Target: sla.MustTarget("99%"), Window: sla.Rolling(7 * sla.Day), Freshness: freshness.MaxAge{Fail: 2 * time.Hour},
	}}}
	sim := slatest.New(t, monday, hourly)
	for hour := range 48 {
		if hour < 20 || hour > 30 {
			sim.Land("feed", monday.Add(time.Duration(hour)*time.Hour))
		}
	}
	sim.Run(48 * time.Hour)
	slatest.RequireBreached(t, sim.Report("feed"))
}

// A failure reports what differs, and what there was.
// TestNothingWasDueBefore holds for policies within others too.
func TestNothingWasDueBefore(t *testing.T) {
	due := freshness.Deadline{Due: schedule.Daily(7, 0, nil)}
	hours, err := schedule.ParseCalendar("mon-sun 00:00-24:00")
	require.NoError(t, err)
	for _, p := range []freshness.Policy{due, freshness.Paused{Policy: due}, freshness.During{Policy: due, Hours: hours}} {
		s := slatest.Nightly("orders", "mart.orders", "95%", due.Due)
		s.Objectives[0].Freshness = p
		sim := slatest.New(t, monday, s)
		sim.Land("mart.orders", slatest.Nights(monday, 4, 6*time.Hour)...)
		sim.Run(4 * sla.Day)
		assert.Equal(t, sla.Counts{Good: 4}, sim.Report("orders").Objectives[0].Budget.Counts, "%T", p)
	}
}

func TestFailures(t *testing.T) {
	tb := &recorder{}
	broken := nightly(t, 20, slatest.Missing(1), slatest.Missing(2))
	slatest.RequireMet(tb, broken.Report("orders"))
	text := tb.last()
	assert.Contains(t, text, "orders is breached, and should be met: ready decides that\n")
	assert.Contains(t, text, "2026-03-03 07:00:00 UTC: 0 good, 1 bad")
	slatest.RequireNoAlerts(tb, broken, "orders/ready")
	assert.Contains(t, tb.last(), "orders/ready should be quiet. Its alerts until 2026-03-22T00:00:00Z:\n  2026-03-02T07:00:00Z orders/ready")
	slatest.RequirePaged(tb, broken, "orders/ready", monday.Add(7*time.Hour-1))
	assert.Contains(t, tb.last(), "no page about orders/ready was sent by 2026-03-02T06:59:59Z.")
	slatest.RequirePaged(tb, broken, "orders/ready", monday.Add(8*time.Hour))
	assert.Empty(t, tb.last())

	kept := nightly(t, 20)
	slatest.RequireBreached(tb, kept.Report("orders"))
	assert.Contains(t, tb.last(), "orders is met, and should be breached\n")
	slatest.RequirePaged(tb, kept, "orders/ready", kept.Now())
	assert.Contains(t, tb.last(), "  none\n")
}

func TestWrongUseTeaches(t *testing.T) {
	tb := &recorder{}
	assert.Nil(t, slatest.New(tb, monday, slatest.Nightly("orders", "mart.orders", "101%", schedule.Schedule{})))
	text := tb.last()
	assert.Contains(t, text, "slatest: these SLAs cannot be tracked:\n")
	assert.Contains(t, text, "slas[0].objectives[0].target: SLA \"orders\": is missing")
	assert.Contains(t, text, "slas[0].objectives[0].freshness.due")

	sim := slatest.New(tb, monday, slatest.Nightly("orders", "mart.orders", "95%", schedule.Daily(7, 0, nil)), slatest.Service("shop", "svc.shop", "99%"))
	sim.Land("mart.order", monday)
	assert.Equal(t, `slatest: no objective about freshness measures asset "mart.order"; there are [mart.orders]`, tb.last())
	sim.Land("mart.orders", monday.Add(-1))
	assert.Contains(t, tb.last(), "is in the past: the simulation stands at 2026-03-02 00:00:00 +0000 UTC")
	sim.Traffic("shop/fast", time.Hour, time.Minute, 1, 0)
	assert.Contains(t, tb.last(), `"shop/fast"`)
	sim.Traffic("shop/available", time.Hour, 0, 1, 0)
	assert.Contains(t, tb.last(), "it must be positive")
	sim.Report("shops")
	assert.Equal(t, `slatest: there is no SLA "shops"`, tb.last())
	slatest.RequireNoAlerts(tb, sim, "shop/availble")
	assert.Equal(t, `slatest: there is no objective "shop/availble": it is named as its check, like "orders/ready"`, tb.last())
	slatest.RequirePaged(tb, sim, "available", monday)
	assert.Contains(t, tb.last(), `slatest: there is no objective "available"`)
	sim.Run(-time.Hour)
	assert.Equal(t, "slatest: -1h cannot pass: the simulation stands at 2026-03-02 00:00:00 +0000 UTC", tb.last())
	assert.Equal(t, monday, sim.Now())
}

func TestGolden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "golden", "report.txt")
	tb := &recorder{}
	report := nightly(t, 20).Report("orders")
	slatest.RequireGolden(tb, report, file, false)
	assert.Contains(t, tb.last(), "there is no golden report yet")
	slatest.RequireGolden(t, report, file, true)
	slatest.RequireGolden(t, report, file, false)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, report.Text(), string(text))

	slatest.RequireGolden(tb, nightly(t, 20, slatest.Late(20, 2*time.Hour)).Report("orders"), file, false)
	diff := tb.last()
	assert.Contains(t, diff, "\n-   outcomes    20 good, 0 bad of 20: 100%, target 95%\n")
	assert.Contains(t, diff, "\n+   outcomes    19 good, 1 bad of 20: 95%, target 95%\n")
	assert.NotContains(t, diff, "window")
	slatest.RequireGolden(tb, report, t.TempDir(), true)
	assert.Contains(t, tb.last(), "cannot be written")
}

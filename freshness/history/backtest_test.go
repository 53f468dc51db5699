package history

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
)

var update = flag.Bool("update", false, "write the golden files anew")

// march lists landings in March 2021, UTC, each as "02 15:04".
func march(t testing.TB, texts ...string) freshness.Landings {
	t.Helper()
	var landed freshness.Landings
	for _, text := range texts {
		landed = append(landed, freshness.Landing{At: at(t, text)})
	}
	landed.Sort()
	return landed
}

func TestBacktestOutcomes(t *testing.T) {
	bySeven := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}
	graceful := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Grace: time.Hour}
	narrow := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Lookback: time.Hour}
	created := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Since: at(t, "03 07:00")}
	pause := func(from, until string) freshness.Policy {
		return freshness.Paused{Policy: bySeven, Spans: []freshness.Span{{Start: at(t, from), End: at(t, until)}}}
	}
	office, err := schedule.ParseCalendar("TZ=UTC Mon-Fri 09:00-17:00")
	require.NoError(t, err)
	inOffice := freshness.During{Policy: bySeven, Hours: office}
	tests := []struct {
		name   string
		policy freshness.Policy
		landed []string
		want   []string // of 2, 3 and 4 March
		streak int
	}{
		{"in time, exactly in time, late", bySeven, []string{"02 06:00", "03 07:00", "04 07:01"}, []string{"on time", "on time", "late 1m"}, 1},
		{"one day without", bySeven, []string{"02 06:00", "04 06:00"}, []string{"on time", "missing", "on time"}, 1},
		{"late in the evening is for the next day", bySeven, []string{"02 06:00", "03 19:01"}, []string{"on time", "missing", "on time"}, 1},
		{"exactly as the window opens is still late", bySeven, []string{"02 06:00", "03 19:00"}, []string{"on time", "late 12h", "missing"}, 2},
		{"a narrow window", narrow, []string{"02 05:59", "03 05:59"}, []string{"late 22h 59m", "missing", "missing"}, 3},
		{"never", bySeven, nil, []string{"missing", "missing", "missing"}, 3},
		{"within the grace", graceful, []string{"02 07:30", "03 08:00", "04 08:01"}, []string{"late 30m, within the grace", "late 1h, within the grace", "late 1h 1m"}, 1},
		{"a new asset", created, []string{"03 06:00"}, []string{"on time", "missing"}, 1},
		{"paused until it had landed", pause("03 06:30", "03 09:00"), []string{"02 06:00", "03 08:00", "04 06:00"}, []string{"on time", "excused (paused)", "on time"}, 0},
		{"paused until just as it landed", pause("03 06:30", "03 08:00"), []string{"02 06:00", "03 08:00", "04 06:00"}, []string{"on time", "excused (paused)", "on time"}, 0},
		{"the pause ended before it landed", pause("03 06:30", "03 08:00"), []string{"02 06:00", "03 08:01", "04 06:00"}, []string{"on time", "late 1h 1m", "on time"}, 1},
		{"in time during a pause", pause("03 06:30", "03 08:00"), []string{"02 06:00", "03 06:45", "04 06:00"}, []string{"on time", "on time", "on time"}, 0},
		{"paused over two deadlines, and then missing", pause("02 06:30", "03 08:00"), nil, []string{"excused (paused)", "missing", "missing"}, 2},
		{"landed before the office opened", inOffice, []string{"02 06:00", "03 09:00", "04 09:01"}, []string{"on time", "excused (outside-hours)", "late 2h 1m"}, 1},
		{"paused only after it was known", pause("03 07:01", "03 20:00"), []string{"02 06:00", "04 06:00"}, []string{"on time", "missing", "on time"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Backtest(tt.policy, march(t, tt.landed...), at(t, "02 00:00"), at(t, "05 00:00"))
			require.NoError(t, err)
			var got []string
			for _, o := range r.Outcomes {
				got = append(got, o.String())
			}
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.streak, r.Streak)
			assert.Len(t, r.Outcomes, r.Judged()+r.Excused+r.NotDue)
		})
	}
}

func TestAnExcusedLatenessIsNotTheWorst(t *testing.T) {
	p := freshness.Paused{Policy: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}, Spans: []freshness.Span{{Start: at(t, "03 00:00"), End: at(t, "03 12:00")}}}
	r := mustBacktest(t, p, march(t, "02 07:05", "03 09:00"), "02 00:00", "04 00:00")
	assert.Equal(t, []int{1, 1}, []int{r.Late, r.Excused})
	assert.Equal(t, 5*time.Minute, r.WorstLate)
}

func TestBacktestEnds(t *testing.T) {
	p := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Grace: time.Hour}
	tests := []struct {
		name, from, to string
		want           []string
	}{
		{"from is in, to is not", "02 07:00", "03 07:00", []string{"missing"}},
		{"just after from", "02 07:01", "03 07:00", nil},
		{"the grace is not over", "03 00:00", "03 08:00", []string{"not due"}},
		{"exactly the end of the grace is to", "03 00:00", "03 08:00:00.000000001", []string{"not due"}},
		{"the grace is over", "03 00:00", "03 08:00:00.000000002", []string{"missing"}},
		{"a landing at to is not known", "04 00:00", "04 12:00", []string{"missing"}},
		{"a landing before to is", "04 00:00", "04 12:01", []string{"late 5h"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Backtest(p, march(t, "04 12:00"), at(t, tt.from), at(t, tt.to))
			require.NoError(t, err)
			var got []string
			for _, o := range r.Outcomes {
				got = append(got, o.String())
			}
			assert.Equal(t, tt.want, got)
			assert.Equal(t, r.End.Sub(r.Start), r.Fresh+r.AtRisk+r.Stale+r.Unknown)
		})
	}
}

func TestBacktestOfPartitionsAndRows(t *testing.T) {
	p := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Partition: "2006-01-02", DaysBack: 1, MinRows: 10}
	landed := freshness.Landings{
		{At: at(t, "02 06:00"), Partition: "2021-03-01", Rows: 10},
		{At: at(t, "03 06:00"), Partition: "2021-03-02", Rows: 9},
		{At: at(t, "04 06:00"), Partition: "2021-03-03", Rows: 10},
		{At: at(t, "05 09:00"), Partition: "2021-03-04", Rows: 10},
		{At: at(t, "05 10:00"), Partition: "2021-03-02", Rows: 10},
	}
	r, err := Backtest(p, landed, at(t, "02 00:00"), at(t, "07 00:00"))
	require.NoError(t, err)
	var got []string
	for _, o := range r.Outcomes {
		got = append(got, o.String())
	}
	assert.Equal(t, []string{"on time", "late 2d 3h", "on time", "late 2h", "missing"}, got)

	r, err = Backtest(p, landed[:4], at(t, "02 00:00"), at(t, "06 00:00"))
	require.NoError(t, err)
	assert.Equal(t, "missing (partial)", r.Outcomes[1].String())
	assert.Equal(t, 1, r.Missing)
	assert.Equal(t, freshness.ReasonNeverLanded, mustBacktest(t, p, nil, "02 00:00", "06 00:00").Outcomes[0].Reason)
}

func mustBacktest(t testing.TB, p freshness.Policy, landed freshness.Landings, from, to string) BacktestResult {
	t.Helper()
	r, err := Backtest(p, landed, at(t, from), at(t, to))
	require.NoError(t, err)
	return r
}

func TestBacktestRefuses(t *testing.T) {
	day2, day3 := at(t, "02 00:00"), at(t, "03 00:00")
	_, err := Backtest(nil, nil, day2, day3)
	assert.EqualError(t, err, "is missing")
	_, err = Backtest(freshness.MaxAge{Warn: -1}, nil, day2, day3)
	var fault *freshness.FieldError
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "warn", fault.Path)
	_, err = Backtest(freshness.MaxAge{Fail: 1}, nil, day2, day2)
	assert.ErrorIs(t, err, errNoTime)
	_, err = Backtest(standstill{}, nil, day2, day3)
	assert.ErrorIs(t, err, errStandstill)
}

// A standstill breaks the rule that NextCheck lies after the instant judged.
type standstill struct{}

func (standstill) Check(_ freshness.Landings, now time.Time) freshness.Result {
	return freshness.Result{At: now, NextCheck: now}
}
func (standstill) Validate() error { return nil }

func TestBacktestOfAgesAgreesWithTheGaps(t *testing.T) {
	for _, name := range []string{"covid-19-nightly", "finance-vix-daily", "ca-fires-hourly"} {
		landed := readTestLandings(t, name)
		for _, limit := range []time.Duration{time.Hour, 25 * time.Hour, 100 * time.Hour} {
			from, to := landed[0].At, landed[len(landed)-1].At.Add(500*time.Hour)
			r, err := Backtest(freshness.MaxAge{Fail: limit}, landed, from, to)
			require.NoError(t, err)
			var want []freshness.Span
			var stale time.Duration
			for i, l := range landed {
				next := to
				if i+1 < len(landed) {
					next = landed[i+1].At
				}
				if gap := next.Sub(l.At); gap > limit {
					want = append(want, freshness.Span{Start: l.At.Add(limit + 1), End: next, Why: "past-limit"})
					stale += gap - limit - 1
				}
			}
			require.Equal(t, want, r.Breaches)
			require.Equal(t, stale, r.Stale)
			require.Equal(t, to.Sub(from), r.Fresh+r.AtRisk+r.Stale+r.Unknown)
			share, ok := r.TimeShare()
			require.True(t, ok)
			require.InDelta(t, 1-float64(stale)/float64(to.Sub(from)), share, 1e-12)
		}
	}
}

// A random history, deadline and time: what the backtest finds is what Check returns just after
// each due instant and its grace, when the window of the next one opens, and at instants in
// between.
func TestBacktestAgreesWithCheck(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	pick := func(ds ...time.Duration) time.Duration { return ds[rng.IntN(len(ds))] }
	epoch := time.Date(2021, 3, 26, 0, 0, 0, 0, time.UTC)
	loc := zone(t, "Europe/Dublin")
	judged := 0
	for range 400 {
		p := freshness.Deadline{Due: schedule.Daily(7, 0, loc), Lookback: pick(0, time.Hour, 10*time.Hour), Warn: pick(0, time.Hour), Grace: pick(0, time.Minute, 2*time.Hour)}
		if rng.IntN(3) == 0 {
			p.Due, p.Lookback = schedule.Every(6*time.Hour), pick(0, time.Hour)
		}
		var landed freshness.Landings
		for range rng.IntN(20) {
			landed = append(landed, freshness.Landing{At: epoch.Add(time.Duration(rng.IntN(8*24*4)) * 15 * time.Minute)})
		}
		landed.Sort()
		from := epoch.Add(time.Duration(rng.IntN(48)) * 30 * time.Minute)
		to := from.Add(time.Duration(1+rng.IntN(7*48)) * 30 * time.Minute)
		r, err := Backtest(p, landed, from, to)
		require.NoError(t, err)
		check := func(now time.Time) freshness.Result { return p.Check(landed[:landed.After(now)], now) }

		for _, o := range r.Outcomes {
			over := exact.JustAfter(o.Due.Add(p.Grace))
			if !over.Before(to) {
				require.Equal(t, o.Landed, o.Reason != freshness.ReasonNotDue)
				continue
			}
			require.Equal(t, !o.Kept(), check(over).Status == freshness.Stale, "due %v: %v", o.Due, o)
			next := freshness.Due{}
			for next = range freshness.Dues(p, o.Due.Add(1), exact.EndOfTime()) {
				break
			}
			require.False(t, next.At.IsZero())
			if last := next.Opens; !last.Before(over) && last.Before(to) {
				result := check(last)
				require.Equal(t, o.missing(), result.Status == freshness.Stale, "due %v: %v", o.Due, o)
				if !o.missing() {
					judged++
					require.Equal(t, o.Late, result.Late, "due %v: %v", o.Due, o)
					require.True(t, result.LastDue.Equal(o.Due))
				} else {
					require.Equal(t, o.Reason, result.Reason)
				}
			}
		}
		for range 50 {
			now := from.Add(time.Duration(rng.Int64N(int64(to.Sub(from)))))
			broken := false
			for _, b := range r.Breaches {
				broken = broken || b.Contains(now)
			}
			require.Equal(t, check(now).Status == freshness.Stale, broken, "at %v", now)
		}
		require.Equal(t, to.Sub(from), r.Fresh+r.AtRisk+r.Stale+r.Unknown)
		require.Len(t, r.Outcomes, r.Judged()+r.Excused+r.NotDue)
	}
	require.Greater(t, judged, 500, "the property is not empty")
}

func TestBacktestDoesNotDependOnOrderNorChangeItsArgument(t *testing.T) {
	p := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)}
	landed := freshness.Landings{{At: at(t, "03 06:00")}, {At: at(t, "02 06:00")}}
	r := mustBacktest(t, p, landed, "02 00:00", "04 00:00")
	assert.Equal(t, 2, r.OnTime)
	assert.True(t, landed[0].At.After(landed[1].At))
}

func TestBacktestOverAllTime(t *testing.T) {
	r, err := Backtest(freshness.MaxAge{Fail: time.Hour}, freshness.LandedAt(time.Time{}, time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC)),
		time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, 2*time.Hour+2, r.Fresh)
	assert.Equal(t, time.Duration(1<<63-1), r.Stale, "it saturates")
	assert.Len(t, r.Breaches, 2)
}

func TestBacktestText(t *testing.T) {
	p := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}
	r := mustBacktest(t, p, march(t, "01 06:30", "02 06:30", "03 09:00"), "02 00:00", "05 00:00")
	assert.Equal(t, `policy  {"deadline":{"due":"0 7 * * *","warn":"1h0m0s"}}
time    2021-03-02T00:00:00Z to 2021-03-05T00:00:00Z
status  kept 73.61% of the time: fresh 2d 2h, at risk 2h 30m, stale 19h; unknown 0s
broken  2 times, the longest 17h: 2021-03-04T07:00:00Z to 2021-03-05T00:00:00Z (past-limit)
due     3 times, 3 judged: kept 1 (33.33%)
        on time 1, late 1 (within the grace 0, the worst 2h), missing 1, excused 0, not due 0
        not kept at most 2 times in a row
  Wed 2021-03-03 07:00 UTC  late 2h
  Thu 2021-03-04 07:00 UTC  missing
`, r.String())
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"policy":{"deadline":{"due":"0 7 * * *","warn":"1h0m0s"}},"start":"2021-03-02T00:00:00Z","end":"2021-03-05T00:00:00Z",
		"on_time":1,"late":1,"in_grace":0,"missing":1,"excused":0,"not_due":0,"worst_late":"2h0m0s","streak":2,
		"fresh":"50h30m0.000000003s","at_risk":"2h29m59.999999999s","stale":"18h59m59.999999998s","unknown":"0s",
		"kept_share":0.3333333333333333,"time_share":0.7361111111111188,
		"outcomes":[{"due":"2021-03-02T07:00:00Z","reason":"on-time","landing":{"at":"2021-03-02T06:30:00Z"}},
			{"due":"2021-03-03T07:00:00Z","reason":"late","landing":{"at":"2021-03-03T09:00:00Z"},"late":"2h0m0s"},
			{"due":"2021-03-04T07:00:00Z","reason":"past-limit"}],
		"breaches":[{"start":"2021-03-03T07:00:00.000000001Z","end":"2021-03-03T09:00:00Z","why":"past-limit"},
			{"start":"2021-03-04T07:00:00.000000001Z","end":"2021-03-05T00:00:00Z","why":"past-limit"}]}`, string(data))

	r = mustBacktest(t, freshness.Paused{Policy: p, Spans: []freshness.Span{{Start: at(t, "01 00:00"), End: at(t, "09 00:00")}}}, nil, "02 00:00", "03 00:00")
	assert.Contains(t, r.String(), "status  never judged\n")
	_, ok := r.TimeShare()
	assert.False(t, ok)
	_, ok = r.KeptShare()
	assert.False(t, ok, "an excused due instant is no share")
	_, ok = r.WorstBreach()
	assert.False(t, ok)
}

// What a reviewer reads: what is usual for the three real histories, what is suggested for them,
// and what a promise would have come to.
func TestBacktestsOfRealHistories(t *testing.T) {
	tests := []struct {
		name   string
		policy freshness.Policy
		share  float64
	}{
		{"covid-19-nightly", freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}, 0.95},
		{"finance-vix-daily", freshness.Deadline{Due: schedule.MustCron("0 17 * * 2-6", time.UTC), Lookback: 24 * time.Hour, Warn: time.Hour, Grace: time.Hour}, 0.9},
		{"ca-fires-hourly", freshness.MaxAge{Warn: 12 * time.Hour, Fail: 24 * time.Hour}, 0.99},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			landed := readTestLandings(t, tt.name)
			r, err := Backtest(tt.policy, landed, landed[0].At, landed[len(landed)-1].At.Add(1))
			require.NoError(t, err)
			u := learned(t, landed, time.UTC)
			s, err := u.Suggest(tt.share)
			require.NoError(t, err)
			golden(t, "backtest/"+tt.name+".txt", "# Backtest\n\n"+r.String()+
				"\n# Baseline\n\n"+u.String()+"\n\n# Suggested: "+s.Why+"\n\n"+s.Backtest.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update")
	assert.Equal(t, string(want), got, "run the test with -update, and review the diff")
}

func BenchmarkBacktest(b *testing.B) {
	landed := readTestLandings(b, "ca-fires-hourly")
	from, to := landed[0].At, landed[len(landed)-1].At
	for name, p := range map[string]freshness.Policy{
		"max-age":  freshness.MaxAge{Warn: 12 * time.Hour, Fail: 24 * time.Hour},
		"deadline": freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Backtest(p, landed, from, to); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A due instant each nanosecond is no mistake that takes years to find.
func TestABacktestEnds(t *testing.T) {
	each := freshness.Deadline{Due: schedule.Every(1)}
	_, err := backtest(each, nil, base, base.Add(time.Hour), 1000)
	require.ErrorIs(t, err, errTurns)
	year := base.AddDate(1, 0, 0)
	asleep := freshness.Paused{Policy: each, Spans: []freshness.Span{{Start: base, End: year}}}
	_, err = backtest(asleep, nil, base, year, 1000)
	require.ErrorIs(t, err, errTurns)
	r, err := backtest(each, nil, base, base.Add(900), 1000)
	require.NoError(t, err)
	require.Len(t, r.Outcomes, 900)
	require.EqualError(t, errTurns, "history: the status changes, or something is due, more than 2097152 times: judge a shorter time")
}

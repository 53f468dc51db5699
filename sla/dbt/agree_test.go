package dbt_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// A limit is a threshold as dbt has it; a nil count is null.
type limit struct {
	count  *int64
	period string
}

// same are the statuses of one meaning.
var same = map[dbt.Status]freshness.Status{
	dbt.StatusPass: freshness.Fresh, dbt.StatusWarn: freshness.AtRisk, dbt.StatusError: freshness.Stale,
}

var unit = map[string]int64{"second": 1, "minute": 60, "hour": 3600, "day": 86400}

// coreExceeded is what dbt Core does, in Python: both sides are seconds in floats, and the
// comparison is strict. From core/dbt/artifacts/resources and core/dbt/contracts/graph/unparsed.py.
func (l limit) coreExceeded(age float64) bool {
	return l.count != nil && l.period != "" && age > float64(*l.count*unit[l.period])
}

// newerExceeded is what the newer engine does, in whole seconds. From
// crates/dbt-freshness/src/freshness.rs.
func (l limit) newerExceeded(age int64) bool {
	return l.count != nil && l.period != "" && age > *l.count*unit[l.period]
}

func (l limit) json() string {
	switch {
	case l.count == nil && l.period == "":
		return "null"
	case l.count == nil:
		return fmt.Sprintf(`{"count":null,"period":%q}`, l.period)
	case l.period == "":
		return fmt.Sprintf(`{"count":%d,"period":null}`, *l.count)
	}
	return fmt.Sprintf(`{"count":%d,"period":%q}`, *l.count, l.period)
}

func verdict(failed, warned bool) string {
	switch {
	case failed:
		return "error"
	case warned:
		return "warn"
	}
	return "pass"
}

func randomLimit(r *rand.Rand) limit {
	counts := []int64{0, 1, 2, 12, 24, 90, 365, 9999}
	var l limit
	if r.IntN(8) > 0 {
		n := counts[r.IntN(len(counts))]
		l.count = &n
	}
	if r.IntN(10) > 0 {
		l.period = []string{"minute", "hour", "day"}[r.IntN(3)]
	}
	return l
}

// nearby is an age at, just below, just above or far from one of the limits.
func nearby(r *rand.Rand, limits ...limit) time.Duration {
	around := []time.Duration{
		0, 1, -1, time.Microsecond, -time.Microsecond, time.Millisecond, time.Second, -time.Second,
		time.Second - time.Nanosecond, time.Second + time.Nanosecond, -time.Second + time.Nanosecond,
		time.Hour, -time.Hour,
	}
	var base time.Duration
	if l := limits[r.IntN(len(limits))]; l.count != nil && l.period != "" {
		base = time.Duration(*l.count*unit[l.period]) * time.Second
	}
	return max(base+around[r.IntN(len(around))], -time.Minute)
}

func TestStatusesEqualDBTsAtEveryBoundary(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	seen := map[string]int{}
	var rows []string
	var verdicts []dbt.Status
	for range 5000 {
		warn, fail := randomLimit(r), randomLimit(r)
		if (warn.count == nil || warn.period == "") && (fail.count == nil || fail.period == "") {
			continue
		}
		newer := r.IntN(2) == 0
		age := nearby(r, warn, fail)
		snapped := time.Date(2024, 2, 29, 12, 0, 0, r.IntN(1000)*1000, time.UTC)
		form := "2006-01-02T15:04:05.999999999Z"
		if !newer {
			age = age.Truncate(time.Microsecond)
			form = "2006-01-02T15:04:05.000000+00:00"
		}
		row := boundaryRow{warn, fail, age, snapped, form}
		status, text := row.core()
		if newer {
			status, text = row.newer()
		}
		rows, verdicts = append(rows, text), append(verdicts, dbt.Status(status))
		seen[fmt.Sprint(newer, " ", status)]++
	}
	file, err := dbt.ReadSources(strings.NewReader(oneRow(strings.Join(rows, ",\n"))))
	require.NoError(t, err)
	require.Len(t, file.Results, len(rows))
	for i, got := range file.Results {
		if got.Err != nil || got.Status != verdicts[i] || got.Result().Status != same[got.Status] {
			t.Fatalf("%s\n%v\n%v", rows[i], got.Result(), got.Err)
		}
	}
	require.Len(t, seen, 6)
	for what, n := range seen {
		require.Greater(t, n, 100, what)
	}
}

type boundaryRow struct {
	warn, fail limit
	age        time.Duration
	snapped    time.Time
	form       string
}

// core is the row that dbt Core writes: a float with six digits at most, which is how Python's
// total_seconds divides microseconds.
func (b boundaryRow) core() (status, row string) {
	age := float64(b.age/time.Microsecond) / 1e6
	status = verdict(b.fail.coreExceeded(age), b.warn.coreExceeded(age))
	return status, b.json(status, fmt.Sprint(age))
}

// newer is the row that the newer engine writes: whole seconds, cut towards zero, and a capital.
func (b boundaryRow) newer() (status, row string) {
	age := int64(b.age / time.Second)
	status = verdict(b.fail.newerExceeded(age), b.warn.newerExceeded(age))
	return status, b.json(strings.ToUpper(status[:1])+status[1:], fmt.Sprintf("%d.0", age))
}

func (b boundaryRow) json(status, age string) string {
	return fmt.Sprintf(`{"unique_id":"source.a.b.c","max_loaded_at":%q,"snapshotted_at":%q,"max_loaded_at_time_ago_in_s":%s,`+
		`"status":%q,"criteria":{"warn_after":%s,"error_after":%s}}`,
		b.snapped.Add(-b.age).Format(b.form), b.snapped.Format(b.form), age, status, b.warn.json(),
		b.fail.json())
}

func TestLimitsThatDBTCannotMean(t *testing.T) {
	count := func(n int64) dbt.Threshold { return dbt.Threshold{Count: n, Period: "day", Set: true} }
	for _, n := range []int64{106752, 999999999, math.MaxInt64} {
		age, ok := count(n).Age()
		require.True(t, ok)
		require.Equal(t, time.Duration(math.MaxInt64), age)
	}
	age, ok := count(math.MinInt64).Age()
	require.True(t, ok)
	require.Equal(t, time.Duration(math.MinInt64), age)

	for _, c := range []dbt.Criteria{
		{WarnAfter: count(-1)}, {ErrorAfter: count(-1)}, {WarnAfter: count(2), ErrorAfter: count(-1)},
		{WarnAfter: count(0), ErrorAfter: count(0)}, {WarnAfter: count(math.MaxInt64),
			ErrorAfter: count(math.MaxInt64)},
		{WarnAfter: count(3), ErrorAfter: count(2)}, {WarnAfter: count(math.MinInt64),
			ErrorAfter: count(math.MinInt64)},
	} {
		policy, ok := c.Policy()
		require.True(t, ok, "%+v", c)
		require.NoError(t, policy.Validate(), "%+v", c)
	}
	for _, c := range []dbt.Criteria{
		{}, {WarnAfter: dbt.Threshold{Count: 1, Set: true}}, {ErrorAfter: dbt.Threshold{Period: "day"}},
		{Filter: "x > 1"},
		{WarnAfter: dbt.Threshold{Count: 1, Period: "week", Set: true}},
	} {
		_, ok := c.Policy()
		require.False(t, ok, "%+v", c)
	}
}

package freshness

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// A grace or a window may hold more due instants than one judgement looks at.
// The first that nothing has landed for is found all the same.
func TestAGraceMayHoldAnyNumberOfDueInstants(t *testing.T) {
	minutely, hourly := schedule.MustCron("* * * * *", nil), schedule.MustParse("@hourly")
	full := Landings{{At: at(t, "04 12:00"), Rows: 5}}
	thin := Landings{{At: at(t, "04 12:00"), Rows: 5}, {At: at(t, "04 12:30"), Rows: 1}}
	year := 365 * 24 * time.Hour
	for _, tt := range []struct {
		name   string
		policy Deadline
		landed Landings
		now    string
		status Status
		reason Reason
		due    string
		until  string
	}{
		{"plain", Deadline{Due: minutely, Grace: 24 * time.Hour}, full, "05 05:00", AtRisk, ReasonInGrace, "04 12:01", "05 12:01"},
		{"rows", Deadline{Due: minutely, Grace: 24 * time.Hour, MinRows: 1}, full, "05 05:00", AtRisk, ReasonInGrace, "04 12:01", "05 12:01"},
		{"percent", Deadline{Due: minutely, Grace: 24 * time.Hour, MinPercent: 1}, full, "05 05:00", AtRisk, ReasonInGrace, "04 12:01", "05 12:01"},
		{"too few rows since", Deadline{Due: minutely, Grace: 24 * time.Hour, MinRows: 5}, thin, "05 05:00", AtRisk, ReasonPartial, "04 12:01", "05 12:01"},
		{"too few rows at all", Deadline{Due: minutely, Grace: 24 * time.Hour, MinRows: 6}, thin, "05 05:00", Stale, ReasonPartial, "04 04:59", ""},
		{"and a window", Deadline{Due: minutely, Lookback: 20 * time.Hour, Grace: 24 * time.Hour, MinRows: 1}, full, "05 09:00", AtRisk, ReasonInGrace, "05 08:00", "06 08:00"},
		{"a window ahead", Deadline{Due: minutely, Lookback: 48 * time.Hour, MinRows: 1}, full, "04 13:00", Fresh, ReasonOnTime, "04 13:00", "06 12:00"},
		{"a window ahead, plain", Deadline{Due: minutely, Lookback: 48 * time.Hour}, full, "04 13:00", Fresh, ReasonOnTime, "04 13:00", "06 12:00"},
		{"a year of hours", Deadline{Due: hourly, Grace: year, MinRows: 1}, Landings{{At: at(t, "04 12:00").Add(-year / 2), Rows: 5}}, "04 12:30", AtRisk, ReasonInGrace, "-", "-"},
		{"a skew", Deadline{Due: minutely, Skew: 48 * time.Hour}, full, "03 12:00:30", Fresh, ReasonOnTime, "03 12:01", "04 12:01"},
	} {
		require.NoError(t, tt.policy.Validate(), tt.name)
		r := tt.policy.Check(tt.landed, at(t, tt.now))
		assert.Equal(t, tt.status, r.Status, "%s: %v", tt.name, r)
		assert.Equal(t, tt.reason, r.Reason, "%s: %v", tt.name, r)
		assert.False(t, r.NextCheck.IsZero(), "%s: %v", tt.name, r)
		if tt.due != "-" {
			assert.True(t, r.Due.Equal(at(t, tt.due)), "%s: %v", tt.name, r)
		}
		if tt.until != "-" && tt.until != "" {
			assert.True(t, r.FreshUntil.Equal(at(t, tt.until)), "%s: fresh until %v", tt.name, r.FreshUntil)
		}
	}
}

// What counts by its rows is judged as if what does not count were not there.
func TestALandingThatDoesNotCountChangesNoDueInstant(t *testing.T) {
	minutely := schedule.MustCron("* * * * *", nil)
	for seed := range uint64(300) {
		g := rand.New(rand.NewPCG(seed, 3))
		p := Deadline{Due: minutely, Grace: time.Duration(g.IntN(3000)) * time.Minute, Lookback: time.Duration(g.IntN(2)*g.IntN(3000)) * time.Minute}
		var landed, counts Landings
		for range g.IntN(4) {
			l := Landing{At: base.Add(time.Duration(g.IntN(5000)) * 30 * time.Second), Rows: 1 + g.Int64N(2)}
			landed = append(landed, l)
		}
		landed.Sort()
		for _, l := range landed {
			if l.Rows == 2 {
				counts = append(counts, l)
			}
		}
		now := base.Add(time.Duration(2500+g.IntN(3000)) * time.Minute)
		want := p.Check(counts, now)
		p.MinRows = 2
		got := p.Check(landed, now)
		require.Equal(t, want.Status == Stale, got.Status == Stale, "seed %d: %v, not %v", seed, got, want)
		if len(counts) > 0 {
			require.Equal(t, want.Status, got.Status, "seed %d: %v, not %v", seed, got, want)
			require.Equal(t, []time.Time{want.Due, want.LastDue, want.FreshUntil, want.NextCheck},
				[]time.Time{got.Due, got.LastDue, got.FreshUntil, got.NextCheck}, "seed %d: %v, not %v", seed, got, want)
			// Nothing has landed for the due instant, and for each before it something has.
			if got.Status == AtRisk && got.Reason != ReasonPastWarning {
				i := slices.IndexFunc(counts, func(l Landing) bool { return l.At.After(p.slot(got.Due).opens) })
				require.Equal(t, -1, i, "seed %d: %v", seed, got)
				i = slices.IndexFunc(counts, func(l Landing) bool { return l.At.After(p.slot(got.Due.Add(-time.Minute)).opens) })
				require.GreaterOrEqual(t, i, 0, "seed %d: %v", seed, got)
			}
		}
	}
}

// Partitions come in no order, so that each due instant must be looked at.
// What holds too many of them is refused; where that shows too late, nothing
// is measured.
func TestAPartitionedGraceHoldsFewDueInstants(t *testing.T) {
	minutely := schedule.MustCron("* * * * *", nil)
	for _, tt := range []struct {
		policy Deadline
		says   string
	}{
		{Deadline{Due: minutely, Partition: "2006-01-02 15:04", Grace: 24 * time.Hour},
			"grace: 24h0m0s holds more than 1000 due instants, too many to look for the partition of each"},
		{Deadline{Due: minutely, Partition: "2006-01-02"},
			`partition: the layout "2006-01-02" is the same for more than 1000 due instants`},
		{Deadline{Due: schedule.MustParse("@hourly"), Partition: "2006"},
			`partition: the layout "2006" is the same for more than 1000 due instants`},
		{Deadline{Due: minutely, Partition: "2006-01-02 15:04", Grace: time.Hour}, ""},
		{Deadline{Due: schedule.MustParse("@hourly"), Partition: "2006-01-02", Grace: 24 * time.Hour}, ""},
		{Deadline{Due: schedule.MustParse("0 7 29 2 *"), Partition: "2006", Grace: longest}, ""},
	} {
		err := tt.policy.Validate()
		if tt.says == "" {
			assert.NoError(t, err)
			continue
		}
		assert.EqualError(t, err, tt.says)
	}

	// Denser later in the month than at its beginning: not seen by Validate.
	p := Deadline{Due: schedule.MustCron("* 0-1,6-23 1-2 * *", nil), Partition: "2006-01-02 15:04", Grace: 18 * time.Hour}
	require.NoError(t, p.Validate())
	var landed Landings
	for i := range 24 * 60 {
		due := at(t, "01 00:00").Add(time.Duration(i) * time.Minute)
		landed = append(landed, Landing{At: due, Partition: due.Format(p.Partition)})
	}
	r := p.Check(landed, at(t, "01 23:59"))
	assert.Equal(t, Unknown, r.Status, "%v", r)
	assert.Equal(t, ReasonNotMeasured, r.Reason, "%v", r)
	assert.ErrorContains(t, r.Err, "more than 1000 due instants")
	assert.ErrorIs(t, r.Err, ErrInvalid)
	assert.True(t, r.NextCheck.Equal(at(t, "02 00:00").Add(1)), "%v", r.NextCheck)
	r = p.Check(landed[:500], at(t, "01 23:59"))
	assert.Equal(t, ReasonInGrace, r.Reason, "%v", r)
}

package tracker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A dueLook is what a monitor reports of an hourly deadline at an instant, in minutes from zero,
// which is noon.
type dueLook struct {
	at     float64
	landed []float64
	paused bool // somebody has paused the check: the rule itself knows of no pause
	until  float64
	failed bool // the source could not be asked
}

func (l dueLook) result(p freshness.Policy) freshness.Result {
	var landed []time.Time
	for _, m := range l.landed {
		landed = append(landed, minutes(m))
	}
	r := p.Check(freshness.LandedAt(landed...), minutes(l.at))
	switch {
	case l.paused:
		r.Status, r.Reason = freshness.Unknown, freshness.ReasonPaused
		if l.until > 0 {
			r.Until = minutes(l.until)
		}
	case l.failed:
		r = freshness.NotMeasured(nil, minutes(l.at))
	}
	r.Check, r.Asset = "s/o", "a"
	return r
}

// TestDueInstantsOfAPause has a monitor that somebody pauses now and then. What could be judged
// only in the pause is excused.
func TestDueInstantsOfAPause(t *testing.T) {
	landed := func(at float64, all ...float64) dueLook { return dueLook{at: at, landed: all} }
	pause := func(at, until float64) dueLook { return dueLook{at: at, paused: true, until: until} }
	failed := func(at float64) dueLook { return dueLook{at: at, failed: true} }
	for _, row := range []struct {
		name    string
		grace   time.Duration
		looks   []dueLook
		at      float64
		want    string // by due instant from noon on, as hours past it
		noData  int64
		excused int64
	}{
		{"each that lies in the pause as a whole is excused", 0,
			[]dueLook{landed(-30, -40), pause(-20, 250), landed(251, -40)},
			270, "[4:0+1]", 0, 4},
		{"the pause has no end, and ends with the next look", 0,
			[]dueLook{landed(-30, -40), pause(-20, 0), pause(130, 0), landed(251, -40)},
			270, "[4:0+1]", 0, 4},
		{"the last is judged by what landed for it", 0,
			[]dueLook{landed(-30, -40), pause(-20, 250), landed(251, 235)},
			270, "[4:1+0]", 0, 4},
		{"what landed late in the pause was never known to be missing", 0,
			[]dueLook{landed(-30, -40), pause(-20, 0), landed(251, 245)},
			270, "[]", 0, 5},
		{"what was due before the pause, and landed late in it, was late", 0,
			[]dueLook{landed(55, 55), landed(61, 55), landed(119, 55), landed(121, 55), pause(125, 0),
				landed(150, 140)},
			170, "[1:1+0 2:0+1]", 0, 0},
		{"what is not over when the pause ends may still be judged", 0,
			[]dueLook{landed(-30, -40), pause(-20, 150), failed(151), landed(170, -40)},
			175, "[2:0+1]", 0, 2},
		{"a grace that is not over either", 10 * time.Minute,
			[]dueLook{landed(-30, -40), pause(-20, 185), failed(186), landed(200, -40)},
			230, "[3:0+1]", 1, 2},
		{"a grace that began before the pause", 10 * time.Minute,
			[]dueLook{landed(-30, -40), pause(5, 100), failed(101)},
			235, "[]", 2, 1},
		{"no result between two pauses", 0,
			[]dueLook{landed(-30, -40), pause(-20, 70), pause(230, 250), landed(251, -40)},
			270, "[4:0+1]", 0, 4},
		{"no result for long after the pause", 0,
			[]dueLook{landed(-30, -40), pause(-20, 70), failed(251), landed(252, -40)},
			270, "[4:0+1]", 3, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := freshness.Deadline{Due: schedule.MustCron("0 * * * *", time.UTC), Grace: row.grace}
			o := events("50%", sla.Rolling(6*time.Hour))
			o.Freshness = p
			tr := newTracker(t, o)
			for _, l := range row.looks {
				tr.Observe(l.result(p))
			}
			r, _ := tr.Report("s", minutes(row.at))
			got := []string{}
			for _, m := range tr.Buckets("s/o", zero, minutes(row.at)) {
				require.Equal(t, m.Start, m.End)
				got = append(got, fmt.Sprintf("%.0f:%d+%d", m.Start.Sub(zero).Hours(), m.Counts.Good, m.Counts.Bad))
			}
			assert.Equal(t, row.want, fmt.Sprint(got))
			assert.Equal(t, row.noData, r.Objectives[0].NoData, "no data")
			assert.Equal(t, row.excused, r.Objectives[0].Excused, "excused")
		})
	}
}

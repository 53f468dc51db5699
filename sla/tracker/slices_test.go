package tracker_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A timeLook is a result of a rule that allows an age of ten minutes. All instants are minutes from
// zero.
type timeLook struct {
	at     float64
	status freshness.Status
	landed float64 // the newest landing; below 0: nothing had landed, or the source could not be read
	until  float64 // of a pause; 0: it has no end
	paused bool
}

func minutes(m float64) time.Time { return zero.Add(time.Duration(m * float64(time.Minute))) }

// result returns what a check would report.
func (l timeLook) result() freshness.Result {
	if l.status == freshness.Unknown && !l.paused {
		r := freshness.NotMeasured(errors.New("no route to host"), minutes(l.at))
		r.Check, r.Asset = "s/o", "a"
		return r
	}
	r := freshness.Result{Check: "s/o", Asset: "a", Status: l.status, At: minutes(l.at)}
	switch {
	case l.paused:
		r.Reason = freshness.ReasonPaused
		if l.until > 0 {
			r.Until = minutes(l.until)
		}
	default:
		r.Reason = freshness.ReasonOnTime
		r.Landed = l.landed >= 0
	}
	if r.Landed {
		r.Landing.At = minutes(l.landed)
		r.FreshUntil = minutes(l.landed + 10)
	}
	return r
}

func kept(at, landed float64) timeLook {
	return timeLook{at: at, status: freshness.Fresh, landed: landed}
}

func stale(at, landed float64) timeLook {
	return timeLook{at: at, status: freshness.Stale, landed: landed}
}

func unknown(at float64) timeLook { return timeLook{at: at, status: freshness.Unknown} }

func paused(at, until float64) timeLook { return timeLook{at: at, until: until, paused: true} }

// verdicts draws the slices of the first minutes, one character each: + was good, - was bad, and of
// . nothing is known.
func verdicts(t *testing.T, tr *tracker.Tracker, slices int) string {
	t.Helper()
	var b strings.Builder
	for i := range slices {
		r, _ := tr.Report("s", minutes(float64(i+1)))
		switch r.Objectives[0].Burns[0].Short {
		case sla.Counts{Good: 1}:
			b.WriteByte('+')
		case sla.Counts{Bad: 1}:
			b.WriteByte('-')
		case sla.Counts{}:
			b.WriteByte('.')
		default:
			t.Fatalf("minute %d holds %v", i, r.Objectives[0].Burns[0].Short)
		}
	}
	return b.String()
}

// minuteByMinute is an objective whose burn rule has a short window of one slice, so that reports
// tell each slice apart.
func minuteByMinute() sla.Objective {
	o := events("50%", sla.Rolling(time.Hour))
	o.Freshness = freshness.MaxAge{Fail: 10 * time.Minute}
	o.Burn = []sla.BurnRule{{Name: "x", BurnRate: sla.MustBurnRate("1"), Long: 2 * time.Minute, Short: time.Minute}}
	return o
}

func TestEverySliceOfTimeCountsAsWhatIsProven(t *testing.T) {
	for _, row := range []struct {
		name    string
		looks   []timeLook
		want    string
		excused int64
	}{
		{"a promise that is kept is proven until its limit", []timeLook{kept(0, 0)},
			"++++++++++......................", 0},
		{"what landed earlier proves nothing about the time before the first look", []timeLook{kept(5, 2)},
			".....+++++++....................", 0},
		{"it is broken from its limit until the newest landing", []timeLook{kept(0, 0), kept(20, 15)},
			"++++++++++-----++++++++++.......", 0},
		{"a landing before the limit leaves no gap", []timeLook{kept(0, 0), kept(18, 9)},
			"+++++++++++++++++++.............", 0},
		{"it is broken from its limit while nothing lands", []timeLook{kept(0, 0), stale(12, 0), stale(20, 0)},
			"++++++++++----------............", 0},
		{"a landing in between kept it until its own limit", []timeLook{kept(0, 0), stale(30, 12)},
			"++++++++++--++++++++++--------..", 0},
		{"it is broken all the while when nothing ever landed", []timeLook{stale(0, -1), stale(5, -1)},
			"-----...........................", 0},
		{"a broken promise is proven nothing", []timeLook{kept(0, 0), stale(5, 0)},
			"+++++...........................", 0},

		{"unmeasured, then broken since a limit that is known", []timeLook{unknown(0), stale(20, 2)},
			"............--------............", 0},
		{"unmeasured, then broken, and nothing ever landed", []timeLook{unknown(0), stale(20, -1)},
			"................................", 0},
		{"unmeasured, then kept by a landing", []timeLook{unknown(0), kept(20, 15)},
			"...............++++++++++.......", 0},
		{"unmeasured, then kept by what had landed before", []timeLook{unknown(9), kept(10, 3)},
			"..........+++...................", 0},
		{"kept, unmeasured, then kept by the same landing", []timeLook{kept(0, 0), unknown(5), kept(8, 0)},
			"++++++++++......................", 0},
		{"kept, unmeasured beyond the limit, then kept by a landing before that",
			[]timeLook{kept(0, 0), unknown(15), kept(20, 12)},
			"++++++++++..........++..........", 0},
		{"kept, unmeasured beyond the limit, then kept by a landing after that",
			[]timeLook{kept(0, 0), unknown(15), kept(20, 17)},
			"++++++++++.......++++++++++.....", 0},
		{"kept, unmeasured beyond the limit, then broken", []timeLook{kept(0, 0), unknown(15), stale(20, 0)},
			"++++++++++.....-----............", 0},
		{"kept, unmeasured within the limit, then broken", []timeLook{kept(0, 0), unknown(5), stale(20, 0)},
			"++++++++++----------............", 0},
		{"broken, unmeasured, broken", []timeLook{kept(0, 0), stale(12, 0), unknown(14), stale(16, 0)},
			"++++++++++--..--................", 0},
		{"broken, unmeasured, kept", []timeLook{stale(0, -1), stale(12, -1), unknown(14), kept(17, 16)},
			"------------....++++++++++......", 0},

		{"a pause counts for nothing until it ends", []timeLook{kept(0, 0), paused(2, 6), kept(8, 7)},
			"++....+++++++++++...............", 4},
		{"nothing is proven beyond a pause", []timeLook{kept(0, 0), stale(11, 0), paused(12, 16), stale(20, 0)},
			"++++++++++-.....----............", 4},
		{"two pauses in a row are one",
			[]timeLook{stale(0, -1), stale(2, -1), paused(4, 8), paused(8, 12), stale(14, 1)},
			"--..........--..................", 8},
		{"two pauses that overlap are one",
			[]timeLook{stale(0, -1), stale(2, -1), paused(4, 10), paused(6, 12), stale(14, 1)},
			"--..........--..................", 8},
		{"two pauses apart are two",
			[]timeLook{stale(0, -1), paused(2, 4), stale(6, -1), paused(8, 10), stale(12, 1)},
			"...........-....................", 4},
		{"a pause without an end lasts until the next look",
			[]timeLook{stale(0, -1), paused(2, 0), stale(9, -1), stale(10, -1)},
			".........-......................", 7},

		{"a slice in which it was broken for an instant is bad",
			[]timeLook{kept(0, 0), stale(10.1, 0), kept(10.2, 10.15)},
			"++++++++++-++++++++++...........", 0},
		{"a slice in progress counts so far", []timeLook{kept(0, 0), stale(12.5, 0)},
			"++++++++++---...................", 0},
		{"what comes late, and what comes twice, counts once",
			[]timeLook{kept(0, 0), stale(12, 0), stale(12, 0), kept(9, 0), stale(14, 0)},
			"++++++++++----..................", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			tr := newTracker(t, minuteByMinute())
			for _, l := range row.looks {
				tr.Observe(l.result())
			}
			assert.Equal(t, row.want, verdicts(t, tr, len(row.want)))
			r, _ := tr.Report("s", minutes(float64(len(row.want))))
			o := r.Objectives[0]
			good, bad := int64(strings.Count(row.want, "+")), int64(strings.Count(row.want, "-"))
			assert.Equal(t, sla.Counts{Good: good, Bad: bad}, o.Budget.Counts)
			assert.Equal(t, row.excused, o.Excused)
		})
	}
}

// TestASliceOfTimeMayHaveAShare: then a second of trouble leaves it good, and half of it does not.
func TestASliceOfTimeMayHaveAShare(t *testing.T) {
	o := minuteByMinute()
	o.Timeslices = sla.Timeslices{Length: time.Minute, Target: sla.MustTarget("75%")}
	tr := newTracker(t, o)
	for _, l := range []timeLook{kept(0, 0), kept(10.25, 10.25), kept(20.75, 20.75), stale(40.75, 20.75)} {
		tr.Observe(l.result())
	}
	assert.Equal(t, "++++++++++"+"++++++++++"+"-+++++++++"+"+----------"+"...", verdicts(t, tr, 44))
}

// TestAPauseThatIsSeenTwiceAtOnceIsNoStretch of excused time: a snapshot of one would be refused.
func TestAPauseThatIsSeenTwiceAtOnceIsNoStretch(t *testing.T) {
	tr := newTracker(t, minuteByMinute())
	for range 2 {
		tr.Observe(paused(0, 5).result())
	}
	require.NoError(t, newTracker(t, minuteByMinute()).Restore(tr.Snapshot()))
	r, _ := tr.Report("s", minutes(5))
	assert.Zero(t, r.Objectives[0].Excused)
}

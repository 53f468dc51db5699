package history

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A brier sums the squared errors of chances: G. W. Brier, "Verification of Forecasts Expressed in
// Terms of Probability", Monthly Weather Review 78 (1950). 0 is perfect, and 0.25 what a chance of
// one half gets whatever happens.
type brier struct {
	n   int
	sum float64
}

func (b *brier) add(chance float64, landed bool) {
	outcome := 0.0
	if landed {
		outcome = 1
	}
	b.n, b.sum = b.n+1, b.sum+(chance-outcome)*(chance-outcome)
}

func (b brier) String() string {
	if b.n == 0 {
		return "none"
	}
	return fmt.Sprintf("%.3f of %d", b.sum/float64(b.n), b.n)
}

// A brierScore compares two predictions of the same instants: before, by the times of day however
// long nothing has landed, and after, as Predict makes them.
type brierScore struct {
	before, after             brier // where both give a chance
	silentBefore, silentAfter brier // of these, those for which a whole day was missed
	refused                   brier // the former, where the latter gives none
}

// score predicts the landing by an hour of each day, at several times before it, from the 90 days
// before.
func score(landed freshness.Landings, loc *time.Location, hour int) (s brierScore) {
	const habit = 90 * day
	first, last := landed[0].At.In(loc), landed[len(landed)-1].At
	for d := 30; ; d++ {
		due := time.Date(first.Year(), first.Month(), first.Day()+d, hour, 0, 0, 0, loc)
		if due.Add(day).After(last) {
			return s
		}
		for _, minutes := range []time.Duration{12 * 60, 6 * 60, 3 * 60, 60, 10} {
			now := due.Add(-minutes * time.Minute)
			known := landed[:landed.After(now)]
			if b, err := Learn(known[known.After(now.Add(-habit)):], loc); err == nil {
				s.predict(b, landed, known, now, due)
			}
		}
	}
}

func (s *brierScore) predict(b *Baseline, landed, known freshness.Landings, now, due time.Time) {
	after := b.Predict(known, now, due)
	if after.Landed {
		return
	}
	before, start, silent := after, now, false
	if b.daily() {
		before = Prediction{At: now, Due: due}
		b.predictTime(&before)
		n, _ := civilOf(due, b.loc).split(b.cut)
		start = civilStart(n, b.cut).instant(b.loc, time.Time{})
		silent = b.silenceOf(known[len(known)-1].At, now, due).missed() > 0
	}

	i := landed.After(start)
	inTime := i < len(landed) && !landed[i].At.After(due)
	switch {
	case before.Err == nil && after.Err == nil:
		s.before.add(before.Chance, inTime)
		s.after.add(after.Chance, inTime)
		if silent {
			s.silentBefore.add(before.Chance, inTime)
			s.silentAfter.add(after.Chance, inTime)
		}
	case before.Err == nil:
		s.refused.add(before.Chance, inTime)
	}
}

// It is the price of a wrong chance that counts, not how many are right: where Predict gives a
// chance after a missed day it must be nearer to what happened than the one by the times of day.
func TestPredictIsNearerToWhatHappenedAfterAMissedDay(t *testing.T) {
	var table strings.Builder
	fmt.Fprintf(&table, "# Brier scores: the mean of (chance - outcome)², 0 is perfect\n\n"+
		"Before: by the times of day alone. After: by the gaps once a whole day was missed.\n"+
		"Refused: before, where after gives no chance.\n\n"+
		"%-18s %-19s %-34s %-34s %s\n", "history", "due", "all", "after a missed day", "refused")

	for _, tt := range []struct {
		name, zone string
		hour       int
	}{
		{"covid-19-nightly", "UTC", 7},
		{"finance-vix-daily", "UTC", 1},
		{"finance-vix-daily", "UTC", 16},
		{"ca-fires-hourly", "America/Los_Angeles", 10},
		{"ca-fires-hourly", "America/Los_Angeles", 18},
	} {
		s := score(readTestLandings(t, tt.name), zone(t, tt.zone), tt.hour)
		due := fmt.Sprintf("%02d:00 %s", tt.hour, tt.zone[strings.LastIndex(tt.zone, "/")+1:])
		fmt.Fprintf(&table, "%-18s %-19s %-34s %-34s %s\n", tt.name, due,
			fmt.Sprintf("%s: %s", s.before, s.after), fmt.Sprintf("%s: %s", s.silentBefore, s.silentAfter), s.refused)
		assert.LessOrEqual(t, s.after.sum, s.before.sum, "%s at %s", tt.name, due)
		if s.silentBefore.n > 0 {
			assert.Less(t, s.silentAfter.sum, s.silentBefore.sum, "%s at %s", tt.name, due)
		}
	}
	t.Log(table.String())
	golden(t, "brier.txt", table.String())
}

package dbt

import (
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// clockSkew is how far in the future a landing may lie and still count as landed now: the clocks of
// a loader and of a warehouse differ.
const clockSkew = time.Minute

// Criteria are the limits on the age of a source, as dbt has them. The zero Criteria has none: dbt
// measures nothing then, or passes whatever it finds.
type Criteria struct {
	// WarnAfter and ErrorAfter are the ages above which dbt warns and fails.
	WarnAfter, ErrorAfter Threshold

	// Filter is the SQL condition on the rows that dbt looks at.
	Filter string
}

// A Threshold is an age in dbt's form, a count of periods. The zero Threshold is none, and so is
// one that lacks its count or its period: dbt never exceeds it.
type Threshold struct {
	// Count is how many periods. Zero is a limit if Set: any age above zero
	// exceeds it.
	Count int64

	// Period is "second", "minute", "hour" or "day"; a day has 24 hours.
	Period string

	// Set is whether Count was not null.
	Set bool
}

// Age returns the age above which the threshold is exceeded, and false when there is none. It
// saturates at the longest duration, 292 years.
//
// An age of exactly that much does not exceed it, in dbt as here.
func (t Threshold) Age() (time.Duration, bool) {
	unit, ok := periods[t.Period]
	if !t.Set || !ok {
		return 0, false
	}
	if t.Count > int64(math.MaxInt64/unit) {
		return math.MaxInt64, true
	}
	if t.Count < int64(math.MinInt64/unit) {
		return math.MinInt64, true
	}
	return time.Duration(t.Count) * unit, true
}

var periods = map[string]time.Duration{
	"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour,
}

// Policy returns the policy that gives the same status as dbt does, and false when there is no
// threshold at all, so that nothing is promised.
//
//	dbt                                 here
//	error_after 24 hours                Fail 24h
//	warn_after 12 hours                 Warn 12h
//	count 0: any age is too old         1ns: any age that dbt can measure
//	a negative count                    1ns; dbt exceeds it at age 0 too
//	warn_after beyond error_after       no Warn: dbt never warns then either
//	count null, period null, {}, null   no limit
//	an age below zero passes            up to a minute; beyond it, Unknown
//
// dbt passes a source whose newest row is dated ahead, by years even, because its age is negative.
// Here only a minute is passed, by which the clocks of a loader and of a warehouse may differ.
func (c Criteria) Policy() (freshness.MaxAge, bool) {
	warn, warns := c.WarnAfter.Age()
	fail, fails := c.ErrorAfter.Age()
	if !warns && !fails {
		return freshness.MaxAge{}, false
	}
	p := freshness.MaxAge{Skew: clockSkew}
	if fails {
		p.Fail = max(fail, 1)
	}
	if warns && !(fails && warn > fail) {
		p.Warn = max(warn, 1)
	}
	return p, true
}

// criteria reads a freshness block. Null, as in a source that opted out, is the zero Criteria.
func (r *reader) criteria(to *Criteria) error {
	return r.record(func(key []byte) error {
		switch string(key) {
		case "warn_after":
			return r.threshold(&to.WarnAfter)
		case "error_after":
			return r.threshold(&to.ErrorAfter)
		case "filter":
			return r.text(&to.Filter)
		}
		return r.Skip()
	})
}

func (r *reader) threshold(to *Threshold) error {
	return r.record(func(key []byte) error {
		switch string(key) {
		case "count":
			return r.count(to)
		case "period":
			if err := r.text(&to.Period); err != nil || to.Period == "" {
				return err
			}
			if _, ok := periods[to.Period]; !ok {
				r.bad("%s is not a period: want second, minute, hour or day", plain.Quote(to.Period))
			}
			return nil
		}
		return r.Skip()
	})
}

func (r *reader) count(to *Threshold) error {
	var n float64
	found, err := r.number(&n)
	if !found || err != nil {
		return err
	}
	if to.Count, to.Set = whole(n); !to.Set {
		r.bad("%v is not a whole number of periods", n)
	}
	return nil
}

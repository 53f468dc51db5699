package slatest

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// TB is the part of a test that this package uses. A *testing.T, *testing.B and *testing.F are one.
type TB interface {
	// Helper marks a function that is skipped where a failure is reported.
	Helper()

	// Fatalf ends the test, with the reason.
	Fatalf(format string, args ...any)
}

// A Sim is a tracker in simulated time.
//
//   - [New] begins at an instant
//   - [Sim.Land] and [Sim.Traffic] plan what happens
//   - [Sim.Run] lets time pass
//   - [Sim.Report] reports on an SLA, and [Sim.Alerts] are the changes of its burn-rate alerts
//
// Planning something before the present ends the test. A Sim must not be used from several
// goroutines at once.
type Sim struct {
	// Tracker counts. It may also be used directly, for corrections or single events.
	Tracker *tracker.Tracker

	// Alerts are the changes of all burn-rate alerts, in order.
	Alerts []sla.Alert

	tb     TB
	now    time.Time
	checks []check
	flows  []flow
}

// A check is evaluated at next, and when something lands.
type check struct {
	freshness.Check
	landed []time.Time // those to come included, sorted
	next   time.Time
}

// A flow is planned events.
type flow struct {
	check     string
	next, end time.Time
	every     time.Duration
	good, bad int64
}

// New returns a simulation that begins at an instant. Nothing was due before it: an asset counts as
// new at that instant, unless its policy has a Since of its own. SLAs that are not valid end the
// test.
func New(tb TB, now time.Time, slas ...sla.SLA) *Sim {
	tb.Helper()
	catalog, err := sla.NewCatalog(begin(slas, now))
	if err != nil {
		tb.Fatalf("slatest: these SLAs cannot be tracked:\n%v", err)
		return nil
	}
	s := &Sim{Tracker: tracker.New(catalog), tb: tb, now: now}
	for _, c := range catalog.Checks(func(string) freshness.Source { return nil }) {
		s.checks = append(s.checks, check{Check: c, next: now})
	}
	return s
}

// begin returns copies of SLAs whose assets are new at an instant.
func begin(slas []sla.SLA, now time.Time) []sla.SLA {
	list := make([]sla.SLA, len(slas))
	for i := range slas {
		list[i] = slas[i].Clone()
		for j := range list[i].Objectives {
			o := &list[i].Objectives[j]
			o.Freshness = freshness.NewAt(o.Freshness, now)
		}
	}
	return list
}

// Now returns the present instant of the simulation.
func (s *Sim) Now() time.Time { return s.now }

// Land plans landings of an asset. An asset that no objective about freshness measures ends the
// test.
func (s *Sim) Land(asset string, at ...time.Time) {
	s.tb.Helper()
	known := false
	for i := range s.checks {
		if c := &s.checks[i]; c.Asset == asset {
			known = true
			c.landed = append(c.landed, at...)
			slices.SortStableFunc(c.landed, time.Time.Compare)
		}
	}
	if !known {
		s.tb.Fatalf("slatest: no objective about freshness measures asset %q; there are %v",
			asset, s.assets())
	}
	for _, t := range at {
		if t.Before(s.now) {
			s.tb.Fatalf("slatest: %v of %q is in the past: the simulation stands at %v", t, asset, s.now)
		}
	}
}

func (s *Sim) assets() (list []string) {
	for _, c := range s.checks {
		list = append(list, c.Asset)
	}
	return list
}

// Traffic plans good and bad events of an objective: so many of each now, and again after every
// interval, until the length is over. The objective is named as its check is, as "shop/available".
// An objective that does not exist, and an interval that is not positive, end the test.
func (s *Sim) Traffic(check string, length, every time.Duration, good, bad int64) {
	s.tb.Helper()
	if _, err := s.Tracker.Recorder(check); err != nil {
		s.tb.Fatalf("slatest: %v", err)
	}
	if every <= 0 {
		s.tb.Fatalf("slatest: events every %s: it must be positive", plain.Notation(every))
		return
	}
	s.flows = append(s.flows, flow{check, s.now, s.now.Add(length), every, good, bad})
}

// Run lets time pass. What happens at its end is included. A negative length ends the test.
func (s *Sim) Run(length time.Duration) {
	s.tb.Helper()
	if length < 0 {
		s.tb.Fatalf("slatest: %s cannot pass: the simulation stands at %v", plain.Notation(length), s.now)
		return
	}
	end := s.now.Add(length)
	for {
		next, happen := s.nextStep()
		if happen == nil || next.After(end) {
			break
		}
		s.now = next
		happen()
		s.Alerts = append(s.Alerts, s.Tracker.Alerts(s.now)...)
	}
	s.now = end
	s.Alerts = append(s.Alerts, s.Tracker.Alerts(s.now)...)
}

// nextStep returns what happens next, and when. At one instant, events come before checks.
func (s *Sim) nextStep() (at time.Time, happen func()) {
	for i := range s.flows {
		if f := &s.flows[i]; f.next.Before(f.end) && (happen == nil || f.next.Before(at)) {
			at, happen = f.next, func() { s.flow(f) }
		}
	}
	for i := range s.checks {
		if c := &s.checks[i]; !c.next.IsZero() && (happen == nil || c.next.Before(at)) {
			at, happen = c.next, func() { s.evaluate(c) }
		}
	}
	return at, happen
}

// flow records the events of one instant.
func (s *Sim) flow(f *flow) {
	if err := s.Tracker.Record(f.check, f.next, f.good, f.bad); err != nil {
		s.tb.Fatalf("slatest: %v", err)
	}
	f.next = f.next.Add(f.every)
}

// evaluate evaluates a check, and sets when to do so again: when the result can change, or when
// something lands.
func (s *Sim) evaluate(c *check) {
	n, _ := slices.BinarySearchFunc(c.landed, s.now, func(at, now time.Time) int {
		if at.After(now) {
			return 1
		}
		return -1
	})

	result := c.Policy.Check(freshness.LandedAt(c.landed[:n]...), s.now)
	result.Asset, result.Check = c.Asset, c.Name
	s.Tracker.Observe(result)
	c.next = result.NextCheck
	if n < len(c.landed) && (c.next.IsZero() || c.landed[n].Before(c.next)) {
		c.next = c.landed[n]
	}
}

// Report returns the report of an SLA at present. An SLA that does not exist ends the test.
func (s *Sim) Report(id string) tracker.Report {
	s.tb.Helper()
	report, ok := s.Tracker.Report(id, s.now)
	if !ok {
		s.tb.Fatalf("slatest: there is no SLA %q", id)
	}
	return report
}

// alerts returns the alerts of one objective, one to a line.
func (s *Sim) alerts(check string) (text string) {
	for _, a := range s.Alerts {
		if a.Check == check {
			text += fmt.Sprintf("  %s %v\n", a.At.Format(time.RFC3339), a)
		}
	}
	if text == "" {
		return "  none\n"
	}
	return text
}

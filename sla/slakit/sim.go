package slakit

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// TB is what this package needs of a test: a *testing.T, a *testing.B or a *testing.F.
type TB interface {
	// Helper marks a function that is left out where a failure is reported.
	Helper()

	// Fatalf ends the test, and says why.
	Fatalf(format string, args ...any)
}

// A Sim is a tracker that lives through a time that a test makes up.
//
//   - [New] begins it
//   - [Sim.Land] and [Sim.Traffic] say what will happen
//   - [Sim.Run] lets time pass
//   - [Sim.Report] says where an SLA stands, and [Sim.Alerts] what its burn alerts did
//
// What is said to happen before the present comes too late, and ends the test.
// A Sim must not be used from several goroutines at once.
type Sim struct {
	// Tracker counts. It may be used directly too, for corrections or single events.
	Tracker *sla.Tracker

	// Alerts are the changes of all burn alerts, in order.
	Alerts []sla.Alert

	tb     TB
	now    time.Time
	checks []looked
	flows  []flow
}

// A looked is a check, what has landed for it and when it is looked at next.
type looked struct {
	freshness.Check
	landed []time.Time // all, sorted
	next   time.Time
}

// A flow is events to come.
type flow struct {
	check     string
	next, end time.Time
	every     time.Duration
	good, bad int64
}

// New begins a simulation at an instant. Before it nothing was due: an asset counts as new at that instant, unless its policy has a Since
// of its own. SLAs that are not valid end the test.
func New(tb TB, now time.Time, slas ...sla.SLA) *Sim {
	tb.Helper()
	catalog, err := sla.NewCatalog(begin(slas, now))
	if err != nil {
		tb.Fatalf("slakit: these SLAs cannot be tracked:\n%v", err)
		return nil
	}
	s := &Sim{Tracker: sla.NewTracker(catalog), tb: tb, now: now}
	for _, check := range catalog.Checks(func(string) freshness.Source { return nil }) {
		s.checks = append(s.checks, looked{Check: check, next: now})
	}
	return s
}

// begin makes the assets of SLAs new at an instant.
func begin(slas []sla.SLA, now time.Time) []sla.SLA {
	list := make([]sla.SLA, len(slas))
	for i := range slas {
		list[i] = slas[i].Clone()
		for j := range list[i].Objectives {
			o := &list[i].Objectives[j]
			o.Freshness = newAt(o.Freshness, now)
		}
	}
	return list
}

// newAt is a policy about an asset that is new at an instant.
func newAt(policy freshness.Policy, now time.Time) freshness.Policy {
	switch p := policy.(type) {
	case freshness.Deadline:
		p.Since = since(p.Since, now)
		return p
	case freshness.MaxAge:
		p.Since = since(p.Since, now)
		return p
	case freshness.Cadence:
		p.Since = since(p.Since, now)
		return p
	case freshness.Paused:
		p.Policy = newAt(p.Policy, now)
		return p
	case freshness.During:
		p.Policy = newAt(p.Policy, now)
		return p
	}
	return policy
}

func since(own, now time.Time) time.Time {
	if own.IsZero() {
		return now
	}
	return own
}

// Now is where the simulation stands.
func (s *Sim) Now() time.Time { return s.now }

// Land says when data of an asset will land. An asset that no objective about freshness measures ends the test.
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
		s.tb.Fatalf("slakit: no objective about freshness measures asset %q; there are %v", asset, s.assets())
	}
	for _, t := range at {
		if t.Before(s.now) {
			s.tb.Fatalf("slakit: %v of %q is in the past: the simulation stands at %v", t, asset, s.now)
		}
	}
}

func (s *Sim) assets() (list []string) {
	for _, c := range s.checks {
		list = append(list, c.Asset)
	}
	return list
}

// Traffic says that from the present on, for so long, so many good and bad events of an objective happen again and again, the first of them now.
// The objective is named as its check is, as "shop/available". One that is not there, and an every that is not positive, end the test.
func (s *Sim) Traffic(check string, length, every time.Duration, good, bad int64) {
	s.tb.Helper()
	if _, err := s.Tracker.Recorder(check); err != nil {
		s.tb.Fatalf("slakit: %v", err)
	}
	if every <= 0 {
		s.tb.Fatalf("slakit: events every %v: it must be positive", every)
		return
	}
	s.flows = append(s.flows, flow{check, s.now, s.now.Add(length), every, good, bad})
}

// Run lets so much time pass: its end is included. Time that would pass backwards ends the test.
func (s *Sim) Run(length time.Duration) {
	s.tb.Helper()
	if length < 0 {
		s.tb.Fatalf("slakit: %v cannot pass: the simulation stands at %v", length, s.now)
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

// nextStep is what happens first, and when: of what happens at one instant, events come before looks.
func (s *Sim) nextStep() (at time.Time, happen func()) {
	for i := range s.flows {
		if f := &s.flows[i]; f.next.Before(f.end) && (happen == nil || f.next.Before(at)) {
			at, happen = f.next, func() { s.flow(f) }
		}
	}
	for i := range s.checks {
		if c := &s.checks[i]; !c.next.IsZero() && (happen == nil || c.next.Before(at)) {
			at, happen = c.next, func() { s.look(c) }
		}
	}
	return at, happen
}

func (s *Sim) flow(f *flow) {
	if err := s.Tracker.Record(f.check, f.next, f.good, f.bad); err != nil {
		s.tb.Fatalf("slakit: %v", err)
	}
	f.next = f.next.Add(f.every)
}

// look judges a check, and finds out when to look again: when the answer can change, or when something lands.
func (s *Sim) look(c *looked) {
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

// Report says where an SLA stands at present. One that is not there ends the test.
func (s *Sim) Report(id string) sla.Report {
	s.tb.Helper()
	report, ok := s.Tracker.Report(id, s.now)
	if !ok {
		s.tb.Fatalf("slakit: there is no SLA %q", id)
	}
	return report
}

// alerts are those of one objective, one to a line.
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

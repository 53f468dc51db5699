package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// A sample is where the promise stood at the end of a month.
type sample struct {
	at     time.Time
	report tracker.ObjectiveReport
	whole  tracker.Report // of the SLA
	alerts []sla.Alert    // since the sample before
}

// A chart draws the error budget of one objective over its history, from what a tracker reports at
// the end of each month.
type chart struct {
	tracker *tracker.Tracker
	id      string
	name    string
	first   time.Time // landing
	next    time.Time
	samples []sample
	alerts  []sla.Alert
}

func newChart(catalog *sla.Catalog, r *replay) *chart {
	first := r.landed[0].At
	return &chart{
		tracker: tracker.New(catalog), id: r.promise.ID, name: r.objective.Name,
		first: first, next: nextMonth(first),
	}
}

// nextMonth returns the first instant of the month after that of t, in UTC.
func nextMonth(t time.Time) time.Time {
	y, m, _ := t.UTC().Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC)
}

// hear counts a result, as a service does that hands its tracker to a monitor.
func (c *chart) hear(result freshness.Result) {
	if !result.LastDue.IsZero() && result.LastDue.Before(c.first) {
		return // what landed for it lies before the history
	}

	for ; !c.next.After(result.At); c.next = nextMonth(c.next) {
		c.sample(c.next)
	}
	c.tracker.Observe(result)
	c.alerts = append(c.alerts, c.tracker.Alerts(result.At)...)
}

func (c *chart) sample(at time.Time) {
	report, ok := c.tracker.Report(c.id, at)
	if o, has := report.Objective(c.name); ok && has {
		c.samples = append(c.samples, sample{at, o, report, c.alerts})
	}
	c.alerts = nil
}

const (
	barWidth = 40 // characters
	barWhole = 2  // of one budget
)

// print draws a line a month: the share that was good in the window until then, and how many error
// budgets the rest used.
func (c *chart) print(w io.Writer) {
	if len(c.samples) == 0 {
		return
	}
	o := c.samples[0].report
	fmt.Fprintf(w, "\nThe budget of %v in %v, at the end of each month: up to | it is kept. "+
		"And the burn alerts of the month:\n", o.Budget.Target, o.Window)

	for _, s := range c.samples {
		consumed, ok := s.report.Budget.Consumed()
		if !ok {
			fmt.Fprintf(w, "%s  no data\n", s.at.Format("2006-01"))
			continue
		}
		counts := s.report.Budget.Counts
		share := percent(int(counts.Good), int(counts.Total()))
		fmt.Fprintf(w, "%s  %8s  %s %6.2f× %v%s\n", s.at.AddDate(0, 0, -1).Format("2006-01"),
			share, bar(consumed), consumed, s.report.State, fired(s.alerts))
	}

	fmt.Fprintf(w, "\nThe report of the worst month:\n%s", c.worst().Text())
}

// worst returns the report of the first of the months in which most of the budget was used.
func (c *chart) worst() tracker.Report {
	return slices.MaxFunc(c.samples, func(a, b sample) int {
		x, _ := a.report.Budget.Consumed()
		y, _ := b.report.Budget.Consumed()
		return cmp.Compare(x, y)
	}).whole
}

// bar returns a bar for how much of a budget is consumed.
func bar(consumed float64) string {
	n := min(int(consumed*barWhole+0.5), barWidth)
	cells := strings.Repeat("█", n) + strings.Repeat(" ", barWidth-n)
	whole := []rune(cells)
	return string(whole[:barWhole]) + "|" + string(whole[barWhole:])
}

// fired returns how many alerts began to fire: pages and tickets.
func fired(alerts []sla.Alert) string {
	pages, tickets := 0, 0
	for _, a := range alerts {
		switch {
		case a.Firing && a.Burn.Rule.Page:
			pages++
		case a.Firing:
			tickets++
		}
	}
	if pages+tickets == 0 {
		return ""
	}
	return fmt.Sprintf("  %d pages, %d tickets", pages, tickets)
}

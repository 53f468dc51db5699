package main

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A day is what became of one due instant.
type day struct {
	due    time.Time
	landed time.Time // what settled it; zero while nothing has
	late   time.Duration
	alarms []priority.Assessment // each P1 on the way, in order
}

func (d *day) missed() bool { return d.landed.IsZero() }
func (d *day) onTime() bool { return !d.missed() && d.late == 0 }

// A mock is a clock that shows what it was set to. The Mock of benbjohnson/clock sleeps a
// millisecond at each step for the goroutines that wait on it: four seconds of a replay in which
// none waits.
type mock struct{ now time.Time }

func (m *mock) Now() time.Time  { return m.now }
func (m *mock) Set(t time.Time) { m.now = t }

// A replay goes through the history of one objective, instant by instant, on a mock clock. It
// checks whenever something lands, and whenever the last result can change by itself. Nothing
// polls.
type replay struct {
	promise    sla.SLA
	objective  sla.Objective
	chain      []string // the asset that lands, and what it feeds
	landed     freshness.Landings
	clock      mock
	classifier *priority.Classifier

	heard func(freshness.Result) // is called with each result, if it is set
	chart *chart

	days   []day
	checks int
	before freshness.Result
}

// replayAll replays the history through each objective of the SLA.
func replayAll(promise sla.SLA, landed freshness.Landings) ([]*replay, error) {
	if len(promise.Objectives) == 0 {
		return nil, errors.New("the SLA has no objective: there is nothing to measure")
	}
	var all []*replay
	for _, objective := range promise.Objectives {
		r := &replay{promise: promise, objective: objective, landed: landed}
		r.chain = upstream(objective.Asset)
		catalog, err := sla.NewCatalog([]sla.SLA{promise}, sla.Feeds(r.chain...))
		if err != nil {
			return nil, err
		}
		r.classifier = priority.NewClassifier(catalog)
		r.chart = newChart(catalog, r)
		r.heard = r.chart.hear
		r.run()
		all = append(all, r)
	}
	return all, nil
}

// upstream makes up what feeds an asset, since a history does not hold it: the landings are those
// of the first, and the promise is about the last.
func upstream(asset string) []string {
	name := asset[strings.LastIndex(asset, ".")+1:]
	return []string{"raw." + name, "stg." + name, asset}
}

// run checks from the first landing to the last. What is due after the last is not judged, because
// what landed then is not known.
func (r *replay) run() {
	r.clock.Set(r.landed[0].At)
	for i := 1; ; {
		for i < len(r.landed) && !r.landed[i].At.After(r.clock.Now()) {
			i++
		}

		result := r.check(r.landed[:i])
		next := result.NextCheck
		if i < len(r.landed) && (next.IsZero() || r.landed[i].At.Before(next)) {
			next = r.landed[i].At
		}
		if last := r.landed[len(r.landed)-1].At; next.IsZero() || next.After(last) {
			r.days = slices.DeleteFunc(r.days, func(d day) bool { return d.due.After(last) })
			return
		}
		r.clock.Set(next.Add(time.Second - 1).Truncate(time.Second)) // a service wakes up a little late
	}
}

// check makes one check, and records its result.
func (r *replay) check(landed freshness.Landings) freshness.Result {
	result := r.objective.Freshness.Check(landed, r.clock.Now())
	result.Asset, result.Check = r.chain[0], r.promise.ID+"/"+r.objective.Name
	r.checks++

	r.settle(result)
	r.alarm(result)
	if r.heard != nil {
		r.heard(result)
	}
	r.before = result
	return result
}

// settle records what became of the last due instant that has passed.
func (r *replay) settle(result freshness.Result) {
	if result.LastDue.IsZero() || result.LastDue.Before(r.landed[0].At) {
		return // what landed for it lies before the history
	}
	d := r.day(result.LastDue)
	if result.Status == freshness.Stale || !d.missed() {
		return
	}
	d.late = result.Late
	d.landed = result.LastDue.Add(result.Late)
	if result.Late == 0 {
		d.landed = r.before.Landing.At
	}
}

// alarm records a P1 if the status has changed to one.
func (r *replay) alarm(result freshness.Result) {
	if result.Status == r.before.Status && result.Due.Equal(r.before.Due) {
		return
	}
	verdict := r.classifier.Classify(priority.FromResult(result))
	if verdict.Priority == priority.P1 && verdict.Firing() {
		d := r.day(result.Due)
		d.alarms = append(d.alarms, verdict)
	}
}

// day returns the day of a due instant, and adds it if it is new.
func (r *replay) day(due time.Time) *day {
	for i := len(r.days) - 1; i >= 0 && !r.days[i].due.Before(due); i-- {
		if r.days[i].due.Equal(due) {
			return &r.days[i]
		}
	}
	r.days = append(r.days, day{due: due})
	return &r.days[len(r.days)-1]
}

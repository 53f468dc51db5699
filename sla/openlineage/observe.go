package openlineage

import (
	"cmp"
	"slices"
	"time"
)

const (
	maxCauses = 4_096 // events whose effect on other runs is remembered
	maxCaused = 1_000 // other runs of one such event
)

// findings are the news of an event, before the caller's Lands was called.
type findings struct {
	failures []Failure
	landed   []landed
}

// An observation is one event on its way into the state.
type observation struct {
	*state
	facts
	job   *job
	run   *run          // nil: the event is about a job alone
	visit []*run        // runs whose failures may be others than before
	done  map[*end]bool // what this event has told already
	found findings
}

// observe adds an event and returns its news.
func (s *state) observe(f facts) findings {
	if f.asset == "" {
		s.mention(f.dataset)
		return findings{}
	}
	s.turn++
	f.id = identity(s.seed, f.Event)
	o := &observation{state: s, facts: f, job: s.job(f.asset, f.Job)}
	o.learnType()
	if f.kind.run {
		o.run = s.run(o.job, f.RunID)
		o.look(o.run)
	}

	// Datasets come before what the event says of the run: whether a failure is about this job
	// depends on them.
	o.datasets()
	if o.run != nil {
		o.learnRun()
		o.parent()
		o.assert()
	}
	o.tellAll()
	if o.run != nil {
		o.land()
		s.touch(o.run)
	}

	s.trim(o.run)
	s.release(o.job)
	return o.found
}

// look makes sure that a run is looked at again.
func (o *observation) look(r *run) {
	if r.seen != o.turn {
		r.seen = o.turn
		o.visit = append(o.visit, r)
	}
}

// lookBelow looks at a run and all below it, whose failures may be about it.
func (o *observation) lookBelow(r *run) {
	if r.seen == o.turn && r != o.run {
		return
	}
	o.look(r)
	for child := range r.children {
		if child.seen != o.turn {
			o.lookBelow(child)
		}
	}
}

// learnType takes the jobType facet.
func (o *observation) learnType() {
	if o.jobType && !o.Time.Before(o.job.typedAt) {
		o.job.Type, o.job.Processing = o.Job.Type, o.Job.Processing
		o.job.typedAt = o.Time
	}
}

// datasets takes what the job reads and writes, and its edges.
func (o *observation) datasets() {
	switch {
	case o.job.isTest():
		o.testInputs()
	case len(o.inputs)+len(o.outputs)+len(o.columns) > 0:
		o.feedAll()
	}
}

func (o *observation) feedAll() {
	id, ok := o.asset(o.job.asset)
	o.feedInputs(id, ok)
	o.feedColumns(id, ok)
	o.feedOutputs(id, ok)
	if !o.job.hasData {
		o.gainData()
	}
}

func (o *observation) feedInputs(id uint32, ok bool) {
	for _, in := range o.inputs {
		from, _, fits := o.mention(in)
		o.feedIf(ok && fits, from, id)
	}
}

func (o *observation) feedColumns(id uint32, ok bool) {
	for _, name := range o.columns {
		from, fits := o.asset(name)
		o.feedIf(ok && fits, from, id)
	}
}

func (o *observation) feedOutputs(id uint32, ok bool) {
	for i, out := range o.facts.outputs {
		to, links, fits := o.mention(out)
		o.feedIf(ok && fits, id, to)
		if fits && o.run != nil {
			o.write(to, links, &o.Event.outputs[i].Output)
		}
	}
}

// asset shadows the field of facts, which has the same name.
func (o *observation) asset(name string) (uint32, bool) { return o.state.asset(name) }

// gainData notes that the job has datasets. From now on its failures are its own, those of runs
// below it are about it, and its parents feed it.
func (o *observation) gainData() {
	o.job.hasData = true
	for _, r := range o.job.runs {
		o.lookBelow(r)
		o.feedParent(r)
	}
}

// feedParent adds the edge from the parent's job, which becomes an asset by it.
func (o *observation) feedParent(r *run) {
	if r.parent == nil || !r.job.hasData {
		return
	}
	above := r.parent.job
	known := o.known(above.asset)
	o.feedNames(above.asset, r.job.asset)
	if !known && o.known(above.asset) {
		for _, r := range above.runs {
			o.look(r)
		}
	}
}

// testInputs makes known what a test reads. What it writes is of no interest to anybody else.
func (o *observation) testInputs() {
	for _, in := range o.inputs {
		if id, ok := o.asset(in.asset); ok && o.run != nil {
			o.read(id)
		}
	}
}

// read takes an input of a test run.
func (o *observation) read(id uint32) {
	if !slices.Contains(o.run.inputs, id) && len(o.run.inputs) < maxInputs {
		o.run.inputs = append(o.run.inputs, id)
		o.grow(o.run, 4)
	}
}

// write takes an output of the run and its facets, of each of which the latest counts.
func (o *observation) write(id uint32, links []uint32, out *Output) {
	if i, ok := o.place(o.run, id, out.Dataset); ok {
		w := &o.run.outputs[i]
		w.named = o.turn
		o.link(w, links)
		w.merge(out, o.Time)
	}
}

func (o *observation) link(w *written, links []uint32) {
	for _, link := range links {
		if !slices.Contains(w.links, link) && len(w.links) < maxLinks {
			w.links = append(w.links, link)
			o.grow(o.run, 4)
		}
	}
}

// merge takes the facets of an output that are there. Of two of the same instant the larger counts,
// so that the order of arrival does not.
func (w *written) merge(out *Output, at time.Time) {
	if out.Change != "" && later(at, w.changed, cmp.Compare(out.Change, w.Change)) {
		w.Change, w.changed = short(out.Change), at
	}
	more := cmp.Or(cmp.Compare(out.Rows, w.Rows), cmp.Compare(out.Bytes, w.Bytes))
	if (out.Counted || out.Bytes > 0) && later(at, w.counted, more) {
		w.Rows, w.Counted, w.Bytes, w.counted = out.Rows, out.Counted, out.Bytes, at
	}
	if out.Partition != "" && later(at, w.cut, cmp.Compare(out.Partition, w.Partition)) {
		w.Partition, w.cut = short(out.Partition), at
	}
}

// later reports whether a facet of the instant at counts more than one of the instant than.
func later(at, than time.Time, more int) bool { return at.After(than) || at.Equal(than) && more >= 0 }

// short bounds what one facet can keep.
func short(text string) string { return text[:min(len(text), maxSummary)] }

// learnRun takes what the event says of its run.
func (o *observation) learnRun() {
	o.learnMessage(o.run)
	o.learnNominal(o.run)
	o.learnProgress(o.run)
}

func (o *observation) learnMessage(r *run) {
	if m := o.Event.run.message; m != "" && later(o.Time, r.messageAt, cmp.Compare(m, r.message)) {
		o.grow(r, len(m)-len(r.message))
		r.message, r.messageAt = m, o.Time
	}
}

func (o *observation) learnNominal(r *run) {
	if n := o.Event.run.nominal; !n.IsZero() && later(o.Time, r.nominalAt, n.Compare(r.nominal)) {
		r.nominal, r.nominalAt = n, o.Time
	}
}

func (o *observation) learnProgress(r *run) {
	switch o.Type {
	case Start:
		r.begin(o.Time)
	case Running:
		r.begin(o.Time)
		o.insertBeat(r, o.Time)
	case Complete, Fail, Abort:
		o.finish(r)
	}
}

func (o *observation) finish(r *run) {
	r.over = true
	o.insertEnd(r, o.Time, o.Type)
	if r.failed() {
		r.failAbove()
	}
}

// begin notes that the run is known to run since an instant.
func (r *run) begin(at time.Time) {
	if !r.began || at.Before(r.since) {
		r.since = at
	}
	r.began = true
}

// parent takes the parent facet.
func (o *observation) parent() {
	if o.above == "" {
		return
	}
	p := o.state.run(o.state.job(o.above, o.Event.run.parent.job), o.Event.run.parent.id)
	if o.attach(o.run, p, o.Time) {
		o.lookBelow(o.run)
	}
	// A parent that would make a circle of runs feeds the job nevertheless.
	if o.job.hasData {
		o.feedParent(&run{job: o.job, parent: p})
	}
}

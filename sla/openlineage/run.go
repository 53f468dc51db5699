package openlineage

import (
	"container/list"
	"slices"
	"time"
)

const (
	maxOutputs  = 10_000 // of one run
	maxInstants = 32     // of one run at which something landed or ended; the latest are kept
	maxDepth    = 100    // parents above a run that are looked at

	// What one of each takes, roughly. The names come on top.
	runBytes, outputBytes, endBytes = 400, 200, 150
)

// A job is what is known of a job beyond its edges. A job that is no asset is kept as long as a run
// of it is, or a failure of it that was told has not been resolved.
type job struct {
	Job
	asset   string
	typedAt time.Time // of the jobType facet
	hasData bool      // it has, or ever had, datasets
	runs    map[string]*run

	failed   bool      // a failure of it was told
	failedAt time.Time // the latest
	endedAt  time.Time // the latest COMPLETE that was told
	kept     bool      // it is counted among those that are kept for its failure alone
}

func (j *job) isTest() bool { return j.Type == "TEST" }

func (j *job) streams() bool { return j.Processing == "STREAMING" || j.Processing == "SERVICE" }

// A run is the sum of its events.
type run struct {
	job      *job
	id       string
	parent   *run
	parentAt time.Time // of the parent facet
	children map[*run]struct{}

	began, over bool // an event said that it runs; an event ended it
	since       time.Time
	failedBelow bool // a run below it has failed

	ends     []end       // what ended it, by instant
	beats    []time.Time // instants of RUNNING, oldest first
	outputs  []written
	index    map[uint32]int // of outputs, by asset
	inputs   []uint32       // of a test
	asserted bool           // of a test: it has said what it found

	message   string
	messageAt time.Time
	nominal   time.Time
	nominalAt time.Time

	seen    uint64 // the last turn in which it was looked at
	bytes   int
	element *list.Element // nil: it was forgotten
	list    *list.List
}

// An end is one event that ended a run.
type end struct {
	At   time.Time
	Type string
	Told string // what was told of it, as one text; empty: nothing
	By   uint64 `json:"-"` // the event that made it so
}

// failed reports whether the run has failed.
func (e end) failed() bool { return e.Type != Complete }

// written is an output of a run, with the instant of each of its facets.
type written struct {
	Output
	asset   uint32
	named   uint64 // the last turn in which it was named
	links   []uint32
	changed time.Time
	counted time.Time
	cut     time.Time
}

// failed reports whether an event has said that the run failed.
func (r *run) failed() bool { return slices.ContainsFunc(r.ends, end.failed) }

// job returns the job of an asset, new if it has to be.
func (s *state) job(asset string, as Job) *job {
	j, ok := s.jobs[asset]
	if !ok {
		j = &job{Job: Job{Namespace: as.Namespace, Name: as.Name}, asset: asset, runs: map[string]*run{}}
		s.jobs[asset] = j
	}
	return j
}

// run returns a run of a job, new if it has to be, and marks it as recently observed.
func (s *state) run(j *job, id string) *run {
	r, ok := j.runs[id]
	if !ok {
		r = s.newRun(j, id)
	}
	s.touch(r)
	return r
}

func (s *state) newRun(j *job, id string) *run {
	r := &run{job: j, id: id}
	j.runs[id] = r
	s.grow(r, runBytes+len(id))
	return r
}

// place returns where the output of an asset stands among the outputs of the run, new if it has to
// be; ok is false if the run has too many.
func (s *state) place(r *run, id uint32, d Dataset) (i int, ok bool) {
	if i, ok := r.index[id]; ok {
		return i, true
	}
	if len(r.outputs) >= maxOutputs {
		s.lost.outputs++
		return 0, false
	}
	if r.index == nil {
		r.index = map[uint32]int{}
	}
	r.index[id] = len(r.outputs)
	r.outputs = append(r.outputs, written{Output: Output{Dataset: d}, asset: id})
	s.grow(r, outputBytes+len(d.Namespace)+len(d.Name))
	return r.index[id], true
}

// grow counts what a run keeps.
func (s *state) grow(r *run, n int) {
	r.bytes += n
	s.bytes += n
}

// touch moves a run to the end of the list where it belongs.
func (s *state) touch(r *run) {
	want := s.ended
	if r.began && !r.over {
		want = s.open
	}
	if r.element != nil && r.list == want {
		want.MoveToBack(r.element)
		return
	}
	if r.element != nil {
		r.list.Remove(r.element)
	}
	r.element, r.list = want.PushBack(r), want
}

// trim forgets the runs that were observed least recently, until all bounds hold. Ended runs go
// before open ones. The run that is being observed stays.
func (s *state) trim(but *run) {
	for s.ended.Len() > maxEndedRuns && s.forgetFirst(s.ended, but) {
	}
	for s.open.Len() > maxOpenRuns && s.forgetFirst(s.open, but) {
		s.lost.runs++
	}
	for s.bytes > maxRunBytes && s.forgetFirst(s.ended, but) {
	}
	for s.bytes > maxRunBytes && s.forgetFirst(s.open, but) {
		s.lost.runs++
	}
}

func (s *state) forgetFirst(from *list.List, but *run) bool {
	first := from.Front()
	if first != nil && first.Value.(*run) == but {
		first = first.Next()
	}
	if first == nil {
		return false
	}
	s.forget(first.Value.(*run))
	return true
}

func (s *state) forget(r *run) {
	r.list.Remove(r.element)
	r.element = nil
	s.bytes -= r.bytes
	r.isolate()
	delete(r.job.runs, r.id)
	s.release(r.job)
}

// isolate leaves a run without a parent above and children below.
func (r *run) isolate() {
	for child := range r.children {
		child.parent = nil
	}
	r.leaveParent()
}

func (r *run) leaveParent() {
	if r.parent != nil {
		delete(r.parent.children, r)
	}
}

// release forgets a job about which nothing is left to know.
func (s *state) release(j *job) {
	if len(j.runs) > 0 || s.known(j.asset) {
		return
	}
	if j.failed && j.endedAt.Before(j.failedAt) && (j.kept || s.kept < s.max) {
		s.keep(j, true) // its next COMPLETE has to resolve what was told
		return
	}
	s.keep(j, false)
	delete(s.jobs, j.asset)
}

// keep counts a job that is kept without an asset or a run.
func (s *state) keep(j *job, kept bool) {
	switch {
	case kept && !j.kept:
		s.kept++
	case !kept && j.kept:
		s.kept--
	}
	j.kept = kept
}

// attach makes p the parent of r, unless that would make a circle or a later event said otherwise.
func (s *state) attach(r, p *run, at time.Time) (changed bool) {
	if p == r.parent || r.parent != nil && at.Before(r.parentAt) || p.under(r) {
		return false
	}
	r.moveUnder(p, at)
	return true
}

// under reports whether a run is top or below it. One that is too deep to tell counts as below.
func (r *run) under(top *run) bool {
	for up, depth := r, 1; up != nil; up, depth = up.parent, depth+1 {
		if up == top || depth > maxDepth {
			return true
		}
	}
	return false
}

func (r *run) moveUnder(p *run, at time.Time) {
	r.leaveParent()
	r.parent, r.parentAt = p, at
	p.addChild(r)
	if r.failedBelow || r.failed() {
		r.failAbove()
	}
}

func (r *run) addChild(child *run) {
	if r.children == nil {
		r.children = map[*run]struct{}{}
	}
	r.children[child] = struct{}{}
}

// failAbove tells all runs above that one below them has failed.
func (r *run) failAbove() {
	for up, depth := r.parent, 0; up != nil && depth < maxDepth; up, depth = up.parent, depth+1 {
		up.failedBelow = true
	}
}

// insertEnd adds what ended a run, in order of time. An event that comes again adds nothing.
func (s *state) insertEnd(r *run, at time.Time, kind string) {
	if !slices.ContainsFunc(r.ends, func(e end) bool { return e.At.Equal(at) && e.Type == kind }) {
		r.ends = slices.Insert(r.ends, r.endsUntil(at), end{At: at, Type: kind})
		s.boundEnds(r)
	}
}

// endsUntil returns how many ends are not after an instant.
func (r *run) endsUntil(at time.Time) int {
	n := len(r.ends)
	for n > 0 && r.ends[n-1].At.After(at) {
		n--
	}
	return n
}

// boundEnds counts the end that was just added, unless it takes the place of the earliest.
func (s *state) boundEnds(r *run) {
	if len(r.ends) > maxInstants {
		r.ends = slices.Delete(r.ends, 0, 1)
		return
	}
	s.grow(r, endBytes)
}

// insertBeat adds an instant of RUNNING.
func (s *state) insertBeat(r *run, at time.Time) {
	if i, found := slices.BinarySearchFunc(r.beats, at, time.Time.Compare); !found {
		r.beats = latest(slices.Insert(r.beats, i, at))
	}
}

// latest drops the earliest of too many instants.
func latest(list []time.Time) []time.Time {
	if len(list) > maxInstants {
		return slices.Delete(list, 0, 1)
	}
	return list
}

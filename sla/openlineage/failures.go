package openlineage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	unknown   = "unknown"
	maxInputs = 1_000 // of one test
	maxLinks  = 100   // other names of one output
)

// assert adds what the event's tests found out, each about the dataset that was tested.
func (o *observation) assert() {
	for i, in := range o.Event.inputs {
		for _, a := range in.assertions {
			o.run.asserted = true
			o.found.failures = append(o.found.failures, a.failure(o.inputs[i].asset, o.Time))
		}
	}
}

func (a assertion) failure(asset string, at time.Time) Failure {
	return Failure{
		Asset: asset, At: at, Resolved: a.success,
		Severity: severity(a.severity), Dimensions: a.dimensions(),
	}
}

func (a assertion) dimensions() map[string]string {
	d := map[string]string{"assertion": a.name}
	if a.column != "" {
		d["column"] = a.column
	}
	return d
}

// severity returns the word of package priority for that of an assertion.
func severity(word string) string {
	switch strings.ToLower(word) {
	case "warn", "warning":
		return "warning"
	case "error":
		return "error"
	}
	return unknown
}

// tellAll adds the failures of every run that the event says something new about.
func (o *observation) tellAll() {
	for _, r := range o.caused[o.id] {
		if r.element != nil {
			o.look(r)
		}
	}
	first := len(o.found.failures)
	for i := 0; i < len(o.visit); i++ { // telling may make further runs worth a look
		o.tell(o.visit[i])
	}
	slices.SortStableFunc(o.found.failures[first:], func(a, b Failure) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Asset, b.Asset), strings.Compare(a.Summary, b.Summary))
	})
}

// tell adds the failures of one run that are new, or that this event made known before.
func (o *observation) tell(r *run) {
	for i := range r.ends {
		e := &r.ends[i]
		want := o.meaning(r, *e)
		if len(want) == 0 || o.done[e] {
			continue
		}

		own := r == o.run && e.Type == o.Type && e.At.Equal(o.Time)
		text := told(want)
		// An event that comes again is told what it was told before, so that a lost answer loses
		// nothing.
		if text == e.Told && !own && e.By != o.id {
			continue
		}
		if text != e.Told {
			o.grow(r, len(text)-len(e.Told))
			e.Told, e.By = text, o.id
			o.cause(r)
		}
		if o.done == nil {
			o.done = map[*end]bool{}
		}
		o.done[e] = true
		o.found.failures = append(o.found.failures, want...)
		o.note(want[0])
	}
}

// told returns a text by which two meanings of one end are compared.
func told(list []Failure) string {
	return list[0].Asset + "\x00" + list[0].Summary + "\x00" + strconv.Itoa(len(list))
}

// cause remembers that the event made known what a run means.
func (o *observation) cause(r *run) {
	if r == o.run || len(o.caused[o.id]) >= maxCaused || slices.Contains(o.caused[o.id], r) {
		return
	}
	if _, ok := o.caused[o.id]; !ok {
		o.causes = append(o.causes, o.id)
		if len(o.causes) > maxCauses {
			delete(o.caused, o.causes[0])
			o.causes = slices.Delete(o.causes, 0, 1)
		}
	}
	o.caused[o.id] = append(o.caused[o.id], r)
}

// note remembers in its job what was told. The first failure of a job that is no asset makes each
// COMPLETE of it worth telling, for that resolves it.
func (o *observation) note(f Failure) {
	j := o.jobs[f.Asset]
	switch {
	case j == nil || f.Dimensions != nil:
	case f.Resolved:
		if f.At.After(j.endedAt) {
			j.endedAt = f.At
		}
	default:
		if f.At.After(j.failedAt) {
			j.failedAt = f.At
		}
		if !j.failed {
			j.failed = true
			o.again(j)
		}
	}
}

// again looks at the runs of a job once more.
func (o *observation) again(j *job) {
	for _, r := range j.runs {
		if slices.ContainsFunc(r.ends, func(e end) bool { return !e.failed() }) {
			o.visit = append(o.visit, r)
		}
	}
}

// meaning returns what one end of a run means for assets. It may mean nothing: statements and
// invocations of dbt have no datasets.
func (s *state) meaning(r *run, e end) []Failure {
	f := Failure{Asset: r.job.asset, At: e.At, Resolved: !e.failed(), Severity: unknown}
	if e.failed() {
		f.Summary = r.message
		if f.Summary == "" && e.Type == Abort {
			f.Summary = "was aborted"
		}
	}

	switch {
	case r.job.isTest():
		return s.tested(r, f)
	case e.failed():
		f.Asset = s.blamed(r)
		if f.Asset == "" {
			return nil
		}
	case !s.resolvable(r.job):
		return nil
	}
	return []Failure{f}
}

// resolvable reports whether a failure of the job may have been told. Once the jobs that have
// failed are more than fit, any job's may.
func (s *state) resolvable(j *job) bool {
	return j.failed || j.hasData || s.known(j.asset) || s.kept >= s.max
}

// tested returns a failure of each dataset that a test reads, for a test that has not asserted
// anything in particular.
func (s *state) tested(r *run, f Failure) (list []Failure) {
	if r.asserted {
		return nil
	}
	for _, id := range r.inputs {
		f.Asset, f.Dimensions = s.names[id], map[string]string{"test": r.job.Name}
		list = append(list, f)
	}
	return list
}

// blamed returns the asset that a failed run is about: its own job if that has datasets, else the
// nearest above that has, else the topmost. It is empty if a run below has failed, which has told
// of the same condition, or if it is a part of a test, which tells of it itself.
func (s *state) blamed(r *run) string {
	if r.job.hasData {
		return r.job.asset
	}
	if r.failedBelow {
		return ""
	}
	top := r
	for up, depth := r.parent, 0; up != nil && depth < maxDepth; up, depth = up.parent, depth+1 {
		switch {
		case up.job.isTest():
			return ""
		case up.job.hasData:
			return up.job.asset
		}
		top = up
	}
	return top.job.asset
}

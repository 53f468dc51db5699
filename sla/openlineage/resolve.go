package openlineage

import (
	"fmt"
	"hash/maphash"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// facts are an event whose names are those of assets, and which has no fault.
type facts struct {
	*Event
	id      uint64 // the same for an event that comes again; set by observe
	asset   string // of the job
	above   string // the asset of the parent run's job; empty: none
	inputs  []mention
	outputs []mention
	columns []string
	dataset mention
}

// A mention is an asset that an event names, with its other names.
type mention struct {
	asset string
	links []string
}

// A resolver turns an event's names into assets and gathers the faults.
type resolver struct {
	fault.List
	lineage *Lineage
}

// resolve returns the facts of an event, or all its faults. It holds no lock, because it calls
// functions of the caller.
func (l *Lineage) resolve(e *Event, received time.Time) (f facts, err error) {
	r := resolver{lineage: l}
	r.timing(e, received)
	if e.broken != "" {
		r.Add(e.broken, "is of the wrong kind")
	}
	f = facts{Event: e}
	err = fault.Contain("Name or JobName", func() error {
		r.names(e, &f)
		return nil
	})
	if err != nil {
		return facts{}, fmt.Errorf("openlineage: %w", err)
	}
	return f, r.Err()
}

// timing refuses an event of the future: one wrong clock would make its assets unknown for years.
func (r *resolver) timing(e *Event, received time.Time) {
	switch {
	case e.timing != "":
		r.Add("eventTime", "%s", e.timing)
	case e.Time.IsZero():
		r.Add("eventTime", "is missing")
	case e.Time.After(received.Add(maxAhead)):
		r.Add("eventTime", "%s is later than it arrived", plain.Second(e.Time))
	}
}

func (r *resolver) names(e *Event, f *facts) {
	if !e.kind.job && !e.kind.run && e.kind.dataset {
		f.dataset = r.mention("dataset", e.dataset.Dataset, e.dataset.links)
		return
	}
	if e.kind.run {
		r.Required("run.runId", e.RunID)
	}
	f.asset = r.job("job", e.Job)
	if p := e.run.parent; p.id != "" && fault.NameProblem(p.id) == "" {
		f.above = r.optional(func(o *resolver) string { return o.job("", p.job) })
	}

	f.inputs = make([]mention, 0, len(e.inputs))
	for i, in := range e.inputs {
		f.inputs = append(f.inputs, r.mention(fault.Element("inputs", i), in.Dataset, in.links))
	}
	f.outputs = make([]mention, 0, len(e.outputs))
	for i, out := range e.outputs {
		f.outputs = append(f.outputs, r.mention(fault.Element("outputs", i), out.Dataset, out.links))
	}
	f.columns = r.links(e.columns)
}

// required refuses a namespace or a name that is missing, and names that package sla refuses. It
// returns the asset that name returns for a good pair.
func (r *resolver) required(path, namespace, own string, name func() string) string {
	before := r.Len()
	r.Required(fault.Join(path, "namespace"), namespace)
	r.Required(fault.Join(path, "name"), own)
	if r.Len() > before {
		return ""
	}
	asset := name()
	r.Required(path, asset)
	return asset
}

func (r *resolver) job(path string, j Job) string {
	return r.required(path, j.Namespace, j.Name, func() string {
		if r.lineage.JobName != nil {
			return r.lineage.JobName(j)
		}
		return "job:" + j.Namespace + "/" + j.Name
	})
}

func (r *resolver) dataset(path string, d Dataset) string {
	return r.required(path, d.Namespace, d.Name, func() string {
		if r.lineage.Name != nil {
			return r.lineage.Name(d)
		}
		return d.Namespace + "/" + d.Name
	})
}

func (r *resolver) mention(path string, d Dataset, links []Dataset) mention {
	return mention{r.dataset(path, d), r.links(links)}
}

// links returns the assets of datasets that facets name. What is refused is left out: a facet that
// cannot be used is skipped.
func (r *resolver) links(list []Dataset) (assets []string) {
	for _, d := range list {
		if asset := r.optional(func(o *resolver) string { return o.dataset("", d) }); asset != "" {
			assets = append(assets, asset)
		}
	}
	return assets
}

// optional returns the asset that name returns, or nothing if that has faults.
func (r *resolver) optional(name func(*resolver) string) string {
	o := resolver{lineage: r.lineage}
	asset := name(&o)
	if o.Len() > 0 {
		return ""
	}
	return asset
}

// identity returns a number that is the same for an event that comes again. Two events that share
// one by chance cost a failure that is told twice, and no more.
func identity(seed maphash.Seed, e *Event) uint64 {
	return maphash.Comparable(seed, eventKey{e.Type, e.RunID, e.Job.Namespace, e.Job.Name, e.Time.UnixNano()})
}

type eventKey struct {
	kind, run, namespace, job string
	at                        int64
}

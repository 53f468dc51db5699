package openlineage

import (
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// landed is an output of a run at an instant at which it may have landed.
type landed struct {
	job     Job
	out     Output
	assets  []string // the output and its other names
	at      time.Time
	nominal time.Time
}

// land adds the outputs of the run that the event says something about: those it names, and at its
// own instant, or with a facet that concerns them all, every one.
func (o *observation) land() {
	instants := o.instants()
	all := o.jobType || !o.Event.run.nominal.IsZero()
	for i := range o.run.outputs {
		w := &o.run.outputs[i]
		for _, at := range instants {
			if all || w.named == o.turn || at.Equal(o.Time) {
				o.found.landed = append(o.found.landed, landed{o.job.Job, w.Output, o.namesOf(w), at, o.run.nominal})
			}
		}
	}
}

// instants returns when the outputs landed, in order. A streaming job never completes: each RUNNING
// states that it still writes.
func (o *observation) instants() (list []time.Time) {
	for _, e := range o.run.ends {
		if !e.failed() {
			list = append(list, e.At)
		}
	}
	if o.job.streams() {
		list = append(list, o.run.beats...)
		slices.SortFunc(list, time.Time.Compare)
		list = slices.CompactFunc(list, time.Time.Equal)
	}
	return list
}

func (s *state) namesOf(w *written) []string {
	names := []string{s.names[w.asset]}
	for _, link := range w.links {
		names = append(names, s.names[link])
	}
	return names
}

// landings returns the landings of those outputs that land. It holds no lock.
func (l *Lineage) landings(list []landed) (out []Landing) {
	for i := range list {
		at := &list[i]
		if !l.lands(at.job, at.out) {
			continue
		}
		landing := freshness.Landing{
			At: at.at, Metadata: true,
			Rows: at.out.Rows, Counted: at.out.Counted && at.out.Rows == 0, Bytes: at.out.Bytes,
			Partition: l.partition(at),
		}
		for _, asset := range at.assets {
			out = append(out, Landing{asset, landing})
		}
	}
	return out
}

func (l *Lineage) lands(j Job, out Output) bool {
	if l.Lands != nil {
		return l.Lands(j, out)
	}
	return !slices.Contains([]string{"DROP", "TRUNCATE", "RENAME", "ALTER"}, out.Change)
}

// partition returns the partition that the output names, or else that of the nominal start.
func (l *Lineage) partition(at *landed) string {
	switch {
	case at.out.Partition != "":
		return at.out.Partition
	case l.Partition == "" || at.nominal.IsZero():
		return ""
	case l.Location != nil:
		return at.nominal.In(l.Location).Format(l.Partition)
	}
	return at.nominal.Format(l.Partition)
}

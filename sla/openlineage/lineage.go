package openlineage

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// defaultAssets is how many assets a Lineage keeps unless it sets another bound.
const defaultAssets = 100_000

const (
	edgesPerAsset = 10       // edges are bounded by this many times the assets
	maxOpenRuns   = 10_000   // runs that have begun and not ended
	maxEndedRuns  = 10_000   // runs that have ended, for events that come late or again
	maxRunBytes   = 64 << 20 // what all runs together may keep, estimated
	maxAhead      = time.Minute
)

// A Lineage is what OpenLineage events have stated so far: which assets feed which, which runs are
// open, and what the events of a run add up to. Its fields are set before the first event and do
// not change afterwards. The zero Lineage is empty and ready to use.
//
// [Lineage.Observe] takes an event and returns its news. [Lineage.Edges] goes into [sla.NewCatalog]
// whenever [Lineage.Version] has changed. [Lineage.Running] lists open runs. [Lineage.Snapshot] and
// [Lineage.Restore] carry all of it over a restart.
//
// A Lineage is safe for concurrent use by multiple goroutines. No lock is held while a function of
// the caller runs.
type Lineage struct {
	// Name returns the asset of a dataset. Two datasets may be one asset.
	// Nil: the namespace, a slash and the name.
	Name func(Dataset) string

	// JobName returns the asset of a job. Nil: "job:", the namespace, a slash and the name.
	JobName func(Job) string

	// Lands reports whether an output of a run that completed is a landing.
	// Nil: it is, unless it was dropped, truncated, renamed or altered.
	Lands func(Job, Output) bool

	// Partition is the layout by which a run's nominal start becomes the partition of its landings,
	// as in freshness.Deadline: "2006-01-02". A partition that the event itself names goes first.
	// Empty: none.
	Partition string

	// Location is where that layout is applied. Nil: UTC.
	Location *time.Location

	// MaxAssets bounds datasets and jobs together, and the edges at ten times as many.
	// Zero or less: 100,000.
	MaxAssets int

	mu    sync.Mutex // guards state
	state *state     // nil until it is needed
}

// News is what one event means. Events that repeat return the same news again, so that a caller
// that could not keep it may ask the sender to send it again.
type News struct {
	Landings []Landing // what landed; nil: nothing
	Failures []Failure // the conditions that began or ended; nil: none
}

// A Landing is the arrival of data in an asset. It is evidence of metadata: the word of a job.
type Landing struct {
	Asset string // what landed
	freshness.Landing
}

// A Failure is a condition of an asset that began or ended. Conditions with the same asset and the
// same dimensions are one condition, and the one with the latest instant counts.
type Failure struct {
	// Asset is the job, or the dataset that was tested.
	Asset string

	// Summary is the first line of the error message, at most 240 bytes. Empty: none was given.
	Summary string

	// At is the instant of the event, in UTC.
	At time.Time

	// Resolved reports that the condition has ended.
	Resolved bool

	// Severity is "unknown", "warning" or "error", as package priority reads it.
	Severity string

	// Dimensions distinguish the conditions of one asset: "assertion" and "column", or "test".
	// Nil: the condition is that of a job.
	Dimensions map[string]string
}

// A Run is one execution of a job that has begun and not ended.
type Run struct {
	Job   string    // the asset of the job
	ID    string    // as its emitter names it
	Since time.Time // the earliest instant at which it is known to run, in UTC
}

// Observe adds an event that arrived at the instant received, and returns what it means. Events may
// come in any order and any number of times.
//
// The error joins the faults of the event, each a [*sla.FieldError] with its path: no usable time,
// a time of more than a minute after received, no name or namespace of the job or a dataset, no
// run ID, or a name that package sla refuses. A function of the caller that panics is an error as
// well. An event that is refused changes nothing, unless Lands has panicked: then the event is
// known, and observing it again returns its news.
func (l *Lineage) Observe(e Event, received time.Time) (News, error) {
	facts, err := l.resolve(&e, received)
	if err != nil {
		return News{}, err
	}

	l.mu.Lock()
	found := l.ready().observe(facts)
	l.mu.Unlock()

	news := News{Failures: found.failures}
	err = fault.Contain("Lands", func() error {
		news.Landings = l.landings(found.landed)
		return nil
	})
	if err != nil {
		return News{}, fmt.Errorf("openlineage: %w", err)
	}
	return news, nil
}

// ready returns the state, which the first call makes. The lock must be held.
func (l *Lineage) ready() *state {
	if l.state == nil {
		l.state = newState(l.maxAssets())
	}
	return l.state
}

func (l *Lineage) maxAssets() int {
	if l.MaxAssets <= 0 {
		return defaultAssets
	}
	return l.MaxAssets
}

// Edges returns which asset feeds which, sorted, each pair once. An asset without edges stands in
// it with an empty To, so that the catalog knows it.
func (l *Lineage) Edges() sla.Edges {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready().sortedEdges()
}

// Version returns a number that changes exactly when the result of [Lineage.Edges] does. It begins
// anew after a restart.
func (l *Lineage) Version() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready().version
}

// Running returns the runs that are open, oldest first.
func (l *Lineage) Running() []Run {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready().running()
}

// Err returns what did not fit since the Lineage was made, counted, or nil. Assets and edges that
// are known go on as before.
func (l *Lineage) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.ready()
	return errors.Join(
		lost(s.lost.assets, "mention", "of an asset beyond %s, which were refused", s.max),
		lost(s.lost.edges, "mention", "of an edge beyond %s, which were refused", s.max*edgesPerAsset),
		lost(s.lost.runs, "open run", "forgotten for newer ones, %s are kept", maxOpenRuns),
		lost(s.lost.outputs, "mention", "of an output beyond %s of one run, which do not land", maxOutputs),
	)
}

// lost returns the error of n things that did not fit, and nil if there are none.
func lost(n int64, noun, why string, most int) error {
	if n == 0 {
		return nil
	}
	return fmt.Errorf("openlineage: %s "+why, plain.Count(n, noun), plain.Thousands(int64(most)))
}

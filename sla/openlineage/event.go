package openlineage

import "time"

// The types of an event. Any other text is metadata of the run, as [Other] is.
const (
	Start    = "START"    // the run begins
	Running  = "RUNNING"  // the run goes on
	Complete = "COMPLETE" // the run ended, and its outputs landed
	Abort    = "ABORT"    // the run was stopped
	Fail     = "FAIL"     // the run failed
	Other    = "OTHER"    // more is known about the run
)

// A Dataset is a table, file or topic, as its emitter names it.
type Dataset struct {
	Namespace string // such as "postgres://db:5432"
	Name      string // such as "mart.public.orders"
}

// A Job is what runs, as its emitter names it.
type Job struct {
	Namespace string // such as "airflow"
	Name      string // such as "orders.load"

	// Type is the jobType facet's type, such as "TASK", "MODEL" or "TEST". Empty: unknown.
	Type string

	// Processing is the jobType facet's processing type: "BATCH", "STREAMING" or "SERVICE".
	// Empty: unknown, and treated as BATCH.
	Processing string
}

// An Output is a dataset that a run writes, and what the facets of all events of that run state
// about it.
type Output struct {
	Dataset

	// Change is the lifecycleStateChange facet, such as "CREATE" or "DROP". Empty: none.
	Change string

	// Rows is the number of rows written. It is a count if Counted is set.
	Rows    int64
	Counted bool

	// Bytes is the size of what was written. Zero: unknown, or empty.
	Bytes int64

	// Partition is the one partition that was written. Empty: unknown, several or all.
	Partition string
}

// An Event is one OpenLineage event as [Decode] reads it. The zero Event is refused by
// [Lineage.Observe]. An Event never changes, so that goroutines may share it.
type Event struct {
	// Type is one of the constants, in upper case. An event without a type is of type Other.
	Type string

	// Time is the event's own instant, in UTC. Zero: it has none that can be used.
	Time time.Time

	// RunID is the ID of the run. Empty: the event is about a job or a dataset alone.
	RunID string

	// Job is the job of the run. Empty: the event is about a dataset alone.
	Job Job

	// The rest is for Observe alone.
	kind    kind
	run     runFacets
	jobType bool // the jobType facet is there
	inputs  []input
	outputs []output
	columns []Dataset // inputs that only columnLineage names
	dataset output    // of an event about a dataset
	timing  string    // why Time cannot be used
	broken  string    // the path of a value that is neither the object nor the list that it must be
}

// A kind is what an event is about, by the objects it holds.
type kind struct{ run, job, dataset bool }

// runFacets are the facets of a run that are read.
type runFacets struct {
	parent  parent
	nominal time.Time // zero: none
	message string    // the first line of errorMessage
}

// A parent is the run that started this one. It is absent if the ID is empty.
type parent struct {
	id  string
	job Job
}

// An input is a dataset that a run reads.
type input struct {
	Dataset
	links      []Dataset
	assertions []assertion
}

// An output is a dataset that a run writes, as one event states it.
type output struct {
	Output
	links []Dataset
}

// An assertion is what a test found out about a dataset.
type assertion struct {
	name, column, severity string
	success, told          bool // told: success is there
}

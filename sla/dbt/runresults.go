package dbt

import (
	"io"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// RunResults is what a run_results.json says: how each model, test and seed of
// one run of dbt ended.
//
// A RunResults is safe for concurrent use by multiple goroutines, as long as
// nobody changes it.
type RunResults struct {
	Metadata

	// Outcomes are in the order of the file. None: nothing was run.
	Outcomes []Outcome

	// Command is what was run: "run", "build", "test", "seed" and so on.
	Command string

	// Elapsed is how long it took, saturated at 292 years.
	Elapsed time.Duration

	// Warnings say what could not be understood, each as a *FileError. At most
	// 1000 are kept.
	Warnings []error
}

// An Outcome is how one model, test, seed or snapshot ended.
type Outcome struct {
	// ID is dbt's unique ID, such as "model.shop.orders". See
	// Manifest.AssetsOf for the assets that a test is about.
	ID string

	// Type is the part of the ID before the first dot: "model", "test", "seed",
	// "snapshot", "operation" and so on.
	Type string

	// Status is dbt's own verdict.
	Status Status

	// Message is what dbt or the warehouse said, over several lines at times.
	Message string

	// Failures is the number of rows that a test found. Counted says that dbt
	// wrote a number, even if it is zero.
	Failures int64
	Counted  bool

	// Relation is the table's name in the warehouse, quoted. Only newer files
	// have it.
	Relation string

	// Started and Finished are when it was executed, in UTC. Zero: it was not.
	Started, Finished time.Time

	// Took is how long all of it lasted, saturated at 292 years.
	Took time.Duration
}

// ReadRunResults reads a run_results.json of schema version 1 to 6, written by
// dbt Core or by the newer engine. It reads r to its end.
//
// The error, if any, is a [*FileError]. A single value that cannot be
// understood is left out, and among the warnings.
func ReadRunResults(r io.Reader) (*RunResults, error) {
	s := newScanner(r, kindRunResults)
	var file RunResults
	err := s.file(&file.Metadata, func(key []byte) error {
		switch string(key) {
		case "results":
			return s.list(func(int) error {
				one, err := s.outcome()
				file.Outcomes = append(file.Outcomes, one)
				return err
			})
		case "elapsed_time":
			return s.seconds(&file.Elapsed)
		case "args":
			return s.args(&file.Command)
		}
		return s.skip()
	})
	if err != nil {
		return nil, err
	}
	file.Warnings = s.found
	return &file, nil
}

func (s *scanner) args(command *string) error {
	return s.record(func(key []byte) error {
		if string(key) == "which" {
			return s.text(command)
		}
		return s.skip()
	})
}

func (s *scanner) outcome() (one Outcome, err error) {
	var status string
	var failures float64
	err = s.record(func(key []byte) error {
		switch string(key) {
		case "unique_id":
			return s.text(&one.ID)
		case "status":
			return s.text(&status)
		case "message":
			return s.text(&one.Message)
		case "relation_name":
			return s.text(&one.Relation)
		case "execution_time":
			return s.seconds(&one.Took)
		case "timing":
			return s.list(func(int) error { return s.timing(&one) })
		case "failures":
			one.Counted, err = s.number(&failures)
			return err
		}
		return s.skip()
	})
	if one.ID == "" {
		s.missing("unique_id")
	}
	one.Type, _, _ = strings.Cut(one.ID, ".")
	one.Status = parseStatus(status)
	one.Failures = int64(max(min(failures, 1<<53), -1<<53))
	return one, err
}

// timing reads when one of the phases, "compile" and "execute", took place.
func (s *scanner) timing(to *Outcome) error {
	var name string
	var from, until time.Time
	err := s.record(func(key []byte) error {
		switch string(key) {
		case "name":
			return s.text(&name)
		case "started_at":
			return s.instant(&from)
		case "completed_at":
			return s.instant(&until)
		}
		return s.skip()
	})
	if name == "execute" {
		to.Started, to.Finished = from, until
	}
	return err
}

// Landed returns the landing that the outcome is evidence of: a model, seed or
// snapshot that was built landed when its execution finished. Nothing landed
// when it failed, was skipped or reused, or when a batch of it failed.
//
// It is the word of the job and not of the rows, which Landing.Metadata says;
// and a view that was built holds no new data (see [Node.Materialized]).
func (o Outcome) Landed() (freshness.Landing, bool) {
	built := o.Type == "model" || o.Type == "seed" || o.Type == "snapshot"
	if !built || o.Status != Success || o.Finished.IsZero() {
		return freshness.Landing{}, false
	}
	return freshness.Landing{At: o.Finished, Metadata: true}, true
}

// Summary returns the first line of the message with its ID and status, as in
// "model.shop.orders: error: Database Error in model orders".
func (o Outcome) Summary() string {
	text := o.ID + ": " + string(o.Status)
	if line, _, _ := strings.Cut(strings.TrimSpace(o.Message), "\n"); line != "" {
		text += ": " + strings.TrimSpace(line)
	}
	return text
}

// Failed returns the outcomes whose status is a failure, in the order of the
// file. What was skipped is not among them.
func (r *RunResults) Failed() []Outcome {
	var failed []Outcome
	for _, o := range r.Outcomes {
		if o.Status.Failed() {
			failed = append(failed, o)
		}
	}
	return failed
}

// Landings returns what landed of one asset in this run; nil when nothing did.
func (r *RunResults) Landings(id string) freshness.Landings {
	var landed freshness.Landings
	for _, o := range r.Outcomes {
		if o.ID != id {
			continue
		}
		if one, ok := o.Landed(); ok {
			landed = landed.Add(one)
		}
	}
	return landed
}

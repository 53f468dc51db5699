package dbt

import (
	"io"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/sla"
)

// RunResults is what a run_results.json holds: how each model, test and seed of one run of dbt
// ended.
//
// A RunResults is safe for concurrent use by multiple goroutines, as long as none of them changes
// it.
type RunResults struct {
	Metadata

	// Results are in the order of the file. None: nothing was run.
	Results []RunResult

	// Command is what was run: "run", "build", "test", "seed", "compile", "generate" for docs
	// generate, and so on. Empty: the file does not say, which is a warning.
	Command string

	// Empty is set if it was run with --empty: everything was built without its rows.
	Empty bool

	// Elapsed is how long it took, saturated at 292 years.
	Elapsed time.Duration

	// Warnings are the values that could not be understood. Of more than a hundred, the last one
	// counts the rest.
	Warnings []*sla.FieldError
}

// A RunResult is how one model, test, seed or snapshot ended.
type RunResult struct {
	// ID is dbt's unique ID, such as "model.shop.orders". See
	// Manifest.AssetsOf for the assets that a test is about.
	ID string

	// Type is the part of the ID before the first dot: "model", "test", "seed",
	// "snapshot", "operation" and so on.
	Type string

	// Status is dbt's own verdict.
	Status Status

	// Command is that of the file: a success of "run" was built, and one of "compile" was not.
	// Empty is set if the file has it set: it was built without its rows.
	Command string
	Empty   bool

	// Message is that of dbt or of the warehouse, over several lines at times.
	Message string

	// Failures is the number of rows that a test found.
	// Counted is set if dbt wrote a number, even if it is zero.
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

// ReadRunResults reads a run_results.json of schema version 1 to 6, written by dbt Core or by the
// newer engine. It reads src to its end.
//
// The error, if any, is a [*sla.FieldError]. A single value that cannot be understood is left out,
// and among the warnings.
func ReadRunResults(src io.Reader) (*RunResults, error) {
	r := newReader(src, kindRunResults)
	var file RunResults
	err := r.file(&file.Metadata, func(key []byte) error {
		switch string(key) {
		case "results":
			return r.list(func(int) error {
				one, err := r.runResult()
				file.Results = append(file.Results, one)
				return err
			})
		case "elapsed_time":
			return r.seconds(&file.Elapsed)
		case "args":
			return r.args(&file)
		}
		return r.Skip()
	})

	if err != nil {
		return nil, err
	}
	if file.Command == "" {
		r.note(r.Fault(fault.Kind(ErrMalformed,
			"unusable value: args.which is missing, so nothing of it counts as landed")))
	}
	for i := range file.Results { // the command stands behind them in most files
		file.Results[i].Command, file.Results[i].Empty = file.Command, file.Empty
	}
	file.Warnings = r.faults.All()
	return &file, nil
}

func (r *reader) runResult() (one RunResult, err error) {
	var status string
	var failures float64
	err = r.record(func(key []byte) error {
		switch string(key) {
		case "unique_id":
			return r.text(&one.ID)
		case "status":
			return r.text(&status)
		case "message":
			return r.text(&one.Message)
		case "relation_name":
			return r.text(&one.Relation)
		case "execution_time":
			return r.seconds(&one.Took)
		case "timing":
			return r.list(func(int) error { return r.timing(&one) })
		case "failures":
			one.Counted, err = r.number(&failures)
			return err
		}
		return r.Skip()
	})

	if one.ID == "" {
		r.missing("unique_id")
	}
	one.Type, _, _ = strings.Cut(one.ID, ".")
	one.Status = parseStatus(status)
	one.Failures = int64(max(min(failures, 1<<53), -1<<53))
	return one, err
}

// timing reads when one of the phases, "compile" and "execute", took place.
func (r *reader) timing(to *RunResult) error {
	var name string
	var from, until time.Time
	err := r.record(func(key []byte) error {
		switch string(key) {
		case "name":
			return r.text(&name)
		case "started_at":
			return r.instant(&from)
		case "completed_at":
			return r.instant(&until)
		}
		return r.Skip()
	})

	if name == "execute" { // compiling lands nothing
		to.Started, to.Finished = from, until
	}
	return err
}

// Landed returns the landing that the result is evidence of: a model, seed or snapshot that was
// built landed when its execution finished. Nothing landed if it failed, was skipped or reused, or
// if a batch of it failed.
//
// Only the commands run, build, seed and snapshot build. dbt writes success for what it has only
// compiled as well, as compile, docs generate and show do. After those, and after a command that is
// missing or not known, nothing landed. Nothing did either if it was built with --empty.
//
// It is evidence from the job and not from the rows, which Landing.Metadata marks. A view that was
// built holds no new data: see [Node.Materialized].
func (r RunResult) Landed() (freshness.Landing, bool) {
	built := r.Type == "model" || r.Type == "seed" || r.Type == "snapshot"
	if !built || !commands[r.Command] || r.Empty || r.Status != StatusSuccess || r.Finished.IsZero() {
		return freshness.Landing{}, false
	}
	return freshness.Landing{At: r.Finished, Metadata: true}, true
}

// Summary returns the ID, the status and the first line of the message: "model.shop.orders: error:
// Database Error in model orders".
func (r RunResult) Summary() string {
	text := r.ID + ": " + string(r.Status)
	if line, _, _ := strings.Cut(strings.TrimSpace(r.Message), "\n"); line != "" {
		text += ": " + strings.TrimSpace(line)
	}
	return text
}

// Failed returns the results that are failures, in the order of the file: those with [StatusError],
// [StatusRuntimeError], [StatusFail] and [StatusPartialSuccess]. A warning did not fail, and what
// was skipped did not run: its cause is another result.
func (r *RunResults) Failed() []RunResult {
	var failed []RunResult
	for _, one := range r.Results {
		if one.Status.failed() {
			failed = append(failed, one)
		}
	}
	return failed
}

// Landings returns what landed of one asset in this run, and nil if nothing did.
func (r *RunResults) Landings(id string) freshness.Landings {
	var landed freshness.Landings
	for _, one := range r.Results {
		if landing, ok := one.Landed(); ok && one.ID == id {
			landed = landed.Add(landing)
		}
	}
	return landed
}

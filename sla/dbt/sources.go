package dbt

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// Sources is what a sources.json says: what "dbt source freshness" measured,
// at one time, of each source. It is a snapshot; see [Sources.Reporter] for
// checks that are fed from it.
//
// A Sources is safe for concurrent use by multiple goroutines, as long as
// nobody changes it.
type Sources struct {
	Metadata

	// Results are in the order of the file. None: dbt found no source to
	// measure.
	Results []SourceResult

	// Warnings say what could not be understood, each as a *FileError. At most
	// 1000 are kept.
	Warnings []error
}

// A SourceResult is what dbt measured of one source.
type SourceResult struct {
	// ID is dbt's unique ID, such as "source.shop.raw.orders". It is the name
	// of the asset.
	ID string

	// Status is dbt's own verdict.
	Status Status

	// MaxLoadedAt is the newest load, in UTC, as dbt wrote it: the year 1 for
	// an empty table. Zero: dbt could not measure it. See Landings.
	MaxLoadedAt time.Time

	// SnapshottedAt is when dbt looked, in UTC.
	SnapshottedAt time.Time

	// Age is the age that dbt compared with the criteria, saturated at 292
	// years. Below zero: the newest load lies in the future.
	Age time.Duration

	// Criteria are the limits that dbt applied.
	Criteria Criteria

	// Err says why there is no measurement: ErrRuntime with dbt's message, or
	// ErrValue for a row that could not be understood. Nil otherwise.
	Err error
}

// ReadSources reads a sources.json of schema version 1 to 3, written by dbt
// Core or by the newer engine. It reads r to its end.
//
// The error, if any, is a [*FileError]. A single row that cannot be understood
// is no error of the file: it is in [SourceResult.Err], and among the
// warnings.
func ReadSources(r io.Reader) (*Sources, error) {
	s := newScanner(r, kindSources)
	var file Sources
	err := s.file(&file.Metadata, func(key []byte) error {
		if string(key) != "results" {
			return s.skip()
		}
		return s.list(func(int) error {
			row, err := s.sourceResult()
			file.Results = append(file.Results, row)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	file.Warnings = s.found
	return &file, nil
}

func (s *scanner) sourceResult() (row SourceResult, err error) {
	mark := len(s.found)
	var status, message string
	err = s.record(func(key []byte) error {
		switch string(key) {
		case "unique_id":
			return s.text(&row.ID)
		case "status":
			return s.text(&status)
		case "max_loaded_at":
			return s.instant(&row.MaxLoadedAt)
		case "snapshotted_at":
			return s.instant(&row.SnapshottedAt)
		case "max_loaded_at_time_ago_in_s":
			return s.seconds(&row.Age)
		case "criteria":
			return s.criteria(&row.Criteria)
		case "error":
			return s.text(&message)
		}
		return s.skip()
	})
	row.Status = parseStatus(status)
	s.complain(&row, message, mark)
	return row, err
}

// complain fills in why a row is no measurement.
func (s *scanner) complain(row *SourceResult, message string, mark int) {
	if row.ID == "" {
		s.missing("unique_id")
	}
	switch {
	case row.Status == RuntimeError && message == "":
		row.Err = ErrRuntime
	case row.Status == RuntimeError:
		row.Err = fmt.Errorf("%w: %s", ErrRuntime, message)
	default:
		if row.SnapshottedAt.IsZero() && s.since(mark) == nil {
			s.missing("snapshotted_at")
		}
		row.Err = s.since(mark)
	}
}

// Landings returns what landed: the newest load; nil for an empty table; and
// Err when there is no measurement. dbt Core writes the year 1 for an empty
// table, and the newer engine 1970-01-01T00:00:00Z.
func (r SourceResult) Landings() (freshness.Landings, error) {
	if r.Err != nil {
		return nil, r.Err
	}
	if r.MaxLoadedAt.Year() <= 1 || r.MaxLoadedAt.Equal(time.Unix(0, 0)) {
		return nil, nil
	}
	return freshness.LandedAt(r.MaxLoadedAt), nil
}

// JudgedAt returns the instant whose age dbt compared with the criteria. For
// dbt Core this is SnapshottedAt.
//
// The newer engine drops the fraction of the second from an age before it
// compares: a load of 3600.9 seconds ago has not exceeded one hour there. Its
// instant is therefore up to a second earlier.
func (r SourceResult) JudgedAt() time.Time {
	exact := r.SnapshottedAt.Sub(r.MaxLoadedAt)
	if exact != r.Age && exact.Truncate(time.Second) == r.Age {
		return r.MaxLoadedAt.Add(r.Age)
	}
	return r.SnapshottedAt
}

// Result judges the source at the instant at which dbt did. Its status says
// what dbt's does, with three exceptions: a landing in the future beyond
// [ClockSkew], which dbt passes; a source without criteria; and a count that
// is below zero, at an age of zero.
func (r SourceResult) Result() freshness.Result { return r.Check(r.JudgedAt()) }

// Check judges at now what dbt found then, by dbt's criteria: how the source
// stands if nothing has landed since.
func (r SourceResult) Check(now time.Time) freshness.Result {
	result := r.check(now)
	result.Asset = r.ID
	return result
}

func (r SourceResult) check(now time.Time) freshness.Result {
	landed, err := r.Landings()
	if err != nil {
		return freshness.NotMeasured(err, now)
	}
	policy, ok := r.Criteria.Policy()
	if !ok {
		return freshness.NotMeasured(ErrNoCriteria, now)
	}
	return policy.Check(landed, now)
}

// Agrees reports whether [SourceResult.Result] says what dbt said.
func (r SourceResult) Agrees() bool { return r.Result().Status == r.Status.Freshness() }

// Find returns the result of a source; false when the file has none. The last
// one counts if there are several.
func (s *Sources) Find(id string) (SourceResult, bool) {
	for i := len(s.Results) - 1; i >= 0; i-- {
		if s.Results[i].ID == id {
			return s.Results[i], true
		}
	}
	return SourceResult{}, false
}

// Check judges every source at now, in the order of the file: how each stands
// if nothing has landed since dbt looked.
func (s *Sources) Check(now time.Time) []freshness.Result {
	results := make([]freshness.Result, len(s.Results))
	for i, row := range s.Results {
		results[i] = row.Check(now)
	}
	return results
}

// Reporter returns a source of landings for a [freshness.Check], which reports
// what the file says of one asset; [ErrNoResult] when it says nothing.
func (s *Sources) Reporter(id string) freshness.Source { return reporter{s, id} }

type reporter struct {
	file *Sources
	id   string
}

func (r reporter) Landings(context.Context) (freshness.Landings, error) {
	row, ok := r.file.Find(r.id)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoResult, r.id)
	}
	return row.Landings()
}

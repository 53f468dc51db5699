package dbt

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Sources is what a sources.json holds: the freshness of each source, as "dbt source freshness"
// measured it at one time. It is a snapshot. [Sources.Source] feeds checks from it.
//
// A Sources is safe for concurrent use by multiple goroutines, as long as none of them changes it.
type Sources struct {
	Metadata

	// Results are in the order of the file. None: dbt found no source to measure.
	Results []SourceResult

	// Warnings are the values that could not be understood. Of more than a hundred, the last one
	// counts the rest.
	Warnings []*sla.FieldError
}

// A SourceResult is what dbt measured of one source.
type SourceResult struct {
	// ID is dbt's unique ID, such as "source.shop.raw.orders". It is the name of the asset.
	ID string

	// Status is dbt's own verdict.
	Status Status

	// MaxLoadedAt is the newest load, in UTC, as dbt wrote it. For an empty table dbt Core writes
	// the year 1, and the newer engine 1970-01-01T00:00:00Z. Zero: dbt could not measure it.
	MaxLoadedAt time.Time

	// SnapshottedAt is when dbt looked, in UTC.
	SnapshottedAt time.Time

	// Age is the age that dbt compared with the criteria, saturated at 292 years.
	// It is negative if the newest load lies in the future.
	Age time.Duration

	// Criteria are the limits that dbt applied.
	Criteria Criteria

	// Err is why there is no measurement: dbt's own message, or ErrMalformed for a row that could
	// not be understood. It is nil if there is one.
	Err error
}

// ReadSources reads a sources.json of schema version 1 to 3, written by dbt Core or by the newer
// engine. It reads src to its end.
//
// The error, if any, is a [*sla.FieldError]. A single row that cannot be understood does not spoil
// the file: the reason is in [SourceResult.Err] and among the warnings.
func ReadSources(src io.Reader) (*Sources, error) {
	r := newReader(src, kindSources)
	var file Sources
	err := r.file(&file.Metadata, func(key []byte) error {
		if string(key) != "results" {
			return r.Skip()
		}
		return r.list(func(int) error {
			row, err := r.sourceResult()
			file.Results = append(file.Results, row)
			return err
		})
	})

	if err != nil {
		return nil, err
	}
	file.Warnings = r.faults.All()
	return &file, nil
}

func (r *reader) sourceResult() (row SourceResult, err error) {
	var status, message string
	unread, err := r.row(func() error {
		err := r.record(func(key []byte) error {
			switch string(key) {
			case "status":
				return r.text(&status)
			case "error":
				return r.text(&message)
			}
			return r.sourceField(string(key), &row)
		})
		row.Status = parseStatus(status)
		r.checkSource(&row)
		return err
	})

	row.Err = unread
	if row.Status == StatusRuntimeError {
		row.Err = notMeasured(message)
	}
	return row, err
}

func notMeasured(message string) error {
	if message == "" {
		return errNotMeasured
	}
	return fmt.Errorf("%w: %s", errNotMeasured, message)
}

func (r *reader) sourceField(key string, to *SourceResult) error {
	switch key {
	case "unique_id":
		return r.text(&to.ID)
	case "max_loaded_at":
		return r.instant(&to.MaxLoadedAt)
	case "snapshotted_at":
		return r.instant(&to.SnapshottedAt)
	case "max_loaded_at_time_ago_in_s":
		return r.seconds(&to.Age)
	case "criteria":
		return r.criteria(&to.Criteria)
	}
	return r.Skip()
}

// checkSource notes what a row lacks. One that dbt could not measure has no instant.
func (r *reader) checkSource(row *SourceResult) {
	if row.ID == "" {
		r.missing("unique_id")
	}
	if row.Status != StatusRuntimeError && row.SnapshottedAt.IsZero() && r.faults.Len() == 0 {
		r.missing("snapshotted_at")
	}
}

// landings returns the newest load; nil for an empty table; and Err where there is no measurement.
func (r SourceResult) landings() (freshness.Landings, error) {
	if r.Err != nil || r.empty() {
		return nil, r.Err
	}
	return freshness.LandedAt(r.MaxLoadedAt), nil
}

func (r SourceResult) empty() bool {
	return r.MaxLoadedAt.Year() <= 1 || r.MaxLoadedAt.Equal(time.Unix(0, 0))
}

// JudgedAt returns the instant whose age dbt compared with the criteria. For dbt Core this is
// SnapshottedAt.
//
// The newer engine drops the fraction of the second from an age before it compares: there a load of
// 3600.9 seconds ago has not exceeded one hour. Its instant is therefore up to a second earlier.
func (r SourceResult) JudgedAt() time.Time {
	exact := r.SnapshottedAt.Sub(r.MaxLoadedAt)
	if exact != r.Age && exact.Truncate(time.Second) == r.Age {
		return r.MaxLoadedAt.Add(r.Age)
	}
	return r.SnapshottedAt
}

// Result judges the source at the instant at which dbt did. Its status is that of dbt, with three
// exceptions: a landing more than a minute in the future, which dbt passes; a source without
// criteria; and a count below zero, at an age of zero.
func (r SourceResult) Result() freshness.Result { return r.Check(r.JudgedAt()) }

// Check judges what dbt measured at another instant, by dbt's criteria: it is how the source stands
// at now if nothing has landed since.
func (r SourceResult) Check(now time.Time) freshness.Result {
	result := r.check(now)
	result.Asset = r.ID
	return result
}

func (r SourceResult) check(now time.Time) freshness.Result {
	landed, err := r.landings()
	if err != nil {
		return freshness.NotMeasured(err, now)
	}
	policy, ok := r.Criteria.Policy()
	if !ok {
		return freshness.NotMeasured(errNoCriteria, now)
	}
	return policy.Check(landed, now)
}

// Agrees reports whether the status of [SourceResult.Result] is the one that dbt gave.
func (r SourceResult) Agrees() bool { return r.Result().Status == r.Status.freshness() }

// Find returns the result of a source, and false if the file has none. If it has several, the last
// one counts.
func (s *Sources) Find(id string) (SourceResult, bool) {
	for i := len(s.Results) - 1; i >= 0; i-- {
		if s.Results[i].ID == id {
			return s.Results[i], true
		}
	}
	return SourceResult{}, false
}

// Check judges every source at now, in the order of the file: how each stands if nothing has landed
// since dbt looked.
func (s *Sources) Check(now time.Time) []freshness.Result {
	results := make([]freshness.Result, len(s.Results))
	for i, row := range s.Results {
		results[i] = row.Check(now)
	}
	return results
}

// Source returns a source for a [freshness.Check] of one asset: its landings are those in the file.
// If the file has none of the asset, it returns [ErrNoResult].
func (s *Sources) Source(id string) freshness.Source { return fileSource{s, id} }

type fileSource struct {
	file *Sources
	id   string
}

func (s fileSource) Landings(context.Context) (freshness.Landings, error) {
	row, ok := s.file.Find(s.id)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoResult, s.id)
	}
	return row.landings()
}

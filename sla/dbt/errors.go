package dbt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// What can be wrong with a file as a whole. A reader returns one of these
// inside a [*FileError], for [errors.Is].
var (
	// ErrMergeConflict says that the file holds the markers of an unresolved
	// merge, as files that are kept in git do.
	ErrMergeConflict = errors.New("merge conflict markers: resolve the conflict, or let dbt write the file again")

	// ErrTruncated says that the file ends too early: dbt was killed while it
	// wrote it, or it was copied in part, or it is empty.
	ErrTruncated = errors.New("the file ends too early")

	// ErrSyntax says that the file is not JSON.
	ErrSyntax = errors.New("not JSON")

	// ErrWrongKind says that the file is not of the kind that was asked for,
	// or not one that dbt wrote.
	ErrWrongKind = errors.New("wrong kind of file")

	// ErrOldVersion says that the file is older than every schema version that
	// can be read: let a dbt of 2021 or later write it.
	ErrOldVersion = errors.New("schema version is too old")

	// ErrFutureVersion says that this package does not know the schema
	// version. It is a warning only: the file was read as far as it is
	// understood.
	ErrFutureVersion = errors.New("schema version is not known here")
)

// What can be wrong with one value. These are never returned by a reader: they
// stand where the value was, as in [SourceResult.Err]. ErrValue is inside a
// [*FileError], which says where, and is among the warnings too.
var (
	// ErrValue says that a value is not of the form that dbt documents.
	ErrValue = errors.New("unusable value")

	// ErrRuntime says that dbt itself could not measure a source.
	ErrRuntime = errors.New("dbt could not measure it")

	// ErrNoCriteria says that a source has no threshold, so that nothing was
	// promised about its age.
	ErrNoCriteria = errors.New("the source has no freshness criteria")

	// ErrNoResult says that a file has no result for a source.
	ErrNoResult = errors.New("the file has no result for this source")
)

var (
	errNoReader   = errors.New("there is no reader to read it from")
	errTooDeep    = fmt.Errorf("%w: nested deeper than %d", ErrSyntax, maxDepth)
	errManyFaults = fmt.Errorf("%w: this file has more than %d of them", ErrValue, maxFaults)
)

// A FileError says what is wrong with a file, and where.
//
//	var fault *dbt.FileError
//	if errors.As(err, &fault) {
//		log.Printf("line %d: %v", fault.Line, fault.Err)
//	}
type FileError struct {
	// Kind is the kind of file that was being read: "sources", "manifest" or
	// "run-results".
	Kind string

	// Path leads to the value, as in results[3].max_loaded_at.
	// Empty: the file itself.
	Path string

	// Line and Offset say where: the line counted from 1, and the bytes before
	// it in the file. dbt writes most files as one line.
	Line   int
	Offset int64

	// Err is what is wrong.
	Err error
}

// Error returns one line: the kind of file, the place, and what is wrong.
func (e *FileError) Error() string {
	where := fmt.Sprintf("line %d, byte %d", e.Line, e.Offset)
	if e.Path != "" {
		where = e.Path + " (" + where + ")"
	}
	return fmt.Sprintf("dbt: %s: %s: %v", e.Kind, where, e.Err)
}

// Unwrap returns Err.
func (e *FileError) Unwrap() error { return e.Err }

func (s *scanner) fail(err error) *FileError {
	return s.failAt(s.line, s.base+int64(s.pos), err)
}

func (s *scanner) failAt(line int, offset int64, err error) *FileError {
	return &FileError{Kind: s.kind, Path: s.where(), Line: line, Offset: offset, Err: err}
}

// unexpected says what stands at the place where want was wanted.
func (s *scanner) unexpected(want string) error {
	if !s.fill() {
		return s.early(want)
	}
	found := s.buf[s.pos]
	fault := s.fail(fmt.Errorf("%w: want %s, not %q", ErrSyntax, want, rune(found)))
	if s.marker(found) {
		fault.Err = ErrMergeConflict
	}
	return fault
}

func (s *scanner) early(want string) error {
	switch {
	case s.err != nil && !errors.Is(s.err, io.EOF):
		return s.fail(s.err)
	case s.base == 0 && s.pos == 0:
		return s.fail(fmt.Errorf("%w: it is empty", ErrTruncated))
	}
	return s.fail(fmt.Errorf("%w: want %s", ErrTruncated, want))
}

// marker reports whether the seven marks of a merge follow, and consumes them.
func (s *scanner) marker(mark byte) bool {
	if bytes.IndexByte([]byte("<=>|"), mark) < 0 {
		return false
	}
	for range 7 {
		if c, ok := s.next(); !ok || c != mark {
			return false
		}
	}
	return true
}

// where returns the path to the value that is being read.
func (s *scanner) where() string {
	var b strings.Builder
	for i, at := range s.path {
		switch {
		case at.index == noStep:
		case at.index >= 0:
			b.WriteString("[" + strconv.Itoa(at.index) + "]")
		case bytes.IndexByte(at.key, '.') >= 0 || len(at.key) == 0:
			b.WriteString("[" + strconv.Quote(brief(string(at.key))) + "]")
		case i > 0:
			b.WriteString("." + brief(string(at.key)))
		default:
			b.WriteString(brief(string(at.key)))
		}
	}
	return b.String()
}

// brief cuts a text that is too long to be quoted in a message.
func brief(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// faults collects what is wrong with single values.
type faults struct {
	found []error
	more  bool
}

func (f *faults) add(err error) {
	if len(f.found) < maxFaults {
		f.found = append(f.found, err)
		return
	}
	f.more = true
}

// since returns what was found after mark, as one error.
func (f *faults) since(mark int) error {
	if mark >= maxFaults && f.more {
		return errManyFaults
	}
	return errors.Join(f.found[mark:]...)
}

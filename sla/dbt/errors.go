package dbt

import (
	"errors"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// What can be wrong, for [errors.Is]. The text of an error says more: which file, where in it, and
// what exactly.
var (
	// ErrMalformed is what cannot be read: a file that is not JSON, ends too early because dbt was
	// killed while it wrote it, or holds the markers of an unresolved merge, as files that are kept
	// in git do. As a warning, and in SourceResult.Err and Source.Err, it is one value that is
	// not of the form that dbt documents.
	ErrMalformed = jsontree.ErrMalformed

	// ErrUnsupported is a file that dbt did not write, one of another kind than was asked for, or
	// one older than every schema version that can be read. As a warning it is a schema version or
	// a command that this package does not know: the file was read as far as it is understood.
	ErrUnsupported = errors.New("unsupported file")

	// ErrNoResult is what Sources.Source returns for a source of which the file has no result.
	ErrNoResult = errors.New("the file has no result for this source")
)

var (
	errNoCriteria  = errors.New("the source has no freshness criteria")
	errNotMeasured = errors.New("dbt could not measure it")
)

func wrongKind(format string, args ...any) error {
	return fault.Kind(ErrUnsupported, "wrong kind of file: "+format, args...)
}

package dbt

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Status is dbt's verdict on one source, model or test, in dbt's words. The empty Status means
// that the file has none.
//
// The newer engine writes some of them with capitals; they are read alike. A word that is not
// listed here is kept, in lower case.
type Status string

const (
	StatusPass           Status = "pass"            // a fresh source, or a test without findings
	StatusWarn           Status = "warn"            // a source or test above its warning
	StatusError          Status = "error"           // a stale source, or a model or test that did not run
	StatusRuntimeError   Status = "runtime error"   // a source that could not be measured
	StatusSuccess        Status = "success"         // a model that was built
	StatusPartialSuccess Status = "partial success" // a model of which some batches were built
	StatusFail           Status = "fail"            // a test with findings
	StatusSkipped        Status = "skipped"         // not run, mostly because of a failure before it
	StatusNoOp           Status = "no-op"           // nothing to run
	StatusReused         Status = "reused"          // not built, because nothing had changed
)

var statuses = [...]Status{
	StatusPass, StatusWarn, StatusError, StatusRuntimeError, StatusSuccess, StatusPartialSuccess,
	StatusFail, StatusSkipped, StatusNoOp, StatusReused,
}

// parseStatus reads a status in any of its spellings: "runtime error", "StatusRuntimeError",
// "no-op", "StatusNoOp", "partial_success".
func parseStatus(text string) Status {
	for _, s := range statuses {
		if sameLetters(string(s), text) {
			return s
		}
	}
	return Status(strings.ToLower(strings.TrimSpace(text)))
}

// sameLetters compares two texts without regard to case, spaces, hyphens and underscores. The first
// is in lower case.
func sameLetters(a, b string) bool {
	for {
		a, b = strings.TrimLeft(a, " -_"), strings.TrimLeft(b, " -_")
		if a == "" || b == "" {
			return a == b
		}
		if a[0] != b[0]|0x20 {
			return false
		}
		a, b = a[1:], b[1:]
	}
}

// failed reports whether something went wrong: see [RunResults.Failed].
func (s Status) failed() bool {
	switch s {
	case StatusError, StatusRuntimeError, StatusFail, StatusPartialSuccess:
		return true
	}
	return false
}

// freshness returns the status of the same meaning that a source has here: pass is Fresh, warn is
// AtRisk and error is Stale. Anything else is Unknown.
func (s Status) freshness() freshness.Status {
	switch s {
	case StatusPass:
		return freshness.Fresh
	case StatusWarn:
		return freshness.AtRisk
	case StatusError:
		return freshness.Stale
	}
	return freshness.Unknown
}

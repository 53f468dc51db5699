package dbt

import (
	"strings"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A Status is what dbt said of one source, model or test, in dbt's words.
// The empty Status means that the file said nothing.
//
// The newer engine writes some of them with capitals; they are read alike. A
// word that is not listed here is kept, in lower case, and is neither
// [Status.OK] nor [Status.Failed].
type Status string

const (
	Pass           Status = "pass"            // a fresh source, or a test without findings
	Warn           Status = "warn"            // a source or test above its warning
	Error          Status = "error"           // a stale source, or a model or test that did not run
	RuntimeError   Status = "runtime error"   // a source that could not be measured
	Success        Status = "success"         // a model that was built
	PartialSuccess Status = "partial success" // a model of which some batches were built
	Fail           Status = "fail"            // a test with findings
	Skipped        Status = "skipped"         // not run, mostly because of a failure before it
	NoOp           Status = "no-op"           // nothing to run
	Reused         Status = "reused"          // not built, because nothing had changed
)

var statuses = [...]Status{
	Pass, Warn, Error, RuntimeError, Success, PartialSuccess, Fail, Skipped, NoOp, Reused,
}

// parseStatus reads a status in any of its spellings: "runtime error",
// "RuntimeError", "no-op", "NoOp", "partial_success".
func parseStatus(text string) Status {
	for _, s := range statuses {
		if sameLetters(string(s), text) {
			return s
		}
	}
	return Status(strings.ToLower(strings.TrimSpace(text)))
}

// sameLetters compares two texts without regard to case, spaces, hyphens and
// underscores. The first is in lower case.
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

// OK reports whether all was well: the source is fresh, the test passed, the
// model is as it should be.
func (s Status) OK() bool {
	switch s {
	case Pass, Success, NoOp, Reused:
		return true
	}
	return false
}

// Failed reports whether something went wrong: [Error], [RuntimeError], [Fail]
// and [PartialSuccess]. A warning did not fail, and what was skipped did not
// run: its cause is another outcome.
func (s Status) Failed() bool {
	switch s {
	case Error, RuntimeError, Fail, PartialSuccess:
		return true
	}
	return false
}

// Freshness returns the status of the same meaning that a source has here:
// Pass is Fresh, Warn is AtRisk and Error is Stale. Anything else is Unknown.
func (s Status) Freshness() freshness.Status {
	switch s {
	case Pass:
		return freshness.Fresh
	case Warn:
		return freshness.AtRisk
	case Error:
		return freshness.Stale
	}
	return freshness.Unknown
}

package incident

import (
	"encoding/json"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/internal/storable"
	"github.com/alwaysp1/alwaysp1/priority"
)

// Validate returns why no store would keep the entry as it is, all reasons at once and each with
// the name of the field: the name of its incident is not 1 to 1,024 bytes of UTF-8 without NUL; a
// text is not UTF-8; an instant has no exact text form. Whether an entry may stand where it stands
// is checked by [FromEntries].
func (e Entry) Validate() error {
	var f fault.List
	storable.Name(&f, "incident", e.Incident)
	f.Written("at", e.At)
	f.Written("until", e.Until)
	if e.Seq < 1 {
		f.Add("seq", "%d is not counted from 1", e.Seq)
	}
	for _, field := range []struct{ name, text string }{
		{"author", e.Author}, {"text", e.Text}, {"identity", e.Identity}, {"asset", e.Asset},
		{"previous", e.Previous}, {"other", e.Other}, {"to", e.To},
	} {
		storable.JSON(&f, field.name, field.text)
	}
	return f.Err()
}

// validate returns what is wrong with entries that are to be appended.
func validate(entries []Entry) error {
	var f fault.List
	for n, e := range entries {
		f.Below(fault.Element("entries", n), e.Validate())
	}
	return f.Err()
}

// Validate returns why no store would keep the delivery as it is: the name of its announcer is not
// 1 to 1,024 bytes of UTF-8 without NUL, or its receipt or its error is not UTF-8 or holds NUL.
func (d Delivery) Validate() error {
	var f fault.List
	storable.Name(&f, "announcer", d.Announcer)
	storable.Text(&f, "receipt", d.Receipt)
	storable.Text(&f, "error", d.Error)
	return f.Err()
}

// The bounds on what one entry keeps of an assessment.
const (
	mostImpacts    = 50
	longestSummary = 4 << 10 // bytes
)

// storedReport returns an assessment as it reads back from its JSON form, and within bounds, so
// that every store returns what a Memory does. An assessment that has no JSON form, because an
// instant is out of range, loses its instants: nothing else may be lost because of them.
func storedReport(r priority.AssessmentReport) *priority.AssessmentReport {
	r.Impacts = r.Impacts[:min(len(r.Impacts), mostImpacts)]
	r.Signal.Summary = plain.Cut(r.Signal.Summary, longestSummary)
	text, err := json.Marshal(r)
	if err != nil {
		var never time.Time
		r.Due, r.P1At, r.Signal.At, r.Signal.Due, r.Signal.Expires = never, never, never, never, never
		for n := range r.Impacts {
			r.Impacts[n].Until = never
		}
		text, err = json.Marshal(r)
	}

	var stored priority.AssessmentReport
	if err != nil || json.Unmarshal(text, &stored) != nil {
		return &priority.AssessmentReport{
			Priority: r.Priority, Rule: r.Rule, Text: r.Text, Signal: priority.Signal{Asset: r.Signal.Asset},
		}
	}
	return &stored
}

// storedInstant returns an instant as it reads back from its JSON form: without a monotonic
// reading, in UTC. An instant that is out of range is returned as the zero one.
func storedInstant(at time.Time) time.Time {
	at = at.Round(0).UTC()
	if at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}

package openlineage

import (
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

const (
	maxEvents = 1_000   // events of one body
	maxParts  = 100_000 // datasets, links, column inputs and assertions of one body
)

// Decode reads one event, or a list of events, from a JSON text. It decodes the few facets that
// [Lineage] uses and skips everything else.
//
// The error is a [*sla.FieldError] with the line and offset if the text is not JSON, is neither an
// object nor a list, nests deeper than 256, holds more than 1,000 events, or names more than
// 100,000 datasets and assertions in all. A fault of a single event is no error here:
// [Lineage.Observe] returns it for that event alone, so that the rest of a batch is used. Decode
// returns one event for each element, in order. A value of the wrong kind within a facet, and null
// anywhere, count as absent.
//
// Texts longer than 1 MiB are cut. What is not valid UTF-8 becomes U+FFFD.
func Decode(body []byte) ([]Event, error) {
	r := &reader{Scanner: jsontree.ScanBytes(body), parts: maxParts}
	list, err := r.body()
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return nil, err
	}
	return list, nil
}

// A reader reads events. Its methods treat a value of another kind than they read as absent.
type reader struct {
	*jsontree.Scanner
	parts int               // how many more parts the body may hold
	words map[string]string // texts that repeat, such as namespaces, once
}

func (r *reader) body() (list []Event, err error) {
	switch r.Peek() {
	case '{':
		list = make([]Event, 1)
		return list, r.event(&list[0])
	case '[':
		err = r.Array(func(i int) error {
			if i == maxEvents {
				return r.Fault(fault.New("", "holds more than %d events", maxEvents).Err)
			}
			list = append(list, Event{})
			return r.event(&list[i])
		})
		return list, err
	case 0:
		return nil, r.Skip() // which reports where the text ends
	}
	return nil, r.Fault(fault.New("", "want an event or a list of events").Err)
}

func (r *reader) event(e *Event) error {
	e.Type = Other
	return r.object(func(key []byte) error {
		switch string(key) {
		case "eventType":
			return r.eventType(e)
		case "eventTime":
			return r.eventTime(e)
		case "run":
			return r.part(e, "run", &e.kind.run, func() error { return r.runOf(e) })
		case "job":
			return r.part(e, "job", &e.kind.job, func() error { return r.jobOf(e) })
		case "dataset":
			return r.part(e, "dataset", &e.kind.dataset, func() error { return r.output(&e.dataset, e) })
		case "inputs":
			e.inputs = nil
			return r.datasets(e, "inputs", func() error {
				e.inputs = append(e.inputs, input{})
				return r.input(&e.inputs[len(e.inputs)-1])
			})
		case "outputs":
			e.outputs = nil
			return r.datasets(e, "outputs", func() error {
				e.outputs = append(e.outputs, output{})
				return r.output(&e.outputs[len(e.outputs)-1], e)
			})
		}
		return r.Skip()
	})
}

// part reads an object of an event, whose presence decides what the event is about.
func (r *reader) part(e *Event, name string, there *bool, read func() error) error {
	switch r.Peek() {
	case '{':
		*there = true
		return read()
	case 'n': // null
	default:
		e.broken = name
	}
	return r.Skip()
}

// datasets reads the list of an event's inputs or outputs.
func (r *reader) datasets(e *Event, name string, read func() error) error {
	if c := r.Peek(); c != '[' && c != 'n' && c != 0 {
		e.broken = name
	}
	return r.list(func() error {
		if r.Peek() == 'n' { // null is absent, here as well
			return r.Skip()
		}
		if err := r.spend(); err != nil {
			return err
		}
		return read()
	})
}

// spend takes one part from what the body may hold.
func (r *reader) spend() error {
	if r.parts--; r.parts < 0 {
		return r.Fault(fault.New("", "names more than %d datasets and assertions", maxParts).Err)
	}
	return nil
}

func (r *reader) eventType(e *Event) error {
	var text string
	err := r.text(&text)
	switch word := strings.ToUpper(strings.TrimSpace(text)); word {
	case Start, Running, Complete, Abort, Fail:
		e.Type = word
	default:
		e.Type = Other
	}
	return err
}

func (r *reader) eventTime(e *Event) error {
	var text string
	if err := r.text(&text); err != nil {
		return err
	}
	e.Time, e.timing = instant(text)
	return nil
}

// instant reads an instant with its offset. Emitters in Java leave out seconds that are zero.
func instant(text string) (at time.Time, problem string) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		at, err := time.Parse(layout, text)
		if err == nil && within(at.UTC()) {
			return at.UTC(), ""
		}
	}
	if _, err := time.Parse("2006-01-02T15:04:05.999999999", text); err == nil {
		return time.Time{}, "has no offset from UTC"
	}
	return time.Time{}, "is no instant such as 2026-03-04T06:18:00Z"
}

// within reports whether an instant has a text form, and is not the zero instant.
func within(at time.Time) bool { return !at.IsZero() && at.Year() >= 0 && at.Year() <= 9999 }

// object reads an object. Any other value is skipped.
func (r *reader) object(field func(key []byte) error) error {
	if r.Peek() != '{' {
		return r.Skip()
	}
	return r.Object(field)
}

// list reads a list. Any other value is skipped.
func (r *reader) list(item func() error) error {
	if r.Peek() != '[' {
		return r.Skip()
	}
	return r.Array(func(int) error { return item() })
}

// text reads a text. Any other value is skipped, and leaves to as it is.
func (r *reader) text(to *string) error {
	if r.Peek() != '"' {
		return r.Skip()
	}
	text, err := r.Text()
	if err == nil {
		*to = string(text)
	}
	return err
}

// word reads a text that is likely to come again in the body, and keeps one copy of it.
func (r *reader) word(to *string) error {
	if r.Peek() != '"' {
		return r.Skip()
	}
	text, err := r.Text()
	if err != nil {
		return err
	}
	known, ok := r.words[string(text)]
	if !ok {
		if r.words == nil {
			r.words = map[string]string{}
		}
		known = string(text)
		r.words[known] = known
	}
	*to = known
	return nil
}

// count reads a whole number that is not negative; ok reports whether it was one.
func (r *reader) count(to *int64) (ok bool, err error) {
	if c := r.Peek(); c < '0' || c > '9' {
		return false, r.Skip()
	}
	raw, err := r.Literal()
	if err != nil {
		return false, err
	}
	n, bad := strconv.ParseInt(string(raw), 10, 64)
	if bad != nil { // some writers put every number as a float
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || f != float64(int64(f)) || f >= 1<<63 {
			return false, nil
		}
		n = int64(f)
	}
	*to = n
	return true, nil
}

// truth reads true or false; ok reports whether it was one.
func (r *reader) truth(to *bool) (ok bool, err error) {
	if c := r.Peek(); c != 't' && c != 'f' {
		return false, r.Skip()
	}
	raw, err := r.Literal()
	*to = string(raw) == "true"
	return err == nil, err
}

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
	list, err := r.whole()
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

func (r *reader) whole() ([]Event, error) {
	list, err := r.body()
	if err != nil {
		return nil, err
	}
	return list, r.End()
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
	if !r.wants(e, name, '{') {
		return r.Skip()
	}
	*there = true
	return read()
}

// wants reports whether a value begins as it must. One that does not is a fault of its event, unless
// it is null.
func (r *reader) wants(e *Event, name string, begin byte) bool {
	c := r.Peek()
	if c != begin && c != 'n' && c != 0 {
		e.broken = name
	}
	return c == begin
}

// datasets reads the list of an event's inputs or outputs.
func (r *reader) datasets(e *Event, name string, read func() error) error {
	if !r.wants(e, name, '[') {
		return r.Skip()
	}
	return r.Array(func(int) error { return r.unlessNull(read) })
}

func (r *reader) unlessNull(read func() error) error {
	if r.Peek() == 'n' { // null is absent, here as well
		return r.Skip()
	}
	return r.counted(read)
}

func (r *reader) counted(read func() error) error {
	if err := r.spend(); err != nil {
		return err
	}
	return read()
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
	e.Type = typeOf(text)
	return err
}

func typeOf(text string) string {
	switch word := strings.ToUpper(strings.TrimSpace(text)); word {
	case Start, Running, Complete, Abort, Fail:
		return word
	}
	return Other
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
		if at, err := time.Parse(layout, text); err == nil && within(at.UTC()) {
			return at.UTC(), ""
		}
	}
	return time.Time{}, noInstant(text)
}

func noInstant(text string) (problem string) {
	if _, err := time.Parse("2006-01-02T15:04:05.999999999", text); err == nil {
		return "has no offset from UTC"
	}
	return "is no instant such as 2026-03-04T06:18:00Z"
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
	text, ok, err := r.quoted()
	if ok {
		*to = string(text)
	}
	return err
}

// quoted returns a text as long as the next value is not read; ok reports whether it was one.
func (r *reader) quoted() (text []byte, ok bool, err error) {
	if r.Peek() != '"' {
		return nil, false, r.Skip()
	}
	text, err = r.Text()
	return text, err == nil, err
}

// word reads a text that is likely to come again in the body, and keeps one copy of it.
func (r *reader) word(to *string) error {
	text, ok, err := r.quoted()
	if ok {
		*to = r.once(text)
	}
	return err
}

func (r *reader) once(text []byte) string {
	known, ok := r.words[string(text)]
	if !ok {
		known = string(text)
		r.learn(known)
	}
	return known
}

func (r *reader) learn(word string) {
	if r.words == nil {
		r.words = map[string]string{}
	}
	r.words[word] = word
}

// count reads a whole number that is not negative; ok reports whether it was one.
func (r *reader) count(to *int64) (ok bool, err error) {
	if c := r.Peek(); c < '0' || c > '9' {
		return false, r.Skip()
	}
	raw, err := r.Literal()
	return err == nil && integer(string(raw), to), err
}

func integer(raw string, to *int64) (ok bool) {
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil { // some writers put every number as a float
		return wholeFloat(raw, to)
	}
	*to = n
	return true
}

func wholeFloat(raw string, to *int64) (ok bool) {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || f != float64(int64(f)) || f >= 1<<63 {
		return false
	}
	*to = int64(f)
	return true
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

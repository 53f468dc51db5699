package openslo

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// annotation holds the JSON of the SLA, for what OpenSLO has no field.
const annotation = "alwaysp1/definition"

// Bounds of OpenSLO.
const (
	mostName        = 63   // bytes of metadata.name
	mostDescription = 1050 // characters
)

// The SLO of OpenSLO, as far as it is written.
type (
	sloJSON struct {
		APIVersion string       `json:"apiVersion"`
		Kind       string       `json:"kind"`
		Metadata   metadataJSON `json:"metadata"`
		Spec       specJSON     `json:"spec"`
	}
	metadataJSON struct {
		Name        string            `json:"name"`
		DisplayName string            `json:"displayName,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
	}
	specJSON struct {
		Description string          `json:"description,omitempty"`
		Service     string          `json:"service"`
		Indicator   *indicatorJSON  `json:"indicator,omitempty"`
		TimeWindow  []windowJSON    `json:"timeWindow"`
		Method      string          `json:"budgetingMethod"`
		Objectives  []objectiveJSON `json:"objectives"`
	}
	windowJSON struct {
		Duration string        `json:"duration"`
		Rolling  bool          `json:"isRolling"`
		Calendar *calendarJSON `json:"calendar,omitempty"`
	}
	calendarJSON struct {
		Start string `json:"startTime"`
		Zone  string `json:"timeZone"`
	}
	objectiveJSON struct {
		DisplayName string         `json:"displayName"`
		Target      json.Number    `json:"target"`
		SliceTarget json.Number    `json:"timeSliceTarget,omitempty"`
		SliceWindow string         `json:"timeSliceWindow,omitempty"`
		Indicator   *indicatorJSON `json:"indicator,omitempty"`
	}
	indicatorJSON struct {
		Metadata metadataJSON `json:"metadata"`
		Spec     sliJSON      `json:"spec"`
	}
	sliJSON struct {
		Ratio ratioJSON `json:"ratioMetric"`
	}
	ratioJSON struct {
		Good  metricJSON `json:"good"`
		Total metricJSON `json:"total"`
	}
	metricJSON struct {
		Source sourceJSON `json:"metricSource"`
	}
	sourceJSON struct {
		Type string      `json:"type"`
		Spec promiseJSON `json:"spec"`
	}
	promiseJSON struct {
		Asset     string          `json:"asset"`
		Freshness json.RawMessage `json:"freshness,omitempty"`
	}
)

// Write returns each SLA as a document of OpenSLO v1, an SLO, which [Read] reads back as an equal
// one. What OpenSLO has no field for stands as JSON in the annotation "alwaysp1/definition".
//
// The error joins all faults, each a [*sla.FieldError] with a path as
// "slas[1].objectives[0].window". Beside what [sla.SLA.Validate] refuses, a fault is what OpenSLO
// cannot hold: zero tolerance, an SLA without objectives, an ID that is no DNS label, objectives of
// several windows or of which some alone have timeslices, lengths that are no whole minutes, a
// description of more than 1,050 characters, and policies that have no JSON form.
func Write(slas []sla.SLA) ([]json.RawMessage, error) {
	w := writer{}
	ids := make(map[string]bool, len(slas))
	list := make([]json.RawMessage, len(slas))
	for i := range slas {
		at := fault.Element("slas", i)
		if ids[slas[i].ID] {
			w.Add(at+".id", "%s is the ID of another SLA", plain.Quote(slas[i].ID))
		}
		ids[slas[i].ID] = true
		list[i] = w.document(at, &slas[i])
	}
	if err := w.Err(); err != nil {
		return nil, err
	}
	return list, nil
}

// A writer collects what cannot be written.
type writer struct{ fault.List }

func (w *writer) document(at string, s *sla.SLA) json.RawMessage {
	definition, err := json.Marshal(*s)
	if inner := bareMarshal(err); inner != nil {
		w.Below(at, inner)
		return nil
	}
	before := w.Len()
	w.holds(at, s)
	out := sloJSON{APIVersion: "openslo/v1", Kind: kindSLO}
	out.Metadata = metadataJSON{s.ID, s.Name, map[string]string{annotation: string(definition)}}
	out.Spec = specJSON{Description: s.Description, Service: s.ID, Method: occurrences}

	for i := range s.Objectives {
		o, path := &s.Objectives[i], fault.Element(at+".objectives", i)
		if i == 0 {
			out.Spec.TimeWindow = []windowJSON{w.window(path+".window", o.Window)}
		} else if !o.Window.Equal(s.Objectives[0].Window) {
			w.Add(path+".window", "%v is another than that of the first objective: OpenSLO has one for all",
				o.Window)
		}
		if !o.Timeslices.IsZero() {
			out.Spec.Method = timeslices
		}
		out.Spec.Objectives = append(out.Spec.Objectives, w.objective(path, o))
	}
	if w.Len() > before {
		return nil
	}
	if one := out.Spec.Objectives; len(one) == 1 {
		out.Spec.Indicator, one[0].Indicator = one[0].Indicator, nil
	}
	data, err := json.Marshal(out)
	w.Below(at, err)
	return data
}

// bareMarshal returns what package json wraps: the faults of the SLA.
func bareMarshal(err error) error {
	if wrapped, ok := err.(*json.MarshalerError); ok {
		return wrapped.Unwrap()
	}
	return err
}

// holds refuses what OpenSLO cannot hold of an SLA that is valid.
func (w *writer) holds(at string, s *sla.SLA) {
	if !isLabel(s.ID) {
		w.Add(at+".id", "%s is no name in OpenSLO: want at most %d of a to z, 0 to 9 and -, and no - at an end",
			plain.Quote(s.ID), mostName)
	}
	if n := utf8.RuneCountInString(s.Description); n > mostDescription {
		w.Add(at+".description", "has %d characters, and OpenSLO at most %d", n, mostDescription)
	}
	if len(s.Objectives) == 0 {
		w.Add(at+".objectives", "there is none, and OpenSLO wants at least one")
	}
	for i := range s.Objectives {
		if s.Objectives[i].Timeslices.IsZero() != s.Objectives[0].Timeslices.IsZero() {
			w.Add(fault.Element(at+".objectives", i)+".timeslices",
				"the first objective counts otherwise: OpenSLO has one budgeting method for all")
		}
	}
}

// isLabel reports whether a name is a DNS label.
func isLabel(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	return name != "" && len(name) <= mostName && strings.Trim(name, letters+"-") == "" &&
		name[0] != '-' && name[len(name)-1] != '-'
}

func (w *writer) objective(at string, o *sla.Objective) objectiveJSON {
	if o.ZeroTolerance {
		w.Add(at+".zero_tolerance", "OpenSLO has none: a target is below 1")
	}
	target, window := w.timeslices(at+".timeslices", o.Timeslices)
	return objectiveJSON{o.Name, share(o.Target), target, window, w.indicator(at+".freshness", o)}
}

func (w *writer) timeslices(at string, t sla.Timeslices) (target json.Number, window string) {
	if t.IsZero() {
		return "", ""
	}
	return share(t.Target), w.length(at+".length", t.Length)
}

func (w *writer) indicator(at string, o *sla.Objective) *indicatorJSON {
	good := metricJSON{sourceJSON{ours, promiseJSON{Asset: o.Asset}}}
	total := metricJSON{sourceJSON{ours, promiseJSON{o.Asset, w.policy(at, o.Freshness)}}}
	return &indicatorJSON{metadataJSON{Name: "outcomes"}, sliJSON{ratioJSON{good, total}}}
}

func (w *writer) policy(at string, p freshness.Policy) json.RawMessage {
	if p == nil {
		return nil
	}
	data, err := freshness.EncodePolicy(p)
	w.Below(at, err)
	return data
}

// share returns a target as a number, and 1 for the zero Target.
func share(t sla.Target) json.Number {
	if t.IsZero() {
		return "1"
	}
	return json.Number(strings.TrimRight(fmt.Sprintf("0.%09d", t.Billionths()), "0"))
}

// length returns a duration in the largest unit of which it is a whole number.
func (w *writer) length(at string, d time.Duration) string {
	switch {
	case d%sla.Day == 0:
		return strconv.FormatInt(int64(d/sla.Day), 10) + "d"
	case d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d%time.Minute != 0:
		w.Add(at, "%v is no whole number of minutes: OpenSLO has no shorter unit", d)
	}
	return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
}

func (w *writer) window(at string, of sla.Window) windowJSON {
	if of.IsRolling() {
		return windowJSON{Duration: w.length(at, of.Nominal()), Rolling: true}
	}
	return w.calendar(at, of)
}

// unitLetters are the units of a duration in OpenSLO, by the kinds of windows as sla has them in words.
var unitLetters = map[string]string{"day": "d", "week": "w", "month": "M", "quarter": "Q", "year": "Y"}

func (w *writer) calendar(at string, of sla.Window) windowJSON {
	words := strings.Fields(of.String())
	start, ok := anchor(words[0], words[1:])
	if !ok {
		w.Add(at, "%v begins on a date that no calendar has: OpenSLO wants one", of)
	}
	return windowJSON{"1" + unitLetters[words[0]], false, &calendarJSON{start, of.Location().String()}}
}

// anchor returns a start of a window that is described by words: "from Monday", "from 31", "from
// April 6" and the zone. The year 2024 begins on a Monday and has a 29 February.
func anchor(kind string, words []string) (start string, ok bool) {
	month, day := time.January, 1
	if words[0] == "from" {
		switch kind {
		case "week":
			for time.Date(2024, month, day, 0, 0, 0, 0, time.UTC).Weekday().String() != words[1] {
				day++
			}
		case "month":
			day, _ = strconv.Atoi(words[1])
		default:
			for month.String() != words[1] {
				month++
			}
			day, _ = strconv.Atoi(words[2])
		}
	}
	date := time.Date(2024, month, day, 0, 0, 0, 0, time.UTC)
	return date.Format(time.DateTime), date.Month() == month
}

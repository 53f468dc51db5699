package openslo

import (
	"encoding/json"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A File is what documents of OpenSLO or Sloth promise.
type File struct {
	SLAs    []sla.SLA        // in the order of the documents
	Queries map[string]Query // by check, as "search-slo/Good experience": where its numbers come from

	// Notes are what was not understood, and what means something else here. Each has the path,
	// line and offset of its field; of more than a hundred the rest is counted.
	Notes []*sla.FieldError
}

// A Query is where the numbers of an objective come from, in the words of its file. Nothing here
// runs one.
//
// What is not written in the file is empty. Of a ratio there are Good or Bad with Total, or a ratio
// alone.
type Query struct {
	Type      string // of the metric source: "prometheus", "datadog"
	Good      string // counts what is good
	Bad       string // counts what is bad
	Total     string // counts all
	GoodRatio string // the share that is good
	BadRatio  string // the share that is bad
	Counter   bool   // Good, Bad and Total only ever grow

	Threshold string // its value is good while Op holds between it and Value
	Op        string // lt, lte, gt or gte
	Value     string // a number, as it was written

	// RatioOfSlices is the length of slices whose ratios are averaged, as RatioTimeslices of
	// OpenSLO does: record the ratio of each in parts of a million. Zero: outcomes are counted.
	RatioOfSlices time.Duration

	// Source has the spec of each metric source as JSON, by what it measures: good, bad, total,
	// ratio or threshold.
	Source map[string]json.RawMessage
}

// Options say what the formats have no word for. The zero Options are those of [Read].
type Options struct {
	// Asset returns the asset of an SLO from its service and its name. Nil: the service.
	Asset func(service, slo string) string

	// Tier returns how much an SLO matters. Nil: Primary. A definition of ours in an
	// annotation wins.
	Tier func(SLO) sla.Tier

	// Period is the window of a Sloth SLO, which has none in its file. Zero: 30 days, as Sloth has.
	Period time.Duration
}

// An SLO is what a file holds about one, for [Options]. The labels of Sloth's file and of its SLO
// are joined.
type SLO struct {
	Service string            // the service that it is of
	Name    string            // metadata.name of OpenSLO, name of Sloth
	Labels  map[string]string // texts; of a list of them the first
}

// Read reads documents of one file: OpenSLO v1, Sloth's own form, or its form for Kubernetes.
// Documents refer to each other by name, in any order. A document that is null, as an empty one of
// YAML, holds nothing.
//
// The error joins all faults, each a [*sla.FieldError] with path, line and offset within its
// document. Then the file holds no SLAs, but all notes.
func Read(documents ...json.RawMessage) (File, error) { return Options{}.Read(documents...) }

// Read is the function [Read] with these options.
func (o Options) Read(documents ...json.RawMessage) (File, error) {
	r := &reader{
		Options: o, byName: map[[2]string]*document{}, ids: map[string]bool{},
		indicators: map[string]indicator{}, conditions: map[string]sla.BurnRule{},
		policies: map[string][]sla.BurnRule{},
	}
	r.file.Queries = map[string]Query{}
	if o.Asset == nil {
		r.Asset = func(service, _ string) string { return service }
	}
	if o.Period == 0 {
		r.Period = 30 * sla.Day
	}

	for _, data := range documents {
		r.docs = append(r.docs, open(data))
	}
	r.read()
	return r.done()
}

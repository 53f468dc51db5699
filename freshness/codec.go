package freshness

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// EncodePolicy writes a policy of this package as JSON: an object with one
// field that names the kind and holds its fields. Zero fields are left out,
// durations are written as [time.Duration.String] does.
//
//	{"max_age":{"warn":"1h0m0s","fail":"2h0m0s"}}
//	{"all_of":[{"cadence":{"every":"15m0s"}},{"deadline":{"due":"CRON_TZ=Europe/Dublin 0 7 * * *"}}]}
//
// The text decodes to an equal policy; a location of instants is kept as its
// offset. A policy that is not valid, or of another package, is an error with
// the paths of all its faults.
func EncodePolicy(p Policy) ([]byte, error) {
	var f faults
	if err := validatePolicy(p); err != nil {
		var fault *FieldError
		if !errors.As(err, &fault) {
			err = &FieldError{Err: fmt.Errorf("the policy %w", err)}
		}
		return nil, err
	}
	tree := encodeTree(&f, "", p)
	if err := f.err(); err != nil {
		return nil, err
	}
	return json.Marshal(tree)
}

// DecodePolicy reads what [EncodePolicy] writes. It refuses a field that it
// does not know or that comes twice, and returns all faults at once, joined,
// each a [*FieldError] with the path of the field; of more than 100 the rest is
// counted.
func DecodePolicy(data []byte) (Policy, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, &FieldError{Err: syntaxFault(err)}
	}
	var f faults
	p := f.decodePolicy("", whole, 0)
	if err := f.err(); err != nil {
		return nil, err
	}
	return p, nil
}

func syntaxFault(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("not JSON, at byte %d: %w", syntax.Offset, err)
	}
	return fmt.Errorf("not JSON: %w", err)
}

// maxDepth is how deep policies may nest when they are decoded.
const maxDepth = 16

// The following types give the policies their form in JSON.
type (
	jsonMaxAge struct {
		Warn  jsonDuration      `json:"warn,omitzero"`
		Fail  jsonDuration      `json:"fail,omitzero"`
		Skew  jsonDuration      `json:"skew,omitzero"`
		Since time.Time         `json:"since,omitzero"`
		Hours schedule.Calendar `json:"hours,omitzero"`
	}
	jsonDeadline struct {
		Due        schedule.Schedule `json:"due"`
		Window     jsonDuration      `json:"window,omitzero"`
		Warn       jsonDuration      `json:"warn,omitzero"`
		Grace      jsonDuration      `json:"grace,omitzero"`
		Skew       jsonDuration      `json:"skew,omitzero"`
		Since      time.Time         `json:"since,omitzero"`
		Partition  string            `json:"partition,omitzero"`
		DaysBack   int               `json:"days_back,omitzero"`
		MinRows    int64             `json:"min_rows,omitzero"`
		MinPercent int               `json:"min_percent,omitzero"`
	}
	jsonCadence struct {
		Every jsonDuration `json:"every"`
		Grace jsonDuration `json:"grace,omitzero"`
		Skew  jsonDuration `json:"skew,omitzero"`
		Since time.Time    `json:"since,omitzero"`
	}
	jsonPaused struct {
		Policy map[string]any    `json:"policy"`
		Spans  []Span            `json:"spans,omitempty"`
		Starts schedule.Schedule `json:"starts,omitzero"`
		Lasts  jsonDuration      `json:"lasts,omitzero"`
	}
	jsonDuring struct {
		Policy map[string]any    `json:"policy"`
		Hours  schedule.Calendar `json:"hours"`
	}
)

// encodeTree returns what the encoder of package json is to write.
func encodeTree(f *faults, path string, p Policy) map[string]any {
	switch p := p.(type) {
	case MaxAge:
		return map[string]any{"max_age": jsonMaxAge{
			jsonDuration(p.Warn), jsonDuration(p.Fail), jsonDuration(p.Skew), p.Since, p.Hours,
		}}
	case Deadline:
		return map[string]any{"deadline": jsonDeadline{
			p.Due, jsonDuration(p.Window), jsonDuration(p.Warn), jsonDuration(p.Grace), jsonDuration(p.Skew),
			p.Since, p.Partition, p.DaysBack, p.MinRows, p.MinPercent,
		}}
	case Cadence:
		return map[string]any{"cadence": jsonCadence{
			jsonDuration(p.Every), jsonDuration(p.Grace), jsonDuration(p.Skew), p.Since,
		}}
	case Paused:
		return map[string]any{"paused": jsonPaused{
			encodeTree(f, joinPath(path, "policy"), p.Policy), p.Spans, p.Starts, jsonDuration(p.Lasts),
		}}
	case During:
		return map[string]any{"during": jsonDuring{encodeTree(f, joinPath(path, "policy"), p.Policy), p.Hours}}
	case AllOf:
		return map[string]any{"all_of": encodeList(f, path, p)}
	case AnyOf:
		return map[string]any{"any_of": encodeList(f, path, p)}
	}
	how := ": want one of this package"
	switch p.(type) {
	case *MaxAge, *Deadline, *Cadence, *Paused, *During, *AllOf, *AnyOf:
		how = passValue(p)
	}
	f.add(path, "a policy of type %T has no JSON%s", p, how)
	return nil
}

func encodeList(f *faults, path string, list []Policy) []map[string]any {
	trees := make([]map[string]any, len(list))
	for i, p := range list {
		trees[i] = encodeTree(f, indexed(path, i), p)
	}
	return trees
}

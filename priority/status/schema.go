package status

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// schemaJSON returns the JSON Schema 2020-12 of status.json and sla.json. It is made from the Go
// types that clients decode into, so that it cannot fall behind them. Fields that it does not name
// are allowed, because more may be added.
func schemaJSON() ([]byte, error) {
	// Both forms share their definitions.
	defs := definitions{}
	page, one := defs.of(reflect.TypeFor[Page]()), defs.of(reflect.TypeFor[SLAView]())
	return json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "How is my data?",
		"anyOf":   []any{page, one},
		"$defs":   map[string]any(defs),
	}, "", " ")
}

// definitions holds the schemas of structs, by name.
type definitions map[string]any

// enumTexts returns the texts of the types that are written as text, each in the order of its
// values.
func enumTexts() map[reflect.Type][]string {
	return map[reflect.Type][]string{
		reflect.TypeFor[Level](): levels.Names,
		reflect.TypeFor[Outcome](): {
			string(OutcomeUnknown), string(OutcomeKept), string(OutcomeLate), string(OutcomeMissed),
			string(OutcomeExcused),
		},
		reflect.TypeFor[sla.Tier]():         textsUpTo(sla.Tertiary),
		reflect.TypeFor[sla.State]():        textsUpTo(sla.StateBreached),
		reflect.TypeFor[freshness.Status](): textsUpTo(freshness.Stale),
		reflect.TypeFor[freshness.Reason](): textsUpTo(freshness.Reason(len(reasonTexts) - 1)),
	}
}

// textsUpTo returns the texts of the values of a type, up to the last.
func textsUpTo[T interface {
	~int
	String() string
}](last T) (texts []string) {
	for v := T(0); v <= last; v++ {
		texts = append(texts, v.String())
	}
	return texts
}

// of returns the schema of a type. The kinds are those that the JSON forms are made of; what is
// none of them is an integer.
func (d definitions) of(t reflect.Type) map[string]any {
	if texts, found := enumTexts()[t]; found {
		return map[string]any{"type": "string", "enum": texts}
	}
	switch {
	// A time is a struct to Go, but a text in JSON.
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Struct:
		return d.object(t)
	}

	switch t.Kind() {
	case reflect.Pointer:
		return d.of(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": d.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": d.of(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		return map[string]any{"type": "string"}
	}
	return map[string]any{"type": "integer"}
}

// object adds the schema of a struct, once, and returns a reference to it. A field without an
// option in its tag is always there.
func (d definitions) object(t reflect.Type) map[string]any {
	reference := map[string]any{"$ref": "#/$defs/" + t.Name()}
	if _, found := d[t.Name()]; found {
		return reference
	}
	d[t.Name()] = nil // a struct that holds itself ends here

	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		properties[name] = d.of(t.Field(i).Type)
		if options == "" {
			required = append(required, name)
		}
	}
	// The fields of a struct come in the order of its reading; a sorted list makes a stable text.
	slices.Sort(required)
	d[t.Name()] = map[string]any{"type": "object", "properties": properties, "required": required}
	return reference
}

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

// schemaJSON answers schema.json: JSON Schema 2020-12 of what status.json and sla.json hold, made from the Go types
// that clients decode into. A field that the schema does not know is allowed: there may be more of them one day.
func schemaJSON() ([]byte, error) {
	defs := definitions{}
	page, one := defs.of(reflect.TypeFor[Page]()), defs.of(reflect.TypeFor[SLA]())
	return json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "How is my data?",
		"anyOf":   []any{page, one},
		"$defs":   map[string]any(defs),
	}, "", " ")
}

// definitions are the schemas of structs, by name.
type definitions map[string]any

// texts lists what the types that are written as text may say.
func texts() map[reflect.Type][]string {
	list := func(n int, text func(i int) string) (all []string) {
		for i := range n {
			all = append(all, text(i))
		}
		return all
	}
	return map[reflect.Type][]string{
		reflect.TypeFor[Level]():            levelTexts[:],
		reflect.TypeFor[Outcome]():          {string(OutcomeUnknown), string(OutcomeKept), string(OutcomeLate), string(OutcomeMissed), string(OutcomeExcused)},
		reflect.TypeFor[sla.Tier]():         list(int(sla.Tertiary)+1, func(i int) string { return sla.Tier(i).String() }),
		reflect.TypeFor[sla.State]():        list(int(sla.Breached)+1, func(i int) string { return sla.State(i).String() }),
		reflect.TypeFor[freshness.Status](): list(int(freshness.Stale)+1, func(i int) string { return freshness.Status(i).String() }),
		reflect.TypeFor[freshness.Reason](): list(int(freshness.ReasonPaused)+1, func(i int) string { return freshness.Reason(i).String() }),
	}
}

// of makes the schema of a type.
func (d definitions) of(t reflect.Type) map[string]any {
	if known, found := texts()[t]; found {
		return map[string]any{"type": "string", "enum": known}
	}
	switch {
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

// object makes the schema of a struct, once, and refers to it.
func (d definitions) object(t reflect.Type) map[string]any {
	reference := map[string]any{"$ref": "#/$defs/" + t.Name()}
	if _, known := d[t.Name()]; known {
		return reference
	}
	d[t.Name()] = nil // it may hold itself
	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		properties[name] = d.of(t.Field(i).Type)
		if options == "" {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	d[t.Name()] = map[string]any{"type": "object", "properties": properties, "required": required}
	return reference
}

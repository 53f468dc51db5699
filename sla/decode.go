package sla

import (
	"bytes"
	"cmp"
	"encoding"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// DecodeSLAs reads SLAs from JSON: a list of them, or one alone, as in
//
//	{
//		"id": "orders-by-7",
//		"name": "Orders ready by 07:00",
//		"description": "Finance closes the books on it.",
//		"tier": "primary",
//		"owners": ["data-infra", "analytics"],
//		"consumers": ["finance"],
//		"assets": ["mart.refunds"],
//		"objectives": [{
//			"name": "ready",
//			"asset": "mart.orders",
//			"target": "99%",
//			"window": "rolling 90d",
//			"freshness": {"deadline": {"due": "CRON_TZ=Europe/Dublin 0 7 * * *", "warn": "1h0m0s"}}
//		}]
//	}
//
// A target is what [ParseTarget] reads, in quotes or as a number; a window is what [ParseWindow] reads; the rule about
// freshness is what [freshness.DecodePolicy] reads. Only the id, and of an objective name, asset, target and window, are
// required. An objective may have more, and so may the SLA, to whose own target the weights belong:
//
//	"zero_tolerance": true                              in place of its target
//	"slices": {"length": "5m", "target": "99%"}
//	"silence": "bad"                                    or "ignored", "good"
//	"burn": [{"name": "fast", "page": true, "factor": "14.4", "long": "1h", "short": "5m", "min_events": 100}]
//	"weight": 3
//
// The error joins everything that is wrong in any of them, in the order of the text: each a [*FieldError] with path, line and
// offset, the path of what stands in a list as [NewCatalog] writes it ("slas[1].objectives[0].target"). Unknown fields, fields
// that come twice, null, text that is not proper Unicode, IDs that two SLAs share, and what [SLA.Validate] refuses are
// faults. On any error the answer is nil.
//
// An [SLA] within other JSON is read by package json, which stops at the first that is wrong.
func DecodeSLAs(data []byte) ([]SLA, error) {
	root, err := parseDocument(data)
	if err != nil {
		return nil, err
	}
	if root.raw[0] == '{' {
		s, err := decodeSLA(data, root)
		if err != nil {
			return nil, err
		}
		return []SLA{s}, nil
	}
	const path = "slas"
	list, d := make([]SLA, 0, len(root.items)), decoder{}
	d.each(path, root, func(path string, v jsonValue) {
		var s SLA
		d.sla(&s, path, v)
		list = append(list, s)
	})
	var f faults
	f.slas(path, list)
	d.validated(&f)
	if len(d.list) == 0 {
		return list, nil
	}
	return nil, d.located(data, path, &root)
}

// UnmarshalJSON reads what one element of [DecodeSLAs] holds. On any error the SLA stays as it was.
func (s *SLA) UnmarshalJSON(data []byte) error {
	root, err := parseDocument(data)
	if err != nil {
		return err
	}
	decoded, err := decodeSLA(data, root)
	if err == nil {
		*s = decoded
	}
	return err
}

func decodeSLA(data []byte, root jsonValue) (SLA, error) {
	var s SLA
	d := decoder{}
	d.sla(&s, "", root)
	var f faults
	s.validate(&f, "")
	d.validated(&f)
	if len(d.list) == 0 {
		return s, nil
	}
	return SLA{}, d.located(data, "", &root)
}

// parseDocument reads a text whose lines begin with it.
func parseDocument(data []byte) (jsonValue, error) {
	root, fault := parseJSON(data)
	if fault != nil {
		fault.Line = 1 + bytes.Count(data[:fault.Offset], []byte{'\n'})
		return jsonValue{}, fault
	}
	return root, nil
}

// A decoder collects what is wrong in a text.
type decoder struct{ faults }

// A field is how one member of an object is read.
type field struct {
	name string
	read func(path string, v jsonValue)
}

func (d *decoder) sla(s *SLA, path string, v jsonValue) {
	d.object(path, v, []field{
		{"id", d.text(&s.ID)},
		{"name", d.text(&s.Name)},
		{"description", d.text(&s.Description)},
		{"tier", d.unmarshal(&s.Tier)},
		{"owners", d.texts(&s.Owners)},
		{"consumers", d.texts(&s.Consumers)},
		{"assets", d.texts(&s.Assets)},
		{"target", d.target(&s.Target)},
		{"objectives", func(path string, v jsonValue) {
			d.each(path, v, func(path string, v jsonValue) {
				var o Objective
				d.objective(&o, path, v)
				s.Objectives = append(s.Objectives, o)
			})
		}},
	})
}

func (d *decoder) objective(o *Objective, path string, v jsonValue) {
	d.object(path, v, []field{
		{"name", d.text(&o.Name)},
		{"asset", d.text(&o.Asset)},
		{"target", d.target(&o.Target)},
		{"window", d.unmarshal(&o.Window)},
		{"freshness", func(path string, v jsonValue) {
			policy, err := freshness.DecodePolicy(v.raw)
			d.below(path, err)
			o.Freshness = policy
		}},
		{"zero_tolerance", d.truth(&o.ZeroTolerance)},
		{"slices", func(path string, v jsonValue) {
			d.object(path, v, []field{{"length", d.duration(&o.Slices.Length)}, {"target", d.target(&o.Slices.Target)}})
		}},
		{"silence", d.unmarshal(&o.Silence)},
		{"burn", func(path string, v jsonValue) {
			o.Burn = []BurnRule{} // an empty list is none; nil would be the default
			d.each(path, v, func(path string, v jsonValue) {
				var r BurnRule
				d.rule(&r, path, v)
				o.Burn = append(o.Burn, r)
			})
		}},
		{"weight", d.number(&o.Weight)},
	})
}

func (d *decoder) rule(r *BurnRule, path string, v jsonValue) {
	d.object(path, v, []field{
		{"name", d.text(&r.Name)},
		{"page", d.truth(&r.Page)},
		{"factor", d.unmarshal(&r.Factor)},
		{"long", d.duration(&r.Long)},
		{"short", d.duration(&r.Short)},
		{"min_events", d.number(&r.MinEvents)},
	})
}

func (d *decoder) truth(to *bool) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		switch string(v.raw) {
		case "true", "false":
			*to = v.raw[0] == 't'
		default:
			d.want(path, v, "true or false")
		}
	}
}

func (d *decoder) number(to *int64) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		n, err := strconv.ParseInt(string(v.raw), 10, 64)
		if err != nil {
			d.want(path, v, "a whole number")
			return
		}
		*to = n
	}
}

func (d *decoder) duration(to *time.Duration) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		before, text := len(d.list), ""
		if d.text(&text)(path, v); len(d.list) > before {
			return
		}
		length, err := time.ParseDuration(text)
		if err != nil {
			d.add(path, "%s is no duration, as 5m or 1h30m", quote(text))
			return
		}
		*to = length
	}
}

// object reads the members of an object, each by the field of its name.
func (d *decoder) object(path string, v jsonValue, fields []field) {
	if v.raw[0] != '{' {
		d.want(path, v, "an object")
		return
	}
	seen := map[string]bool{}
	for _, m := range v.members {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == m.name })
		switch at := keyPath(path, m.name); {
		case i < 0:
			d.at(m.offset, at, "unknown field: want %s", strings.Join(names(fields), ", "))
		case seen[m.name]:
			d.at(m.offset, at, "comes twice")
		default:
			seen[m.name] = true
			fields[i].read(at, m.value)
		}
	}
}

func names(fields []field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return list
}

// at adds a fault whose place is known; a line of -1 is counted when all are.
func (d *decoder) at(offset int, path, format string, args ...any) {
	fault := fieldError(path, format, args...)
	fault.Line, fault.Offset = -1, offset
	d.put(fault)
}

func (d *decoder) want(path string, v jsonValue, what string) {
	d.add(path, "want %s, not %s", what, excerpt(v.raw))
}

// excerpt shows the beginning of a JSON value.
func excerpt(raw []byte) string {
	const most = 40
	if len(raw) > most {
		return strings.ToValidUTF8(string(raw[:most]), "") + "…"
	}
	return string(raw)
}

func (d *decoder) each(path string, v jsonValue, read func(path string, v jsonValue)) {
	if v.raw[0] != '[' {
		d.want(path, v, "a list")
		return
	}
	for i, item := range v.items {
		read(element(path, i), item)
	}
}

func (d *decoder) text(to *string) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		if v.raw[0] != '"' {
			d.want(path, v, "text in quotes")
			return
		}
		text, ok := unquote(v.raw)
		if !ok {
			d.add(path, "%s holds half a surrogate pair", excerpt(v.raw))
			return
		}
		*to = text
	}
}

func (d *decoder) texts(to *[]string) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		d.each(path, v, func(path string, v jsonValue) {
			var text string
			d.text(&text)(path, v)
			*to = append(*to, text)
		})
	}
}

// unmarshal reads text by the type it is for, which calls its own fault by the name of the field.
func (d *decoder) unmarshal(to encoding.TextUnmarshaler) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		before, text := len(d.list), ""
		if d.text(&text)(path, v); len(d.list) > before {
			return
		}
		if err := to.UnmarshalText([]byte(text)); err != nil {
			d.add(path, "%w", errors.Unwrap(err))
		}
	}
}

// target reads a target from text, or from a number as it is written: 0.9995 need not be a float to be exact.
func (d *decoder) target(to *Target) func(path string, v jsonValue) {
	return func(path string, v jsonValue) {
		if c := v.raw[0]; c >= '0' && c <= '9' || c == '-' {
			v.raw = []byte(`"` + string(v.raw) + `"`)
		}
		d.unmarshal(to)(path, v)
	}
}

// validated adds the faults of what could be read. Those of other fields have been told, and what lacks a part that
// could not be read is not missing.
func (d *decoder) validated(more *faults) {
	d.more += more.more
	told := slices.Clone(d.list)
	for _, fault := range more.list {
		fault := fault.(*FieldError)
		if !slices.ContainsFunc(told, func(err error) bool {
			path := err.(*FieldError).Path
			return within(path, fault.Path) || within(fault.Path, path)
		}) {
			d.put(fault)
		}
	}
}

// located finds the place of every fault below a root with a path, and joins them in the order of the text.
func (d *decoder) located(data []byte, path string, root *jsonValue) error {
	for _, err := range d.list {
		fault := err.(*FieldError)
		if fault.Line == 0 {
			fault.Offset = root.locate(path, fault.Path)
		}
		fault.Line = 1 + bytes.Count(data[:fault.Offset], []byte{'\n'})
	}
	slices.SortStableFunc(d.list, func(a, b error) int {
		return cmp.Compare(a.(*FieldError).Offset, b.(*FieldError).Offset)
	})
	return d.err()
}

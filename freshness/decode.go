package freshness

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// decodePolicy reads one policy, and adds what is wrong with it.
func (f *faults) decodePolicy(path string, data []byte, depth int) Policy {
	if depth == maxDepth {
		f.add(path, "policies nest more than %d deep", maxDepth)
		return nil
	}
	kind, body, err := soleField(data)
	if err != nil {
		f.under(path, err)
		return nil
	}
	at := joinPath(path, shortened(kind))
	switch kind {
	case "max_age":
		return f.decodeMaxAge(at, body)
	case "deadline":
		return f.decodeDeadline(at, body)
	case "cadence":
		return f.decodeCadence(at, body)
	case "paused":
		return f.decodePaused(at, body, depth)
	case "during":
		return f.decodeDuring(at, body, depth)
	case "all_of":
		return AllOf(f.decodeList(at, body, depth))
	case "any_of":
		return AnyOf(f.decodeList(at, body, depth))
	}
	f.add(at, "there is no policy of this kind: want one of %s", policyKinds)
	return nil
}

const policyKinds = "max_age, deadline, cadence, all_of, any_of, paused, during"

// soleField returns the only field of an object.
func soleField(data []byte) (string, []byte, error) {
	fields, err := readFields(data)
	if err != nil {
		return "", nil, err
	}
	if len(fields) != 1 {
		return "", nil, fmt.Errorf("a policy has exactly one field, not %d: one of %s", len(fields), policyKinds)
	}
	return fields[0].name, fields[0].data, nil
}

func (f *faults) decodeMaxAge(path string, data []byte) Policy {
	var p MaxAge
	f.object(path, data, &p, []reader{
		{"warn", readDuration(&p.Warn)},
		{"fail", readDuration(&p.Fail)},
		{"skew", readDuration(&p.Skew)},
		{"since", readTime(&p.Since)},
		{"hours", readText(&p.Hours)},
	})
	return p
}

func (f *faults) decodeDeadline(path string, data []byte) Policy {
	var p Deadline
	f.object(path, data, &p, []reader{
		{"due", readText(&p.Due)},
		{"window", readDuration(&p.Window)},
		{"warn", readDuration(&p.Warn)},
		{"grace", readDuration(&p.Grace)},
		{"skew", readDuration(&p.Skew)},
		{"since", readTime(&p.Since)},
		{"partition", readString(&p.Partition)},
		{"days_back", readInt(&p.DaysBack)},
		{"min_rows", readInt(&p.MinRows)},
		{"min_percent", readInt(&p.MinPercent)},
	})
	return p
}

func (f *faults) decodeCadence(path string, data []byte) Policy {
	var p Cadence
	f.object(path, data, &p, []reader{
		{"every", readDuration(&p.Every)},
		{"grace", readDuration(&p.Grace)},
		{"skew", readDuration(&p.Skew)},
		{"since", readTime(&p.Since)},
	})
	return p
}

func (f *faults) decodePaused(path string, data []byte, depth int) Policy {
	var p Paused
	f.object(path, data, &p, []reader{
		{"policy", f.readPolicy(path, &p.Policy, depth)},
		{"spans", readSpans(&p.Spans)},
		{"starts", readText(&p.Starts)},
		{"lasts", readDuration(&p.Lasts)},
	})
	return p
}

func (f *faults) decodeDuring(path string, data []byte, depth int) Policy {
	var p During
	f.object(path, data, &p, []reader{
		{"policy", f.readPolicy(path, &p.Policy, depth)},
		{"hours", readText(&p.Hours)},
	})
	return p
}

// errReported marks a field whose faults are in the list already.
var errReported = errors.New("reported")

// readPolicy returns a reader of a policy inside another one. It adds what is
// wrong itself.
func (f *faults) readPolicy(path string, to *Policy, depth int) func([]byte) error {
	return func(data []byte) error {
		before := f.count()
		*to = f.decodePolicy(joinPath(path, "policy"), data, depth+1)
		if f.count() > before {
			return errReported
		}
		return nil
	}
}

func readSpans(to *[]Span) func([]byte) error {
	return func(data []byte) error {
		var items []json.RawMessage
		if json.Unmarshal(data, &items) != nil || items == nil {
			return fmt.Errorf("want a list, not %s", excerpt(data))
		}
		var f faults
		*to = make([]Span, len(items))
		for i, item := range items {
			s := &(*to)[i]
			f.object(indexed("", i), item, nil, []reader{
				{"from", readTime(&s.From)},
				{"until", readTime(&s.Until)},
				{"why", readString(&s.Why)},
			})
		}
		return f.err()
	}
}

func (f *faults) decodeList(path string, data []byte, depth int) []Policy {
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil || items == nil {
		f.add(path, "want a list, not %s", excerpt(data))
		return nil
	}
	if len(items) == 0 {
		f.add(path, "has no policy in it")
	}
	list := make([]Policy, len(items))
	for i, item := range items {
		list[i] = f.decodePolicy(indexed(path, i), item, depth+1)
	}
	return list
}

// A reader reads one field of an object.
type reader struct {
	name string
	read func(data []byte) error
}

// object reads the fields of an object with readers, and then validates what
// they have read. A fault of a field that could not be read is not reported
// twice, and one of the whole only where every field could be read.
func (f *faults) object(path string, data []byte, p interface{ Validate() error }, readers []reader) {
	fields, err := readFields(data)
	if err != nil {
		f.under(path, err)
		return
	}
	bad := map[string]bool{}
	for _, field := range fields {
		at := joinPath(path, shortened(field.name))
		i := slices.IndexFunc(readers, func(r reader) bool { return r.name == field.name })
		if i < 0 {
			f.add(at, "unknown field: want %s", readerNames(readers))
			continue
		}
		if err := readers[i].read(field.data); err != nil {
			bad[at] = true
			if err != errReported {
				f.under(at, err)
			}
		}
	}
	if p == nil {
		return
	}
	var more faults
	more.under(path, p.Validate())
	for _, fault := range more {
		fault := fault.(*FieldError)
		_, uncertain := fault.Err.(moreFaults) // nobody knows of which fields
		if (fault.Path == path || uncertain) && len(bad) > 0 || within(bad, fault.Path) {
			continue
		}
		f.put(fault)
	}
}

// within reports whether a path is one of the fields, or lies in one.
func within(fields map[string]bool, path string) bool {
	for field := range fields {
		if rest, ok := strings.CutPrefix(path, field); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

func readerNames(readers []reader) string {
	names := make([]string, len(readers))
	for i, r := range readers {
		names[i] = r.name
	}
	return strings.Join(names, ", ")
}

package jsontree

import (
	"cmp"
	"encoding"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A Decoder collects what is wrong in a text while its values are read. The zero Decoder is ready.
type Decoder struct{ fault.List }

// A Read reads one value, which stands at path.
type Read func(path string, v Value)

// A Field is how one member of an object is read.
type Field struct {
	Name string
	Read Read
}

// On returns the field of a name.
func On(name string, read Read) Field { return Field{Name: name, Read: read} }

// unplaced marks a fault whose offset is known and whose line is not: lines are counted once, when
// all faults are known.
const unplaced = -1

// Object reads the members of an object, each by the field of its name. A value that is no object,
// a member that no field has, and one that comes twice are faults.
func (d *Decoder) Object(path string, v Value, fields ...Field) {
	if v.Raw[0] != '{' {
		d.Want(path, v, "an object")
		return
	}

	seen := map[string]bool{}
	for _, m := range v.Members {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == m.Name })
		switch at := KeyPath(path, m.Name); {
		case i < 0:
			d.at(m.Offset, at, "unknown field: want %s", strings.Join(names(fields), ", "))
		case seen[m.Name]:
			d.at(m.Offset, at, "comes twice")
		default:
			seen[m.Name] = true
			fields[i].Read(at, m.Value)
		}
	}
}

func names(fields []Field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.Name
	}
	return list
}

// at adds a fault whose offset is known.
func (d *Decoder) at(offset int, path, format string, args ...any) {
	f := fault.New(path, format, args...)
	f.Line, f.Offset = unplaced, offset
	d.Put(f)
}

// Want adds the fault that a value is not what it should be.
func (d *Decoder) Want(path string, v Value, what string) {
	d.Add(path, "want %s, not %s", what, Excerpt(v.Raw))
}

// Excerpt returns the beginning of a JSON value, for messages.
func Excerpt(raw []byte) string { return plain.Cut(string(raw), 40) }

// Each reads the elements of a list. A value that is no list is a fault.
func (d *Decoder) Each(path string, v Value, read Read) {
	if v.Raw[0] != '[' {
		d.Want(path, v, "a list")
		return
	}
	for i, item := range v.Items {
		read(fault.Element(path, i), item)
	}
}

// Text returns a reader of text in quotes.
func (d *Decoder) Text(to *string) Read {
	return func(path string, v Value) {
		if v.Raw[0] != '"' {
			d.Want(path, v, "text in quotes")
			return
		}
		read, ok := unquote(v.Raw)
		if !ok {
			d.Add(path, "%s holds half a surrogate pair", Excerpt(v.Raw))
			return
		}
		*to = string(read)
	}
}

// Texts returns a reader of a list of texts.
func (d *Decoder) Texts(to *[]string) Read {
	return func(path string, v Value) {
		d.Each(path, v, func(path string, v Value) {
			var one string
			d.Text(&one)(path, v)
			*to = append(*to, one)
		})
	}
}

// Truth returns a reader of true or false.
func (d *Decoder) Truth(to *bool) Read {
	return func(path string, v Value) {
		switch string(v.Raw) {
		case "true", "false":
			*to = v.Raw[0] == 't'
		default:
			d.Want(path, v, "true or false")
		}
	}
}

// Number returns a reader of a whole number.
func Number[N int | int64](d *Decoder, to *N) Read {
	return func(path string, v Value) {
		n, err := strconv.ParseInt(string(v.Raw), 10, 64)
		if err != nil || int64(N(n)) != n {
			d.Want(path, v, "a whole number")
			return
		}
		*to = N(n)
	}
}

// Duration returns a reader of a duration: see [plain.ParseDuration].
func (d *Decoder) Duration(to *time.Duration) Read {
	return d.parsed(func(path, written string) {
		length, err := plain.ParseDuration(written)
		if err != nil {
			d.Add(path, "%w", err)
			return
		}
		*to = length
	})
}

// Instant returns a reader of an instant in the form of RFC 3339.
func (d *Decoder) Instant(to *time.Time) Read {
	return d.parsed(func(path, written string) {
		at, err := time.Parse(time.RFC3339, written)
		if err != nil {
			d.Add(path, `%s is not an instant such as "2006-01-02T15:04:05Z"`, plain.Quote(written))
			return
		}
		*to = at
	})
}

// Unmarshal returns a reader of text by the type that it is for. A [*fault.FieldError] of that type
// loses its own path, which is the name of the type: the field has one already.
func (d *Decoder) Unmarshal(to encoding.TextUnmarshaler) Read {
	return d.parsed(func(path, written string) {
		err := to.UnmarshalText([]byte(written))
		if err == nil {
			return
		}
		var inner *fault.FieldError
		if errors.As(err, &inner) {
			err = inner.Err
		}
		d.Add(path, "%w", err)
	})
}

// parsed returns a reader that gives text to parse, where it is text.
func (d *Decoder) parsed(parse func(path, written string)) Read {
	return func(path string, v Value) {
		before, written := d.Len(), ""
		if d.Text(&written)(path, v); d.Len() == before {
			parse(path, written)
		}
	}
}

// Inner adds the faults that another decoder found in the value of v alone, and moves them to where
// v stands.
func (d *Decoder) Inner(path string, v Value, err error) {
	var inner fault.List
	inner.Below(path, err)
	for _, f := range inner.Found() {
		if f.Line > 0 {
			f.Line, f.Offset = unplaced, f.Offset+v.Offset
		}
		d.Put(f)
	}
	d.Merge(&inner, func(*fault.FieldError) bool { return false })
}

// Validated adds the faults of what could be read. Those of fields with a fault already are left
// out: what lacks a part that could not be read is not missing.
func (d *Decoder) Validated(more *fault.List) {
	known := slices.Clone(d.Found())
	d.Merge(more, func(f *fault.FieldError) bool {
		return !slices.ContainsFunc(known, func(k *fault.FieldError) bool {
			return fault.Within(k.Path, f.Path) || fault.Within(f.Path, k.Path)
		})
	})
}

// Located finds the place of every fault in the text whose root stands at path, and joins the
// faults in the order of the text.
func (d *Decoder) Located(data []byte, path string, root *Value) error {
	for _, f := range d.Found() {
		if f.Line == 0 {
			f.Offset = root.Locate(path, f.Path)
		}
		f.Line = lineAt(data, f.Offset)
	}
	slices.SortStableFunc(d.Found(), func(a, b *fault.FieldError) int {
		return cmp.Compare(a.Offset, b.Offset)
	})
	return d.Err()
}

package freshness

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// EncodePolicy writes a policy of this package as JSON: an object with one
// field that names the kind and holds its fields. Zero fields are left out,
// durations are written as [time.Duration.String] does. Weeks and days of 24
// hours are read as well: "2w", "7d", "1d12h".
//
//	{"max_age":{"warn":"1h0m0s","fail":"2h0m0s"}}
//	{"all_of":[{"cadence":{"every":"15m0s"}},{"deadline":{"due":"CRON_TZ=Europe/Dublin 0 7 * * *"}}]}
//
// The text decodes to an equal policy; a location of instants is kept as its
// offset. A policy that is not valid, or of another package, is an error with
// the paths of all its faults.
func EncodePolicy(p Policy) ([]byte, error) {
	if err := ValidatePolicy(p); err != nil {
		var known *FieldError
		if !errors.As(err, &known) {
			err = &FieldError{Err: fmt.Errorf("the policy %w", err)}
		}
		return nil, err
	}
	var f fault.List
	tree := encodeTree(&f, "", p)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(tree)
}

// DecodePolicy reads what [EncodePolicy] writes. It refuses a field that it
// does not know or that comes twice, and returns all faults at once, joined in
// the order of the text, each a [*FieldError] with the path, line and offset of
// the field; of more than 100 the rest is counted.
func DecodePolicy(data []byte) (Policy, error) {
	root, err := jsontree.Parse(data)
	if err != nil {
		return nil, err
	}
	d := decoder{}
	p := d.policy("", root, 0)
	if d.Len() > 0 {
		return nil, d.Located(data, "", &root)
	}
	return p, nil
}

// maxDepth is how deep policies may nest when they are decoded.
const maxDepth = 16

// An encoder is a policy that has a form in JSON: the name of its kind, and a body for package
// json.
type encoder interface {
	encode(f *fault.List, path string) (kind string, body any)
}

// encodeTree returns a tree for package json.
func encodeTree(f *fault.List, path string, p Policy) map[string]any {
	if ours, ok := p.(encoder); ok && builtin(p) {
		kind, body := ours.encode(f, path)
		return map[string]any{kind: body}
	}
	how := ": want one of this package"
	if of := reflect.TypeOf(p); of.Kind() == reflect.Pointer && of.Elem().PkgPath() == here {
		how = passValue(p)
	}
	f.Add(path, "a policy of type %T has no JSON%s", p, how)
	return nil
}

func encodeList(f *fault.List, path string, list []Policy) []map[string]any {
	trees := make([]map[string]any, len(list))
	for i, p := range list {
		trees[i] = encodeTree(f, fault.Element(path, i), p)
	}
	return trees
}

// A decoder reads policies.
type decoder struct{ jsontree.Decoder }

// kinds are the policies that can be read, by the name of their field.
// It is a function, for the kinds that hold policies read these again.
func kinds() []kind {
	return []kind{
		{"max_age", decodeMaxAge}, {"deadline", decodeDeadline}, {"cadence", decodeCadence},
		{"all_of", decodeAllOf}, {"any_of", decodeAnyOf}, {"paused", decodePaused}, {"during", decodeDuring},
	}
}

type kind struct {
	name   string
	decode func(d *decoder, path string, v jsontree.Value, depth int) Policy
}

func kindNames() string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// policy reads one policy.
func (d *decoder) policy(path string, v jsontree.Value, depth int) Policy {
	if depth == maxDepth {
		d.Add(path, "policies nest more than %d deep", maxDepth)
		return nil
	}
	if v.Raw[0] != '{' {
		d.Want(path, v, "an object")
		return nil
	}
	if len(v.Members) != 1 {
		d.Add(path, "a policy has exactly one field, not %d: one of %s", len(v.Members), kindNames())
		return nil
	}

	only := v.Members[0]
	at := jsontree.KeyPath(path, only.Name)
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.name == only.Name })
	if i < 0 {
		d.Add(at, "there is no policy of this kind: want one of %s", kindNames())
		return nil
	}
	return all[i].decode(d, at, only.Value, depth)
}

// inner returns a reader of a policy inside another one.
func (d *decoder) inner(to *Policy, depth int) jsontree.Read {
	return func(path string, v jsontree.Value) { *to = d.policy(path, v, depth+1) }
}

// list reads a list of policies.
func (d *decoder) list(path string, v jsontree.Value, depth int) []Policy {
	var list []Policy
	if v.Raw[0] == '[' && len(v.Items) == 0 {
		d.Add(path, "has no policy in it")
	}
	d.Each(path, v, func(path string, v jsontree.Value) { list = append(list, d.policy(path, v, depth+1)) })
	return list
}

// valid adds the faults of a policy whose fields were read, except those that follow from a field
// that could not be read. Whether faults that are only counted follow is not known: they are left
// out too.
func (d *decoder) valid(path string, p Policy) {
	var all, listed fault.List
	all.Below(path, p.Validate())
	if !d.Has(path) {
		d.Validated(&all)
		return
	}
	for _, f := range all.Found() {
		listed.Put(f)
	}
	d.Validated(&listed)
}

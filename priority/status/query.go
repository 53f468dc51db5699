package status

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	mostQuery  = 4096 // bytes of a query
	mostChosen = 32   // values of one kind in a filter
)

// A filter selects SLAs: of one kind, one value has to match; of several kinds, each.
type filter struct {
	consumers, labels []string
	tiers             []sla.Tier
	levels            []Level
}

// A query is what the parameters of an address select.
type query struct {
	filter
	id string
	// A limit of 0 means the handler's PageSize.
	offset, limit int
}

// parseQuery reads the query of an address. Parameters that it does not know are ignored, so that
// links may carry others.
func parseQuery(u *url.URL) (query, error) {
	// The standard library's Query method drops what it cannot decode; a filter that is lost would
	// show more than was asked for.
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return query{}, errors.New("it is not URL-encoded")
	}

	var f fault.List
	// The bound keeps the cost of a match small: each SLA is compared with all values.
	for _, kind := range []string{"consumer", "label", "tier", "level"} {
		if len(values[kind]) > mostChosen {
			f.Add(kind, "given more than %d times", mostChosen)
			return query{}, f.Err() // the values are not worth a look
		}
	}
	q := query{
		filter: filter{
			consumers: distinct(values["consumer"]), labels: distinct(values["label"]),
			tiers: parseAll[sla.Tier](&f, values["tier"]), levels: parseAll[Level](&f, values["level"]),
		},
		id:     values.Get("id"),
		offset: parseNumber(&f, "offset", values.Get("offset"), 1<<30),
		limit:  parseNumber(&f, "limit", values.Get("limit"), mostListed),
	}
	return q, f.Err()
}

// distinct returns the values in order and once each. Empty ones, which a form sends for an
// untouched field, are dropped.
func distinct(values []string) []string {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	slices.Sort(values)
	return slices.Compact(values)
}

// parseAll reads values of an enumeration, until one is faulty.
func parseAll[T ~int, P interface {
	*T
	UnmarshalText([]byte) error
}](f *fault.List, texts []string) (all []T) {
	for _, text := range distinct(texts) {
		var v T
		if err := P(&v).UnmarshalText([]byte(text)); err != nil {
			f.Below("", err)
			return nil
		}
		all = append(all, v)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// parseNumber reads a number from 0 to most. An empty text is 0, which means the default.
func parseNumber(f *fault.List, kind, text string, most int) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		f.Add(kind, "%s is not a number from 0 to %d", plain.Quote(text), most)
		return 0
	}
	return n
}

// values returns the filter as parameters.
func (f *filter) values() url.Values {
	v := url.Values{}
	for _, c := range f.consumers {
		v.Add("consumer", c)
	}
	for _, l := range f.labels {
		v.Add("label", l)
	}
	for _, t := range f.tiers {
		v.Add("tier", t.String())
	}
	for _, l := range f.levels {
		v.Add("level", l.String())
	}
	return v
}

// reduce drops what an endpoint does not look at, so that addresses with the same response share
// its cache entry.
func (q *query) reduce(e endpoint) {
	// What is dropped would only make a second entry of the same response in the cache.
	if !e.filtered {
		q.filter = filter{}
	}
	if !e.paged {
		q.offset, q.limit = 0, 0
	}
	if !e.single {
		q.id = ""
	}
}

// text returns the query in one form for all queries that mean the same.
func (q *query) text() string {
	v := q.values()
	v.Set("id", q.id)
	v.Set("offset", strconv.Itoa(q.offset))
	v.Set("limit", strconv.Itoa(q.limit))
	return v.Encode()
}

// match reports whether the filter selects an SLA.
func (f *filter) match(r *row) bool {
	consumes := func(c string) bool { return slices.Contains(r.Consumers, c) }
	return (len(f.tiers) == 0 || slices.Contains(f.tiers, r.Tier)) &&
		(len(f.levels) == 0 || slices.Contains(f.levels, r.Level)) &&
		(len(f.consumers) == 0 || slices.ContainsFunc(f.consumers, consumes)) &&
		(len(f.labels) == 0 || slices.ContainsFunc(f.labels, r.labelled))
}

// labelled reports whether an SLA has a label, given as a key or as "key:value". A key may hold a
// colon itself.
func (r *row) labelled(text string) bool {
	// A filter by key alone selects all that have the label, whatever its value.
	if _, found := r.Labels[text]; found {
		return true
	}
	key, value, both := strings.Cut(text, ":")
	have, found := r.Labels[key]
	return both && found && have == value
}

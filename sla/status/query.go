package status

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	mostQuery  = 4096 // bytes of a query
	mostChosen = 32   // values of one kind in a filter
)

// A filter chooses SLAs: of one kind, one value has to match; of several kinds, each.
type filter struct {
	consumers, labels []string
	tiers             []sla.Tier
	levels            []Level
}

// A question is what a query asks.
type question struct {
	filter
	id            string
	offset, limit int // a limit of 0: what the handler says
}

var errQuery = errors.New("status: bad query")

// parseQuery reads a query. Parameters that it does not know are ignored, so that links may carry others.
func parseQuery(u *url.URL) (question, error) {
	var q question
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return q, fmt.Errorf("%w: it cannot be decoded", errQuery)
	}
	for _, kind := range []string{"consumer", "label", "tier", "level"} {
		if len(values[kind]) > mostChosen {
			return q, fmt.Errorf("%w: %s comes more than %d times", errQuery, kind, mostChosen)
		}
	}
	q.id = values.Get("id")
	q.consumers, q.labels = chosen(values["consumer"]), chosen(values["label"])
	var bad [4]error
	q.tiers, bad[0] = parseAll[sla.Tier]("tier", values["tier"])
	q.levels, bad[1] = parseAll[Level]("level", values["level"])
	q.offset, bad[2] = parseNumber("offset", values.Get("offset"), 1<<30)
	q.limit, bad[3] = parseNumber("limit", values.Get("limit"), mostListed)
	return q, errors.Join(bad[:]...)
}

// chosen drops empty values, as an untouched field of a form sends them, and repetitions.
func chosen(values []string) []string {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	slices.Sort(values)
	return slices.Compact(values)
}

func parseAll[T ~int, P interface {
	*T
	UnmarshalText([]byte) error
}](kind string, texts []string) (all []T, err error) {
	for _, text := range chosen(texts) {
		var v T
		if P(&v).UnmarshalText([]byte(text)) != nil {
			return nil, fmt.Errorf("%w: %s: %.40q is none", errQuery, kind, text)
		}
		all = append(all, v)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func parseNumber(kind, text string, most int) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%w: %s: %.40q is not a number from 0 to %d", errQuery, kind, text, most)
	}
	return n, nil
}

// values writes the filter as parameters.
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

// keep drops what an endpoint does not look at: questions that have one answer are one question.
func (q *question) keep(e endpoint) {
	if !e.listed {
		q.filter = filter{}
	}
	if !e.paged {
		q.offset, q.limit = 0, 0
	}
	if !e.single {
		q.id = ""
	}
}

// text writes the question in the one form that all equal questions have.
func (q *question) text() string {
	v := q.values()
	v.Set("id", q.id)
	v.Set("offset", strconv.Itoa(q.offset))
	v.Set("limit", strconv.Itoa(q.limit))
	return v.Encode()
}

// match says whether an SLA is chosen.
func (f *filter) match(r *row) bool {
	return (len(f.tiers) == 0 || slices.Contains(f.tiers, r.Tier)) &&
		(len(f.levels) == 0 || slices.Contains(f.levels, r.Level)) &&
		(len(f.consumers) == 0 || slices.ContainsFunc(f.consumers, func(c string) bool { return slices.Contains(r.Consumers, c) })) &&
		(len(f.labels) == 0 || slices.ContainsFunc(f.labels, r.labelled))
}

// labelled says whether an SLA has a label, which is a key or a key and a value.
func (r *row) labelled(text string) bool {
	if _, found := r.Labels[text]; found {
		return true
	}
	key, value, both := strings.Cut(text, ":")
	have, found := r.Labels[key]
	return both && found && have == value
}

// visible lists what the sender of a request may know of: the SLAs, and whether what belongs to none.
// The mark is the same for all who may see the same, and for nobody else: a digest of a bit for each.
func (h *Handler) visible(r *http.Request, s *snapshot) (rows []*row, rest bool, mark string) {
	if h.Authorize == nil {
		return s.rows, true, ""
	}
	bits := make([]byte, len(s.rows)/8+1)
	for i, row := range s.rows {
		if h.allowed(r, row.ID) {
			rows = append(rows, row)
			bits[i/8] |= 1 << (i % 8)
		}
	}
	if rest = h.allowed(r, ""); rest {
		bits[len(s.rows)/8] |= 1 << (len(s.rows) % 8)
	}
	return rows, rest, fmt.Sprintf("%x", sha256.Sum256(bits))
}

// allowed asks the caller's function; one that panics says no.
func (h *Handler) allowed(r *http.Request, id string) (may bool) {
	defer contain(func() { may = false })
	return h.Authorize(r, id)
}

package contract

import (
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// skew is how far ahead of the clock a landing may be dated: the clocks of two machines differ.
const skew = time.Minute

// synonyms are the two-letter words of the standard for what is measured here.
var synonyms = map[string]string{"ly": "latency", "fy": "frequency", "av": "availability", "er": "errorrate"}

// measured sets what a property promises, and reports whether that can be measured here. Words are
// those of the standard, in upper or lower case.
func (r *reader) measured(p *promise, word, value, unit foreign.Node) bool {
	before, o := r.doc.Len(), &p.objective
	name := strings.ToLower(word.Text())
	if full, ok := synonyms[name]; ok {
		name = full
	}
	switch name {
	case "":
		return false
	case "latency", "freshness":
		o.Freshness = freshness.MaxAge{Fail: duration(value, unit), Skew: skew}
	case "frequency":
		o.Freshness = freshness.Cadence{Every: frequency(value, unit), Skew: skew}
	case "timeofavailability":
		due, ok := r.timeOfDay(value, unit)
		if !ok {
			return false
		}
		o.Freshness = freshness.Deadline{Due: due, Skew: skew}
	case "availability", "errorrate":
		share(o, value, unit, name == "errorrate")
	default:
		r.unmeasured(word, name, value)
		return false
	}
	return r.doc.Len() == before
}

// unmeasured notes a property about which nothing can be measured here.
func (r *reader) unmeasured(word foreign.Node, name string, value foreign.Node) {
	if (name == "generalavailability" || name == "ga") && strings.HasSuffix(textOf(value), "%") {
		word.Note("is a date, and has a percentage: was availability meant?")
		return
	}
	word.Note("%s is no promise that can be measured here", plain.Quote(word.Text()))
}

// frequency reads how often something lands: a length, or a word.
func frequency(value, unit foreign.Node) time.Duration {
	switch strings.ToLower(textOf(value)) {
	case "hourly":
		return time.Hour
	case "daily":
		return 24 * time.Hour
	case "weekly":
		return 7 * 24 * time.Hour
	case "monthly", "quarterly", "yearly", "annually":
		value.Refuse(noLength, plain.Quote(value.Text()))
		return 0
	}
	return duration(value, unit)
}

// textOf returns a text, and nothing where there is another value.
func textOf(n foreign.Node) string {
	if n.Is() && n.Value.Raw[0] == '"' {
		return n.Text()
	}
	return ""
}

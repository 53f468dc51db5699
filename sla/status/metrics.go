package status

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	promKind = "text/plain; version=0.0.4; charset=utf-8"
	openKind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
)

// accepted chooses the form of the metrics: OpenMetrics where a client accepts it no less than plain text.
func accepted(header string) string {
	open, plain := -1.0, 0.0
	for _, item := range strings.Split(header, ",") {
		kind, parameters, _ := strings.Cut(item, ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/openmetrics-text":
			open = max(open, quality(parameters))
		case "text/plain":
			plain = max(plain, quality(parameters))
		}
	}
	if open > 0 && open >= plain {
		return openKind
	}
	return promKind
}

// A family is one metric, and how it is read off.
type family struct {
	name, help, unit string
	of               func(b []byte, r *row, name string) []byte
}

// families lists what is told of each SLA or objective. Labels are names of the catalog alone: how many series there are
// depends on how many promises there are, and on nothing that is recorded.
func families() []family {
	return []family{
		{"sla_level", "How a promise stands now: 0 kept, 1 maintenance, 2 unknown, 3 at risk, 4 broken.", "", perSLA(func(r *row) (float64, bool) {
			return float64(r.Level.rank()), true
		})},
		{"sla_state", "What has become of a promise over its window: 0 met, 1 no data, 2 at risk, 3 exhausted, 4 breached.", "", perSLA(func(r *row) (float64, bool) {
			return float64(stateRank(r.State)), true
		})},
		{"sla_open_incidents", "Open incidents that reach a promise.", "", perSLA(func(r *row) (float64, bool) {
			return float64(len(r.Incidents)), true
		})},
		{"sla_good", "Outcomes of an objective's window that kept the promise.", "", perObjective(func(o *Objective) (float64, bool) { return float64(o.Good), true })},
		{"sla_bad", "Outcomes of an objective's window that broke the promise.", "", perObjective(func(o *Objective) (float64, bool) { return float64(o.Bad), true })},
		{"sla_target_ratio", "The share of outcomes that must be good.", "ratio", perObjective(func(o *Objective) (float64, bool) { return targetShare(o.Target) })},
		{"sla_compliance_ratio", "The share of outcomes that were good. Absent: there is no data.", "ratio", perObjective(func(o *Objective) (float64, bool) { return value(o.Compliance) })},
		{"sla_budget_remaining_ratio", "The share of the budget that is left, negative when too much was used. Absent: there is no data.", "ratio", perObjective(func(o *Objective) (float64, bool) { return value(o.Remaining) })},
		{"sla_coverage_ratio", "The share of the window that was measured.", "ratio", perObjective(func(o *Objective) (float64, bool) { return o.Coverage, true })},
		{"sla_landed_timestamp_seconds", "When data landed last. Absent: never, or nobody knows.", "seconds", perObjective(func(o *Objective) (float64, bool) {
			if o.Landed == nil {
				return 0, false
			}
			return stamp(*o.Landed)
		})},
		{"sla_due_timestamp_seconds", "When data is due, or was when it is overdue. Absent: nothing is due.", "seconds", perObjective(func(o *Objective) (float64, bool) { return stamp(o.Due) })},
		{"sla_checked_timestamp_seconds", "When an objective was looked at last. Absent: never.", "seconds", perObjective(func(o *Objective) (float64, bool) { return stamp(o.Checked) })},
		{"sla_exhaustion_timestamp_seconds", "When the budget will be gone at the present burn. Absent: never.", "seconds", perObjective(func(o *Objective) (float64, bool) { return stamp(o.Exhaustion) })},
	}
}

func stateRank(s sla.State) int {
	return map[sla.State]int{sla.Met: 0, sla.NoData: 1, sla.AtRisk: 2, sla.Exhausted: 3, sla.Breached: 4}[s]
}

func value(f *float64) (float64, bool) {
	if f == nil {
		return 0, false
	}
	return *f, true
}

func stamp(t time.Time) (float64, bool) {
	return float64(t.UnixMilli()) / 1000, !t.IsZero()
}

func targetShare(text string) (float64, bool) {
	percent, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	return percent / 100, err == nil
}

func perSLA(of func(*row) (float64, bool)) func([]byte, *row, string) []byte {
	return func(b []byte, r *row, name string) []byte {
		v, ok := of(r)
		if !ok {
			return b
		}
		b = append(append(b, name...), `{sla="`...)
		b = append(appendLabel(b, r.ID), `",tier="`...)
		b = append(append(b, r.Tier.String()...), `"} `...)
		return append(strconv.AppendFloat(b, v, 'g', -1, 64), '\n')
	}
}

func perObjective(of func(*Objective) (float64, bool)) func([]byte, *row, string) []byte {
	return func(b []byte, r *row, name string) []byte {
		for i := range r.Objectives {
			o := &r.Objectives[i]
			v, ok := of(o)
			if !ok {
				continue
			}
			b = append(append(b, name...), `{sla="`...)
			b = append(appendLabel(b, r.ID), `",objective="`...)
			b = append(appendLabel(b, o.Name), `"} `...)
			b = append(strconv.AppendFloat(b, v, 'g', -1, 64), '\n')
		}
		return b
	}
}

// appendLabel writes the value of a label: what would end it, or its line, is escaped; other control characters become spaces.
func appendLabel(b []byte, text string) []byte {
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case r == '\\' || r == '"':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r < ' ' || r == 0x7f:
			b = append(b, ' ')
		default:
			b = append(b, string(r)...)
		}
	}
	return b
}

// metrics answers metrics, in either form.
func (a *asked) metrics() (answer, error) {
	open := a.accept == openKind
	b := make([]byte, 0, 1024+256*len(a.rows)*4)
	for _, f := range families() {
		b = fmt.Appendf(b, "# HELP %s %s\n# TYPE %s gauge\n", f.name, f.help, f.name)
		if open && f.unit != "" {
			b = fmt.Appendf(b, "# UNIT %s %s\n", f.name, f.unit)
		}
		for _, r := range a.rows {
			b = f.of(b, r, f.name)
		}
	}
	if open {
		b = append(b, "# EOF\n"...)
	}
	return answer{kind: a.accept, body: b}, nil
}

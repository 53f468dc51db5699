package status

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	promType = "text/plain; version=0.0.4; charset=utf-8"
	openType = "application/openmetrics-text; version=1.0.0; charset=utf-8"
)

// metricsForm returns the content type of metrics for an Accept header: OpenMetrics where the
// client accepts it no less than plain text.
func metricsForm(header string) string {
	open, prom := -1.0, 0.0
	for item := range strings.SplitSeq(header, ",") {
		kind, parameters, _ := strings.Cut(item, ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/openmetrics-text":
			open = max(open, quality(parameters))
		case "text/plain":
			prom = max(prom, quality(parameters))
		}
	}
	// A client that accepts neither, or sends no header, gets the form that all scrapers read.
	if open > 0 && open >= prom {
		return openType
	}
	return promType
}

// A family is one metric, and how its series are written.
type family struct {
	name, help, unit string
	write            func(b []byte, r *row, name string) []byte
}

// families returns the metrics. Their labels are names of the catalog only, so that the number of
// series depends on how many SLAs there are, and on nothing that is recorded. A value that is not
// known has no series: a zero would be believed.
func families() []family {
	return []family{
		{"sla_level", "Level of an SLA now: 0 kept, 1 maintenance, 2 unknown, 3 at risk, 4 broken.", "",
			perSLA(func(r *row) float64 { return float64(r.Level.rank()) })},
		{"sla_state", "State of an SLA over its window: 0 met, 1 no data, 2 at risk, 3 exhausted, 4 breached.", "",
			perSLA(func(r *row) float64 { return float64(stateRank(r.State)) })},
		{"sla_open_incidents", "Open incidents that reach an SLA.", "",
			perSLA(func(r *row) float64 { return float64(len(r.Incidents)) })},
		{"sla_good", "Good outcomes in the window of an SLO.", "",
			perObjective(func(o *ObjectiveView) (float64, bool) { return float64(o.Good), true })},
		{"sla_bad", "Bad outcomes in the window of an SLO.", "",
			perObjective(func(o *ObjectiveView) (float64, bool) { return float64(o.Bad), true })},
		{"sla_target_ratio", "Share of outcomes that must be good.", "ratio",
			perObjective(func(o *ObjectiveView) (float64, bool) { return targetShare(o.Target) })},
		{"sla_compliance_ratio", "Share of outcomes that were good. Absent: no data.", "ratio",
			perObjective(func(o *ObjectiveView) (float64, bool) { return value(o.Compliance) })},
		{"sla_budget_remaining_ratio", "Share of the error budget that is left, negative when it is overspent. " +
			"Absent: no data.", "ratio",
			perObjective(func(o *ObjectiveView) (float64, bool) { return value(o.Remaining) })},
		{"sla_coverage_ratio", "Share of the window that was measured.", "ratio",
			perObjective(func(o *ObjectiveView) (float64, bool) { return o.Coverage, true })},
		{"sla_landed_timestamp_seconds", "When data landed last. Absent: never, or not known.", "seconds",
			perObjective(func(o *ObjectiveView) (float64, bool) { return seconds(o.Landed) })},
		{"sla_due_timestamp_seconds", "When data is due, or was if it is overdue. Absent: nothing is due.",
			"seconds", perObjective(func(o *ObjectiveView) (float64, bool) { return seconds(&o.Due) })},
		{"sla_checked_timestamp_seconds", "When an objective was checked last. Absent: never.", "seconds",
			perObjective(func(o *ObjectiveView) (float64, bool) { return seconds(&o.Checked) })},
		{"sla_exhaustion_timestamp_seconds", "When the error budget is exhausted at the present burn rate. " +
			"Absent: never.", "seconds",
			perObjective(func(o *ObjectiveView) (float64, bool) { return seconds(&o.ExhaustsAt) })},
	}
}

// stateRank orders states by how bad they are, for the metric sla_state.
func stateRank(s sla.State) int {
	return map[sla.State]int{
		sla.StateMet: 0, sla.StateNoData: 1, sla.StateAtRisk: 2, sla.StateExhausted: 3, sla.StateBreached: 4,
	}[s]
}

// value returns a figure that may not be known.
func value(f *float64) (float64, bool) {
	if f == nil {
		return 0, false
	}
	return *f, true
}

// seconds returns an instant as seconds since 1970, to the millisecond.
func seconds(t *time.Time) (float64, bool) {
	if t == nil || t.IsZero() {
		return 0, false
	}
	return float64(t.UnixMilli()) / 1000, true
}

// targetShare returns a target as a share. Targets are shares of whole billionths, which a float64
// tells apart.
func targetShare(text string) (float64, bool) {
	percent, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	return percent / 100, err == nil
}

// perSLA returns a writer of one series for each SLA.
func perSLA(of func(*row) float64) func([]byte, *row, string) []byte {
	return func(b []byte, r *row, name string) []byte {
		b = append(append(b, name...), `{sla="`...)
		b = append(appendLabel(b, r.ID), `",tier="`...)
		b = append(append(b, r.Tier.String()...), `"} `...)
		return append(strconv.AppendFloat(b, of(r), 'g', -1, 64), '\n')
	}
}

// perObjective returns a writer of one series for each objective whose value is known. Both writers
// append to one buffer: formatted printing of 13 series for each of thousands of SLAs would take
// most of a scrape.
func perObjective(of func(*ObjectiveView) (float64, bool)) func([]byte, *row, string) []byte {
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

// appendLabel writes the value of a label. It escapes what would end the value or its line; the
// format has no escape for other control characters, so that they become spaces.
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

// metrics makes metrics, in the form that the client accepts.
func (q *request) metrics() (response, error) {
	open := q.accept == openType
	// One buffer of about the right size spares copying the whole text again and again.
	b := make([]byte, 0, 1024+1024*len(q.rows)) // 13 series of about 80 bytes each
	// The series of one metric stand together, as both formats ask for.
	for _, f := range families() {
		b = fmt.Appendf(b, "# HELP %s %s\n# TYPE %s gauge\n", f.name, f.help, f.name)
		if open && f.unit != "" {
			b = fmt.Appendf(b, "# UNIT %s %s\n", f.name, f.unit)
		}
		for _, r := range q.rows {
			b = f.write(b, r, f.name)
		}
	}
	// OpenMetrics tells a text that was cut from a whole one by its last line.
	if open {
		b = append(b, "# EOF\n"...)
	}
	return response{contentType: q.accept, body: b}, nil
}

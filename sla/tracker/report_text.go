package tracker

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// String returns the report in one line, about the objective that decides the state or else has the
// least of its error budget left:
//
//	orders-by-7: breached: ready: 98.88% of 90 good, target 99%, 1 bad too many
//
// Percentages are floored: what is not wholly good is never 100%.
func (r Report) String() string {
	text := plain.Line(r.SLA) + ": " + r.State.String()
	if o, ok := r.decisive(); ok {
		text += ": " + o.String()
	}
	if len(r.Corrections) > 0 {
		text += fmt.Sprintf("; %s", plain.Count(len(r.Corrections), "correction"))
	}
	if r.Maintenance != nil {
		text += "; in maintenance until " + r.instant(r.Maintenance.End)
	}
	return text
}

// decisive returns the objective that decides the state, or else the one with the least of its
// budget left.
func (r Report) decisive() (ObjectiveReport, bool) {
	if o, ok := r.Objective(r.DecidedBy); ok {
		return o, true
	}
	least := -1
	for i, o := range r.Objectives {
		if least < 0 || tighter(o.Budget, r.Objectives[least].Budget) {
			least = i
		}
	}
	if least < 0 {
		return ObjectiveReport{}, false
	}
	return r.Objectives[least], true
}

// tighter reports whether more of b was consumed than of other.
func tighter(b, other sla.Budget) bool {
	x, okX := b.Consumed()
	y, okY := other.Consumed()
	return okX && (!okY || x > y)
}

// String returns the objective in one line:
//
//	ready: 98.88% of 90 good, target 99%, 1 bad too many
func (o ObjectiveReport) String() string {
	text := plain.Line(o.Name) + ": " + goodShare(o.Budget) + ", " + o.Budget.Room()
	if left, ok := o.Budget.Remaining(); ok && left > 0 {
		text += ", " + plain.Share(left, 2) + " of the budget left"
	}
	return text
}

// goodShare returns how much was good, as "98.88% of 90 good".
func goodShare(b sla.Budget) string {
	good, _ := b.Counts.Parts()
	total := b.Counts.Total()
	if total == 0 {
		return "no data"
	}
	return fmt.Sprintf("%s of %d good", plain.Percent(good, total, b.Target.Decimals()), total)
}

// instant returns an instant in the location of the report, to whole seconds; what is finer has all
// its digits.
func (r Report) instant(t time.Time) string {
	return t.In(r.At.Location()).Format("2006-01-02 15:04:05.999999999 MST")
}

// Text returns the report in many lines, for people: each objective with its window, outcomes,
// error budget, burn rates, forecast, coverage and worst buckets, and then the corrections. It ends
// with a line break. Instants are in the location of At; percentages are floored.
func (r Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s), %v: %v", plain.Line(r.title()), plain.Line(r.SLA), r.Tier, r.State)
	if r.DecidedBy != "" {
		fmt.Fprintf(&b, ", by %s", plain.Line(r.DecidedBy))
	}
	fmt.Fprintf(&b, "\nat %s", r.instant(r.At))
	if !r.AsOf.Equal(r.At) {
		fmt.Fprintf(&b, ", by what was known at %s", r.instant(r.AsOf))
	}
	b.WriteString("\n")
	if share, ok := r.Compliance(); ok && !r.Target.IsZero() {
		fmt.Fprintf(&b, "together %s good, target %v\n", plain.Share(share, r.Target.Decimals()), r.Target)
	}

	for _, o := range r.Objectives {
		o.text(&b, r)
	}
	if r.Maintenance != nil {
		fmt.Fprintf(&b, "in maintenance: %s\n", r.correction(*r.Maintenance))
	}
	for _, c := range r.Corrections {
		fmt.Fprintf(&b, "correction: %s\n", r.correction(c))
	}
	return b.String()
}

// LogValue implements [slog.LogValuer]: the SLA and its state, and a group for each objective with
// its figures. What is undefined is left out.
func (r Report) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("sla", r.SLA), slog.String("tier", r.Tier.String()),
		slog.String("state", r.State.String()), slog.Time("at", r.At),
	}
	if r.DecidedBy != "" {
		attrs = append(attrs, slog.String("decided_by", r.DecidedBy))
	}
	if r.Maintenance != nil {
		attrs = append(attrs, slog.Time("maintenance_until", r.Maintenance.End))
	}
	for _, o := range r.Objectives {
		attrs = append(attrs, slog.Any(o.Name, o))
	}
	return slog.GroupValue(attrs...)
}

// LogValue implements [slog.LogValuer], with the figures that are defined.
func (o ObjectiveReport) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String("state", o.State.String()),
		slog.Int64("good", o.Budget.Counts.Good), slog.Int64("bad", o.Budget.Counts.Bad),
	}
	figure := func(key string, value float64, ok bool) {
		if ok {
			attrs = append(attrs, slog.Float64(key, value))
		}
	}

	share, ok := o.Budget.Counts.Compliance()
	figure("compliance", share, ok)
	left, ok := o.Budget.Remaining()
	figure("remaining", left, ok)
	figure("coverage", o.Coverage, true)

	if !o.ExhaustsAt.IsZero() {
		attrs = append(attrs, slog.Time("exhausts_at", o.ExhaustsAt))
	}
	for _, b := range o.Burns {
		if b.Firing() {
			attrs = append(attrs, slog.String(b.Rule.Name, b.String()))
		}
	}
	return slog.GroupValue(attrs...)
}

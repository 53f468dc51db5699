package sla

import (
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// String answers the report in one line, about the objective that decides the state or else has least of its budget left:
//
//	orders-by-7: breached: ready: 98.88% of 90 good, target 99%, 1 bad too many
//
// Percentages are floored: what is not wholly good is never 100%.
func (r Report) String() string {
	text := oneLine(r.SLA) + ": " + r.State.String()
	if o, ok := r.decisive(); ok {
		text += ": " + o.short()
	}
	if len(r.Corrections) > 0 {
		text += fmt.Sprintf("; %s", counted(len(r.Corrections), "correction"))
	}
	if r.Maintenance != nil {
		text += "; in maintenance until " + r.instant(r.Maintenance.End)
	}
	return text
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// decisive is the culprit, or else the objective with the least of its budget left.
func (r Report) decisive() (ObjectiveReport, bool) {
	if o, ok := r.Objective(r.Culprit); ok {
		return o, true
	}
	least := -1
	for i, o := range r.Objectives {
		if least < 0 || o.Budget.tighter(r.Objectives[least].Budget) {
			least = i
		}
	}
	if least < 0 {
		return ObjectiveReport{}, false
	}
	return r.Objectives[least], true
}

// tighter says whether more of b was consumed than of other.
func (b Budget) tighter(other Budget) bool {
	x, okX := b.Consumed()
	y, okY := other.Consumed()
	return okX && (!okY || x > y)
}

// String answers the objective in one line:
//
//	ready: 98.88% of 90 good, target 99%, 1 bad too many
func (o ObjectiveReport) String() string { return o.short() }

func (o ObjectiveReport) short() string {
	text := oneLine(o.Name) + ": " + goodShare(o.Budget) + ", " + o.Budget.room()
	if left, ok := o.Budget.Remaining(); ok && left > 0 {
		text += ", " + floored(left, 2) + " of the budget left"
	}
	return text
}

// goodShare says how much was good, as "98.88% of 90 good".
func goodShare(b Budget) string {
	good, _ := b.Counts.parts()
	total := b.Counts.Total()
	if total == 0 {
		return "no data"
	}
	return fmt.Sprintf("%s of %d good", flooredShare(good, total, percentDecimals(b.Target)), total)
}

// percentDecimals is how many decimals of a percentage tell a share from a target: one more than that has, and at least two.
func percentDecimals(t Target) int {
	_, fraction, _ := strings.Cut(strings.TrimSuffix(t.String(), "%"), ".")
	return max(2, len(fraction)+1)
}

// flooredShare says part / whole in percent, floored: 100 × 10^digits × part / whole is computed in whole numbers.
func flooredShare(part, whole uint64, digits int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)+2), nil)
	n := scale.Mul(scale, new(big.Int).SetUint64(part))
	n.Quo(n, new(big.Int).SetUint64(whole))
	text := fmt.Sprintf("%0*s", digits+1, n.String())
	return tidy(text[:len(text)-digits]+"."+text[len(text)-digits:]) + "%"
}

// floored says a share in percent, floored to some decimals.
func floored(share float64, digits int) string {
	scale := math.Pow10(digits)
	return tidy(strconv.FormatFloat(math.Floor(share*100*scale)/scale, 'f', digits, 64)) + "%"
}

// tidy drops the zeros behind the point.
func tidy(number string) string { return strings.TrimSuffix(strings.TrimRight(number, "0"), ".") }

// oneLine replaces what would break a line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if hostile(r) {
			return ' '
		}
		return r
	}, s)
}

// instant writes an instant in the location of the report.
func (r Report) instant(t time.Time) string { return instantText(t.In(r.At.Location())) }

// instantText writes whole seconds as such, and what is finer with all its digits.
func instantText(t time.Time) string { return t.Format("2006-01-02 15:04:05.999999999 MST") }

// Text answers the report in many lines, for people: each objective with its window, outcomes, budget, burn, forecast,
// coverage and worst moments, and then the corrections. It ends with a line break.
// Instants are in the location of At; percentages are floored.
func (r Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s), %v: %v", oneLine(r.Title()), oneLine(r.SLA), r.Tier, r.State)
	if r.Culprit != "" {
		fmt.Fprintf(&b, ", by %s", oneLine(r.Culprit))
	}
	fmt.Fprintf(&b, "\nat %s", r.instant(r.At))
	if !r.AsOf.Equal(r.At) {
		fmt.Fprintf(&b, ", as was known at %s", r.instant(r.AsOf))
	}
	b.WriteString("\n")
	if share, ok := r.Compliance(); ok && !r.Target.IsZero() {
		fmt.Fprintf(&b, "together %s good, target %v\n", floored(share, percentDecimals(r.Target)), r.Target)
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

// LogValue implements [slog.LogValuer]: the SLA and its state, and a group for each objective with its figures.
// What is undefined is left out.
func (r Report) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("sla", r.SLA), slog.String("tier", r.Tier.String()), slog.String("state", r.State.String()), slog.Time("at", r.At)}
	if r.Culprit != "" {
		attrs = append(attrs, slog.String("culprit", r.Culprit))
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
	attrs := []slog.Attr{slog.String("state", o.State.String()), slog.Int64("good", o.Budget.Counts.Good), slog.Int64("bad", o.Budget.Counts.Bad)}
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
	if !o.Exhaustion.IsZero() {
		attrs = append(attrs, slog.Time("exhaustion", o.Exhaustion))
	}
	for _, b := range o.Burns {
		if b.Firing() {
			attrs = append(attrs, slog.String(b.Rule.Name, b.String()))
		}
	}
	return slog.GroupValue(attrs...)
}

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

const (
	dayForm  = "2006-01-02 Mon"
	hourForm = "15:04"
)

// print prints the replay: a line for each due instant, with every P1 on the way to it. Days on
// which nothing happened share a line.
func (r *replay) print(w io.Writer) {
	o := r.objective
	fmt.Fprintf(w, "%s: %s, %v of %s\n", r.promise.Title(), o.Name, o.Target, o.Asset)
	first, last := r.landed[0].At, r.landed[len(r.landed)-1].At
	fmt.Fprintf(w, "%d landings of %s, %s to %s\n\n",
		len(r.landed), strings.Join(r.chain, " → "), plain.Minute(first), plain.Minute(last))

	for i := 0; i < len(r.days); {
		n := quiet(r.days[i:])
		if n > 1 {
			fmt.Fprintf(w, "%s  … %s  on time, %d times, and never at risk\n",
				r.days[i].due.Format(dayForm), r.days[i+n-1].due.Format(dayForm), n)
			i += n
			continue
		}
		printDay(w, &r.days[i])
		i++
	}
	r.printTotals(w)
}

// quiet returns how many days in a row, from the first, were on time and had no P1.
func quiet(days []day) int {
	for i := range days {
		if !days[i].onTime() || len(days[i].alarms) > 0 {
			return i
		}
	}
	return len(days)
}

func printDay(w io.Writer, d *day) {
	fmt.Fprintf(w, "%s  %s\n", d.due.Format(dayForm), outcome(d))
	for _, alarm := range d.alarms {
		fmt.Fprintf(w, "    %s %s\n", alarm.Signal.At.In(d.due.Location()).Format(hourForm), alarm.Explain())
	}
}

// outcome returns what became of a due instant.
func outcome(d *day) string {
	landed := plain.Minute(d.landed.In(d.due.Location()))
	switch {
	case d.missed():
		return "missed: nothing landed for it"
	case d.late > 0:
		return "late by " + plain.Duration(d.late) + ": landed " + landed
	}
	return "on time: landed " + landed + ", " + plain.Duration(d.due.Sub(d.landed)) + " before it was due"
}

// printTotals prints the counts and the compliance, which is the SLI.
//
//	compliance = good / (good + bad)
//
// Late and missed are both bad: the promise was to be there in time.
func (r *replay) printTotals(w io.Writer) {
	onTime, late, missed, alarms := r.count()
	bad := late + missed
	fmt.Fprintf(w, "\n%d due: %d on time, %d late, %d missed. %d P1s, from %d checks.\n",
		onTime+bad, onTime, late, missed, alarms, r.checks)
	if onTime+bad == 0 {
		fmt.Fprintln(w, "Nothing was due, so that there is no compliance.")
		return
	}
	fmt.Fprintf(w, "Compliance %s of %v promised: %s.\n",
		percent(onTime, onTime+bad), r.objective.Target, verdict(r.objective.Target, onTime, bad))
}

// count returns how many due instants were on time, late and missed, and how many P1s there were.
func (r *replay) count() (onTime, late, missed, alarms int) {
	for i := range r.days {
		d := &r.days[i]
		alarms += len(d.alarms)
		switch {
		case d.missed():
			missed++
		case d.late > 0:
			late++
		default:
			onTime++
		}
	}
	return onTime, late, missed, alarms
}

// verdict returns whether a target was kept. A promise includes its limit: exactly the target is
// kept.
func verdict(target sla.Target, good, bad int) string {
	budget := sla.Budget{Target: target, Counts: sla.Counts{Good: int64(good), Bad: int64(bad)}}
	if budget.State() == sla.StateBreached {
		return "broken"
	}
	return "kept"
}

// percent returns a share with two decimals, floored: it never claims more than there was.
func percent(good, total int) string { return plain.Percent(uint64(good), uint64(total), 2) }

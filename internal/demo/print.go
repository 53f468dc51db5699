package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	dayForm  = "2006-01-02 Mon"
	hourForm = "15:04"
)

// print writes the replay: a line for each due instant, with every P1 on the
// way to it; days on which nothing happened are drawn together.
func (r *replay) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s, %v of %s\n", r.promise.Title(), r.objective.Name, r.objective.Target, r.objective.Asset)
	fmt.Fprintf(w, "%d landings of %s, %s to %s\n\n", len(r.landed), strings.Join(r.chain, " → "),
		stamp(r.landed[0].At), stamp(r.landed[len(r.landed)-1].At))
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

// quiet answers how many days in a row, from the first, need no words.
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

// outcome says what became of a due instant.
func outcome(d *day) string {
	switch {
	case d.missed():
		return "missed: nothing landed for it"
	case d.late > 0:
		return "late by " + brief(d.late) + ": landed " + stamp(d.landed.In(d.due.Location()))
	}
	return "on time: landed " + stamp(d.landed.In(d.due.Location())) + ", " + brief(d.due.Sub(d.landed)) + " before it was due"
}

// printTotals writes the counts and the compliance.
//
//	compliance = good / (good + bad)
//
// Late and missed are both bad: the promise was to be there in time.
func (r *replay) printTotals(w io.Writer) {
	onTime, late, missed, alarms := r.count()
	bad := late + missed
	fmt.Fprintf(w, "\n%d due: %d on time, %d late, %d missed. %d P1s, from %d looks.\n",
		onTime+bad, onTime, late, missed, alarms, r.looks)
	if onTime+bad == 0 {
		fmt.Fprintln(w, "Nothing was due: there is no compliance to speak of.")
		return
	}
	verdict := "kept"
	if !kept(int64(onTime), int64(bad), r.objective.Target.Billionths()) {
		verdict = "broken"
	}
	fmt.Fprintf(w, "Compliance %s of %v promised: %s.\n", percent(onTime, onTime+bad), r.objective.Target, verdict)
}

// count adds up what became of the due instants.
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

// kept compares the share of good with the target, in integers.
func kept(good, bad, billionths int64) bool {
	return good*1e9 >= (good+bad)*billionths
}

// percent writes good of total with two decimals, floored: it never claims
// more than there was.
func percent(good, total int) string {
	p := good * 10_000 / total
	return fmt.Sprintf("%d.%02d %%", p/100, p%100)
}

func stamp(t time.Time) string { return t.Format("2006-01-02 15:04 MST") }

// brief writes a duration in hours and minutes, rounded down; below a minute
// in seconds.
func brief(d time.Duration) string {
	if d < time.Minute {
		return d.Truncate(time.Second).String()
	}
	text := strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

const (
	habit = 90 * 24 * time.Hour // how much of the past the baseline is learned from
	ahead = time.Hour           // how long before a due instant the demo begins to predict
	pace  = 5 * time.Minute     // how often it predicts then
	wants = 0.95                // the share that a suggested policy should keep
)

// A warning is the first prediction of a miss, made before the due instant from nothing but what
// had landed by then.
type warning struct {
	day        *day
	prediction history.Prediction
}

// predict returns the warnings of all days. It predicts before each due instant for as long as
// nothing has landed for it.
func (r *replay) predict() (warnings []warning) {
	for i := range r.days {
		d := &r.days[i]
		usual, err := history.Learn(r.between(d.due.Add(-habit), d.due.Add(-ahead)), d.due.Location())
		if err != nil {
			continue // too little history yet
		}

		for now := d.due.Add(-ahead); now.Before(d.due); now = now.Add(pace) {
			landed := r.between(time.Time{}, now)
			if r.objective.Freshness.Check(landed, now).Reason == freshness.ReasonOnTime {
				break // it has landed
			}
			if p := usual.Predict(landed, now, d.due); p.Err == nil && p.Miss {
				warnings = append(warnings, warning{d, p})
				break
			}
		}
	}
	return warnings
}

// between returns the landings from one instant to another, both included.
func (r *replay) between(from, to time.Time) freshness.Landings {
	first, last := 0, len(r.landed)
	for first < last && r.landed[first].At.Before(from) {
		first++
	}
	for last > first && r.landed[last-1].At.After(to) {
		last--
	}
	return r.landed[first:last]
}

// printBaseline prints what the history teaches: what is usual, a policy that would suit it, and
// how well it predicts.
func (r *replay) printBaseline(w io.Writer) error {
	usual, err := history.Learn(r.landed, r.days[0].due.Location())
	var tooLittle *history.SampleError
	if errors.As(err, &tooLittle) {
		fmt.Fprintf(w, "\nWhat is usual: %v.\n", err)
		return nil
	} else if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nWhat is usual: %v\n", usual)

	suggested, err := usual.Suggest(wants)
	if err != nil {
		return err
	}
	text, err := freshness.EncodePolicy(suggested.Policy)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\nSuggested, and not activated: %s\n%v.\n", text, suggested)
	printWarnings(w, r.predict())
	return nil
}

// printWarnings prints each miss that was predicted, and counts the predictions that came true.
func printWarnings(w io.Writer, warnings []warning) {
	fmt.Fprintf(w, "\nPredicted from the %d days before, every %s from %s before it was due:\n",
		habit/(24*time.Hour), plain.Duration(pace), plain.Duration(ahead))

	wrong := 0
	for _, each := range warnings {
		if each.day.onTime() {
			wrong++
			continue
		}
		due, p := each.day.due, each.prediction
		fmt.Fprintf(w, "%s  at %s: a chance of %s to be there by %s (%d of %d %s that had waited as long).\n",
			due.Format(dayForm), p.At.Format(hourForm), percent(p.InTime, p.Waiting),
			due.Format(hourForm), p.InTime, p.Waiting, p.Sample)
		fmt.Fprintf(w, "    It was %s\n", outcome(each.day))
	}
	fmt.Fprintf(w, "%d misses were predicted before they happened; "+
		"%d more were predicted, and it landed in time after all.\n", len(warnings)-wrong, wrong)
}

package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

const (
	habit = 90 * 24 * time.Hour // how much of the past says what is usual
	ahead = time.Hour           // how long before a due instant the demo begins to ask
	pace  = 5 * time.Minute     // how often it then asks
	wants = 0.95                // the share that a suggested policy should keep
)

// An omen is the first prediction of a miss, made before the due instant from
// nothing but what had landed by then.
type omen struct {
	day  *day
	said freshness.Prediction
}

// foretell asks before each due instant, as long as nothing has landed for it,
// whether it will be missed.
func (r *replay) foretell() (omens []omen) {
	for i := range r.days {
		d := &r.days[i]
		usual, err := freshness.Learn(r.between(d.due.Add(-habit), d.due.Add(-ahead)), d.due.Location())
		if err != nil {
			continue // too little history yet: nothing is said
		}
		for now := d.due.Add(-ahead); now.Before(d.due); now = now.Add(pace) {
			landed := r.between(time.Time{}, now)
			if r.objective.Freshness.Check(landed, now).Reason == freshness.ReasonOnTime {
				break // it has landed
			}
			if said := usual.Predict(landed, now, d.due); said.Err == nil && said.Miss {
				omens = append(omens, omen{d, said})
				break
			}
		}
	}
	return omens
}

// between answers the landings from one instant to another, both included.
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

// printUsual writes what the history teaches: what is usual, a policy that
// would suit it, and how well it foretells.
func (r *replay) printUsual(w io.Writer) error {
	usual, err := freshness.Learn(r.landed, r.days[0].due.Location())
	var tooLittle *freshness.HistoryError
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
	fmt.Fprintf(w, "\nSuggested, and not activated: %s\n%s. It would have missed %d of %d.\n", text, suggested.Why,
		suggested.Report.Judged()-suggested.Report.Kept(), suggested.Report.Judged())
	printOmens(w, r.foretell())
	return nil
}

// printOmens writes each miss that was foretold, and counts the predictions
// that came true.
func printOmens(w io.Writer, omens []omen) {
	fmt.Fprintf(w, "\nForetold from the %d days before, asking every %v from %v before it was due:\n", habit/(24*time.Hour), brief(pace), brief(ahead))
	wrong := 0
	for _, o := range omens {
		if o.day.onTime() {
			wrong++
			continue
		}
		fmt.Fprintf(w, "%s  at %s: a chance of %s to be there by %s (%d of %d %s that had waited as long).\n    It was %s\n",
			o.day.due.Format(dayForm), o.said.At.Format(hourForm), percent(o.said.InTime, o.said.Waiting),
			o.day.due.Format(hourForm), o.said.InTime, o.said.Waiting, o.said.Sample, outcome(o.day))
	}
	fmt.Fprintf(w, "%d misses were foretold before they happened; %d more were foretold, and it landed in time after all.\n", len(omens)-wrong, wrong)
}

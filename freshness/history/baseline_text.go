package history

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// String returns what is usual: a line for the day, one for each weekday, and one for the gaps.
// Times of day are cut to the second.
func (b *Baseline) String() string {
	b = b.known()
	var s strings.Builder
	fmt.Fprintf(&s, "lands at %s, %s; on %d of %d days\n",
		b.times.text(clockText), b.location(), b.times.Count(), b.all.Count())
	for w := range b.on {
		fmt.Fprintln(&s, " ", b.weekdayText(time.Weekday(w)))
	}
	fmt.Fprintf(&s, "lands %s after the landing before", b.gaps)
	return s.String()
}

// weekdayText returns the line of one weekday.
func (b *Baseline) weekdayText(w time.Weekday) string {
	s := b.on[w]
	landed, days := s.times.Count(), s.all.Count()
	if _, err := b.On(w); err != nil {
		return fmt.Sprintf("%.3s: %d of %d days, too few to say when", w, landed, days)
	}
	return fmt.Sprintf("%.3s: %s; on %d of %d days", w, s.times.text(clockText), landed, days)
}

// clockText returns a time since midnight as clocks on the wall show it.
func clockText(d time.Duration) string {
	suffix := ""
	switch {
	case d < 0:
		d, suffix = d+day, " the day before"
	case d >= day:
		d, suffix = d-day, " the day after"
	}
	return fmt.Sprintf("%02d:%02d:%02d%s", d/time.Hour, d/time.Minute%60, d/time.Second%60, suffix)
}

type jsonBaseline struct {
	Location string         `json:"location"`
	Days     int            `json:"days"`
	Daily    bool           `json:"daily"`
	Times    Distribution   `json:"times"`
	Weekdays []jsonWeekdays `json:"weekdays,omitempty"`
	Gaps     Distribution   `json:"gaps"`
}

type jsonWeekdays struct {
	Weekday string       `json:"weekday"`
	Days    int          `json:"days"`
	Times   Distribution `json:"times"`
}

// MarshalJSON writes "location", "days", "daily", "times", "gaps", and in "weekdays" those of which
// there is enough history, Sunday first. Times are as [Baseline.Times] returns them, in the form of
// [Distribution.MarshalJSON].
func (b *Baseline) MarshalJSON() ([]byte, error) {
	b = b.known()
	out := jsonBaseline{b.location().String(), b.days(), b.daily(), b.times, nil, b.gaps}
	for w := time.Sunday; w <= time.Saturday; w++ {
		if times, err := b.On(w); err == nil {
			out.Weekdays = append(out.Weekdays, jsonWeekdays{w.String(), b.on[w].all.Count(), times})
		}
	}
	return json.Marshal(out)
}

package freshness

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// String says what is usual, a line for the day, one for each weekday of which
// there is enough history, and one for the gaps. Times of day are cut to the
// second.
func (u *Usual) String() string {
	u = u.known()
	var b strings.Builder
	fmt.Fprintf(&b, "lands at %s, %s; on %d of %d days\n",
		u.times.text(clockText), u.Location(), u.times.Len(), u.all.Len())
	for w := range u.on {
		fmt.Fprintln(&b, " ", u.weekdayText(time.Weekday(w)))
	}
	fmt.Fprintf(&b, "lands %s after the landing before", u.gaps)
	return b.String()
}

func (u *Usual) weekdayText(w time.Weekday) string {
	s := u.on[w]
	if _, err := u.On(w); err != nil {
		return fmt.Sprintf("%.3s: %d of %d days, too few to say when", w, s.times.Len(), s.all.Len())
	}
	return fmt.Sprintf("%.3s: %s; on %d of %d days", w, s.times.text(clockText), s.times.Len(), s.all.Len())
}

// clockText writes a time since midnight as clocks on the wall show it.
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

type jsonUsual struct {
	Location string         `json:"location"`
	Days     int            `json:"days"`
	Daily    bool           `json:"daily"`
	Times    Spread         `json:"times"`
	Weekdays []jsonWeekdays `json:"weekdays,omitempty"`
	Gaps     Spread         `json:"gaps"`
}

type jsonWeekdays struct {
	Weekday string `json:"weekday"`
	Days    int    `json:"days"`
	Times   Spread `json:"times"`
}

// MarshalJSON writes "location", "days", "daily", "times", "gaps", and in
// "weekdays" those of which there is enough history, Sunday first. Times are
// as [Usual.Times] gives them, in the form of [Spread.MarshalJSON].
func (u *Usual) MarshalJSON() ([]byte, error) {
	u = u.known()
	out := jsonUsual{u.Location().String(), u.Days(), u.Daily(), u.times, nil, u.gaps}
	for w := time.Sunday; w <= time.Saturday; w++ {
		if times, err := u.On(w); err == nil {
			out.Weekdays = append(out.Weekdays, jsonWeekdays{w.String(), u.on[w].all.Len(), times})
		}
	}
	return json.Marshal(out)
}

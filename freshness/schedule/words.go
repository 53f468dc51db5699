package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Words returns the due instants of a schedule in prose: "by 07:00 Europe/Dublin on working days".
// A schedule that has no simple words is quoted as it is written.
func (s Schedule) Words() string {
	text := s.String()
	zone := s.Location().String()
	if _, rest, zoned := strings.Cut(text, "CRON_TZ="); zoned {
		_, text, _ = strings.Cut(rest, " ")
	}

	if every, ok := strings.CutPrefix(text, "@every "); ok {
		step, _, _ := strings.Cut(every, " ")
		return "every " + step
	}
	body, calendar, _ := strings.Cut(text, " {")
	fields := strings.Fields(strings.TrimSuffix(body, " earlier"))
	if len(fields) < 5 {
		return "at each instant of “" + text + "”"
	}

	times, ok := timesWords(fields[0], fields[1])
	days, simple := daysWords(fields[2:5])
	if s.spec.pattern.shift == nthOpen {
		simple = simple && (days == everyDay || days == workingDays)
		days, calendar = nthWords(int(s.spec.pattern.nth)), ""
	}
	if !ok || !simple {
		return "at each instant of “" + strings.TrimSpace(body) + "” " + zone
	}

	if calendar != "" {
		days = calendarWords(fields[len(fields)-1], days)
	}
	return "by " + times + " " + zone + " " + days
}

// calendarWords returns the days of a schedule that is moved off the closed days of a calendar.
func calendarWords(shift, days string) string {
	switch {
	case shift != "skip":
		return days + ", moved to a working day where that is closed"
	case days == everyDay || days == workingDays:
		return workingDays
	}
	return days + ", where that is a working day"
}

// nthWords returns which working day of a month is the nth one.
func nthWords(n int) string {
	switch {
	case n == -1:
		return "on the last working day of each month"
	case n < 0:
		return "on the " + ordinal(-n) + " last working day of each month"
	}
	return "on the " + ordinal(n) + " working day of each month"
}

// ordinal returns 1st, 2nd, 3rd, 4th, and so on up to 31st.
func ordinal(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

// timesWords returns times of day, of a list of minutes and one of hours: "07:00", "07:00 and
// 19:00".
func timesWords(minutes, hours string) (string, bool) {
	var words []string
	for _, hour := range strings.Split(hours, ",") {
		for _, minute := range strings.Split(minutes, ",") {
			h, err1 := strconv.Atoi(hour)
			m, err2 := strconv.Atoi(minute)
			if err1 != nil || err2 != nil || len(words) == 4 {
				return "", false
			}
			words = append(words, fmt.Sprintf("%02d:%02d", h, m))
		}
	}
	return plain.List(words), true
}

const (
	everyDay    = "every day"
	workingDays = "on working days"
)

// daysWords returns the days of a day of the month, a month and a day of the week.
func daysWords(fields []string) (string, bool) {
	month, months, week := fields[0], fields[1], fields[2]
	switch {
	case months != "*" || month != "*" && week != "*":
		return "", false
	case month == "*":
		return weekWords(week)
	case month == "L":
		return "on the last day of each month", true
	}
	if n, err := strconv.Atoi(month); err == nil {
		return fmt.Sprintf("on day %d of each month", n), true
	}
	return "", false
}

func weekWords(week string) (string, bool) {
	switch week {
	case "*":
		return everyDay, true
	case "1-5":
		return workingDays, true
	}

	var words []string
	for _, item := range strings.Split(week, ",") {
		from, to, ranged := strings.Cut(item, "-")
		first, err1 := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		switch {
		case err1 != nil || ranged && err2 != nil:
			return "", false
		case ranged:
			words = append(words, fmt.Sprintf("%ss to %ss", time.Weekday(first%7), time.Weekday(last%7)))
		default:
			words = append(words, time.Weekday(first%7).String()+"s")
		}
	}
	return "on " + plain.List(words), true
}

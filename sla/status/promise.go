package status

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/sla"
)

// zoneOf finds the zone in which a policy thinks, else another.
func zoneOf(p freshness.Policy, otherwise *time.Location) *time.Location {
	switch p := p.(type) {
	case freshness.Deadline:
		return p.Due.Location()
	case freshness.Paused:
		return zoneOf(p.Policy, otherwise)
	case freshness.During:
		return zoneOf(p.Policy, p.Hours.Location())
	case freshness.MaxAge:
		if !p.Hours.IsZero() {
			return p.Hours.Location()
		}
	case freshness.AllOf:
		if len(p) > 0 {
			return zoneOf(p[0], otherwise)
		}
	case freshness.AnyOf:
		if len(p) > 0 {
			return zoneOf(p[0], otherwise)
		}
	}
	return otherwise
}

// promiseWords says what is promised: "ready by 07:00 Europe/Dublin on working days".
func promiseWords(p freshness.Policy, r *sla.ObjectiveReport) string {
	if p == nil {
		return fmt.Sprintf("%s good %s", targetText(r.Budget.Target), windowWords(r.Window))
	}
	return policyWords(p, 0)
}

// windowWords says over what a target must hold: "over 90 days", "in each quarter".
func windowWords(w sla.Window) string {
	text := w.String()
	if rest, rolling := strings.CutPrefix(text, "rolling "); rolling {
		if days, ok := strings.CutSuffix(rest, "d"); ok {
			if n, err := strconv.Atoi(days); err == nil {
				return "over " + plural(n, "day")
			}
		}
		return "over " + rest
	}
	unit, _, _ := strings.Cut(text, " ")
	if unit == "" {
		return "over its window"
	}
	return "in each " + unit
}

const deepest = 4 // how far policies in policies are put into words

func policyWords(p freshness.Policy, depth int) string {
	if depth > deepest {
		return "and more"
	}
	switch p := p.(type) {
	case freshness.Deadline:
		return deadlineWords(p)
	case freshness.MaxAge:
		return ageWords(p)
	case freshness.Cadence:
		return "something lands at least every " + exactly(p.Every)
	case freshness.AllOf:
		return partsWords(p, ", and ", depth)
	case freshness.AnyOf:
		return partsWords(p, ", or ", depth)
	case freshness.Paused:
		return policyWords(p.Policy, depth+1)
	case freshness.During:
		return policyWords(p.Policy, depth+1) + ", in working time"
	}
	return "fresh by a rule of its own"
}

func partsWords(parts []freshness.Policy, join string, depth int) string {
	var words []string
	for _, p := range parts {
		words = append(words, policyWords(p, depth+1))
	}
	return strings.Join(words, join)
}

func ageWords(p freshness.MaxAge) string {
	limit := p.Fail
	if limit == 0 {
		limit = p.Warn
	}
	words := "never older than " + exactly(limit)
	if !p.Hours.IsZero() {
		words += " of working time"
	}
	return words
}

func deadlineWords(p freshness.Deadline) string {
	words := "ready " + scheduleWords(p.Due)
	switch {
	case p.MinRows > 0:
		words += fmt.Sprintf(", with at least %d rows", p.MinRows)
	case p.MinPercent > 0:
		words += fmt.Sprintf(", with at least %d%% of the usual rows", p.MinPercent)
	}
	if p.Grace > 0 {
		words += ", " + exactly(p.Grace) + " of grace"
	}
	return words
}

// scheduleWords says when: "by 07:00 Europe/Dublin on working days". What has no simple words is quoted as it is written.
func scheduleWords(s schedule.Schedule) string {
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
	if !ok || !simple {
		return "at each instant of “" + strings.TrimSpace(body) + "” " + zone
	}
	if calendar != "" {
		days = calendarWords(fields[len(fields)-1], days)
	}
	return "by " + times + " " + zone + " " + days
}

// calendarWords says the days of a schedule that a calendar is laid over.
func calendarWords(shift, days string) string {
	switch {
	case shift != "skip":
		return days + ", moved to a working day where that is closed"
	case days == everyDay || days == workingDays:
		return workingDays
	}
	return days + ", where that is a working day"
}

// timesWords says times of day, of a list of minutes and one of hours: "07:00", "07:00 and 19:00".
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
	return list(words), true
}

const (
	everyDay    = "every day"
	workingDays = "on working days"
)

// daysWords says the days of a day of the month, a month and a day of the week.
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
	return "on " + list(words), true
}

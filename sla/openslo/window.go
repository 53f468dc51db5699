package openslo

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// units are those of a duration in OpenSLO, as long as a window here is planned.
var units = [...]struct {
	letter  byte
	length  time.Duration
	nominal bool // its length is another in each year
}{
	{'m', time.Minute, false}, {'h', time.Hour, false}, {'d', sla.Day, false}, {'w', 7 * sla.Day, false},
	{'M', 30 * sla.Day, true}, {'Q', 90 * sla.Day, true}, {'Y', 365 * sla.Day, true},
}

// duration returns a length as OpenSLO writes it, and zero after a fault.
func duration(n node) time.Duration {
	before, text := n.Doc.Len(), n.Required()
	if n.Doc.Len() > before {
		return 0
	}
	for _, unit := range units {
		count, ok := strings.CutSuffix(text, string(unit.letter))
		if !ok {
			continue
		}
		many, err := strconv.ParseUint(count, 10, 63)
		if err != nil || int64(many) > math.MaxInt64/int64(unit.length) {
			break
		}
		if unit.nominal {
			n.Note("%s is %s here, whatever the calendar has", plain.Quote(text),
				plain.Duration(time.Duration(many)*unit.length))
		}
		return time.Duration(many) * unit.length
	}
	n.Refuse("%s is no duration: want a whole number and m, h, d, w, M, Q or Y, as 28d", plain.Quote(text))
	return 0
}

// window returns the window of a list of one, and the zero Window after a fault.
func window(list node) sla.Window {
	if !list.Is() {
		list.Missing()
		return sla.Window{}
	}
	before, all := list.Doc.Len(), list.Items()
	if len(all) != 1 {
		if list.Doc.Len() == before {
			list.Refuse("holds %d windows: want one", len(all))
		}
		return sla.Window{}
	}

	n := all[0]
	if !n.Object("duration", "isRolling", "calendar") {
		return sla.Window{}
	}
	calendar, rolling := n.Get("calendar"), n.Get("isRolling").Truth()
	switch {
	case calendar.Is() && rolling:
		n.Refuse("has a calendar and is rolling: want one of the two")
	case calendar.Is():
		return calendarWindow(n.Get("duration"), calendar)
	case !rolling:
		n.Refuse("is neither rolling nor of a calendar: want isRolling true, or a calendar")
	default:
		return rollingWindow(n.Get("duration"))
	}
	return sla.Window{}
}

func rollingWindow(n node) sla.Window {
	before, length := n.Doc.Len(), duration(n)
	if n.Doc.Len() > before {
		return sla.Window{}
	}
	return sla.Rolling(length)
}

// calendarWindow returns the window that begins at the start of a calendar, and again after each
// duration.
func calendarWindow(n, calendar node) sla.Window {
	if !calendar.Object("startTime", "timeZone") {
		return sla.Window{}
	}
	start, zone, length := midnight(calendar.Get("startTime")), location(calendar.Get("timeZone")), n.Required()

	switch length {
	case "":
	case "1d":
		return sla.CalendarDay(zone)
	case "1w":
		return sla.CalendarWeek(start.Weekday(), zone)
	case "1M":
		return sla.CalendarMonth(start.Day(), zone)
	case "1Q":
		return sla.CalendarQuarter(start.Month(), start.Day(), zone)
	case "1Y":
		return sla.CalendarYear(start.Month(), start.Day(), zone)
	case "1m":
		n.Refuse("1m is one minute; a month is 1M")
	default:
		n.Refuse("%s is none: calendar windows are of one day, week, month, quarter or year", plain.Quote(length))
	}
	return sla.Window{}
}

// midnight returns the date of a start, whose zone is elsewhere.
func midnight(n node) time.Time {
	before, text := n.Doc.Len(), n.Required()
	if n.Doc.Len() > before {
		return time.Time{}
	}
	start, err := time.Parse(time.DateTime, text)
	switch {
	case err != nil:
		n.Refuse(`%s is not a start such as "2006-01-02 00:00:00"`, plain.Quote(text))
	case !start.Equal(start.Truncate(sla.Day)):
		n.Refuse("%s is none: a window of the calendar begins at midnight", plain.Quote(text))
	}
	return start
}

func location(n node) *time.Location {
	before, text := n.Doc.Len(), n.Required()
	if n.Doc.Len() > before {
		return nil
	}
	zone, err := time.LoadLocation(text)
	if err != nil || text == "Local" { // which is another on the next machine
		n.Refuse("%s is not the name of an IANA time zone", plain.Quote(text))
		return nil
	}
	return zone
}

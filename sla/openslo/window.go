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
func (n node) duration() time.Duration {
	before, text := n.doc.Len(), n.required()
	if n.doc.Len() > before {
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
			n.note("%s is %s here, whatever the calendar has", plain.Quote(text),
				plain.Duration(time.Duration(many)*unit.length))
		}
		return time.Duration(many) * unit.length
	}
	n.refuse("%s is no duration: want a whole number and m, h, d, w, M, Q or Y, as 28d", plain.Quote(text))
	return 0
}

// window returns the window of a list of one, and the zero Window after a fault.
func window(list node) sla.Window {
	if !list.is() {
		list.missing()
		return sla.Window{}
	}
	before, all := list.doc.Len(), list.items()
	if len(all) != 1 {
		if list.doc.Len() == before {
			list.refuse("holds %d windows: want one", len(all))
		}
		return sla.Window{}
	}

	n := all[0]
	if !n.object("duration", "isRolling", "calendar") {
		return sla.Window{}
	}
	calendar, rolling := n.get("calendar"), n.get("isRolling").truth()
	switch {
	case calendar.is() && rolling:
		n.refuse("has a calendar and is rolling: want one of the two")
	case calendar.is():
		return calendarWindow(n.get("duration"), calendar)
	case !rolling:
		n.refuse("is neither rolling nor of a calendar: want isRolling true, or a calendar")
	default:
		return rollingWindow(n.get("duration"))
	}
	return sla.Window{}
}

func rollingWindow(n node) sla.Window {
	before, length := n.doc.Len(), n.duration()
	if n.doc.Len() > before {
		return sla.Window{}
	}
	return sla.Rolling(length)
}

// calendarWindow returns the window that begins at the start of a calendar, and again after each
// duration.
func calendarWindow(n, calendar node) sla.Window {
	if !calendar.object("startTime", "timeZone") {
		return sla.Window{}
	}
	start, zone, length := midnight(calendar.get("startTime")), location(calendar.get("timeZone")), n.required()

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
		n.refuse("1m is one minute; a month is 1M")
	default:
		n.refuse("%s is none: calendar windows are of one day, week, month, quarter or year", plain.Quote(length))
	}
	return sla.Window{}
}

// midnight returns the date of a start, whose zone is elsewhere.
func midnight(n node) time.Time {
	before, text := n.doc.Len(), n.required()
	if n.doc.Len() > before {
		return time.Time{}
	}
	start, err := time.Parse(time.DateTime, text)
	switch {
	case err != nil:
		n.refuse(`%s is not a start such as "2006-01-02 00:00:00"`, plain.Quote(text))
	case !start.Equal(start.Truncate(sla.Day)):
		n.refuse("%s is none: a window of the calendar begins at midnight", plain.Quote(text))
	}
	return start
}

func location(n node) *time.Location {
	before, text := n.doc.Len(), n.required()
	if n.doc.Len() > before {
		return nil
	}
	zone, err := time.LoadLocation(text)
	if err != nil || text == "Local" { // which is another on the next machine
		n.refuse("%s is not the name of an IANA time zone", plain.Quote(text))
		return nil
	}
	return zone
}

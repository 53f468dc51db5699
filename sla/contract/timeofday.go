package contract

import (
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/foreign"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Offsets of the world lie within these.
const (
	mostWest = 12 * time.Hour
	mostEast = 14 * time.Hour
)

// timeOfDay reads by when data is there each day. It returns false after a fault, and for a span of
// hours, which is noted.
func (r *reader) timeOfDay(value, unit foreign.Node) (due schedule.Schedule, ok bool) {
	if !value.Is() {
		value.Missing()
		return due, false
	}
	text := textOf(value)
	sign := strings.IndexAny(text, "+-Z")
	written, behind := text, ""
	if sign >= 0 {
		written, behind = text[:sign], text[sign:]
	}
	at, good := clockTime(written)
	if !good {
		value.Refuse("%s is no time of day such as 07:00", excerpt(value))
		return due, false
	}

	loc := r.zone(unit, behind == "")
	if behind != "" {
		loc = offset(value, unit, at, behind)
	}
	if loc == nil {
		return due, false
	}
	return schedule.Daily(int(at/time.Hour), int(at%time.Hour/time.Minute), loc), true
}

// clockTime reads hours and minutes; seconds must be zero.
func clockTime(text string) (time.Duration, bool) {
	at, err := time.Parse("15:04", strings.TrimSuffix(text, ":00"))
	if len(text) == len("15:04") {
		at, err = time.Parse("15:04", text)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, err == nil
}

// zone returns the zone that stands in the unit, or else that of the options. It is asked for only
// where it is wanted.
func (r *reader) zone(unit foreign.Node, wanted bool) *time.Location {
	text := textOf(unit)
	switch {
	case !wanted:
		return nil
	case text == "" && r.Location == nil:
		unit.Refuse("is missing: want a time zone, as Europe/Dublin")
		return nil
	case text == "":
		return r.Location
	}
	loc, err := time.LoadLocation(text)
	if err != nil || text == "Local" { // which is another on the next machine
		unit.Refuse("%s is not the name of an IANA time zone", plain.Quote(text))
		return nil
	}
	return loc
}

// offset reads what stands behind a time. After a minus that may be an offset of at most 12 hours,
// or the end of a span, which is later in the day. What can be both is refused.
func offset(value, unit foreign.Node, at time.Duration, behind string) *time.Location {
	before := value.Doc.Len()
	if text := textOf(unit); text != "" {
		unit.Refuse("is a zone beside the offset of the value")
	}
	if behind == "Z" {
		return time.UTC
	}
	length, ok := clockTime(behind[1:])
	west := behind[0] == '-'
	// "08:00-18:00" is a span of hours; "08:00-05:00" is an instant with its offset.
	span := west && ok && length > at
	switch {
	case !ok, !west && length > mostEast, west && !span && length > mostWest:
		value.Refuse("%s has no offset such as +05:30", excerpt(value))
	case span && length <= mostWest:
		value.Refuse("%s can be a span or a time with its offset: give the zone as the unit", excerpt(value))
	case span:
		value.Note("%s is a span of hours, and no time by which data is there", excerpt(value))
		return nil
	}
	if value.Doc.Len() > before {
		return nil
	}

	value.Note("%s follows no clock changes", excerpt(value))
	if length == 0 {
		return time.UTC
	}
	if west {
		length = -length
	}
	return time.FixedZone("", int(length/time.Second))
}

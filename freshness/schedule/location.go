package schedule

import (
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// parseZone reads CRON_TZ=zone, if t begins so.
func parseZone(t token) (*time.Location, token, *ParseError) {
	word, rest := t.word()
	equals := strings.IndexByte(word.text, '=')
	if equals < 0 {
		return time.UTC, t, nil
	}
	if key := word.text[:equals]; key != "CRON_TZ" && key != "TZ" {
		const rule = "unexpected %s: a zone is written CRON_TZ=Europe/Dublin"
		return nil, t, word.errorf("zone", rule, plain.Quote(word.text))
	}
	loc, err := loadZone(word.from(equals + 1))
	return loc, rest, err
}

func loadZone(name token) (*time.Location, *ParseError) {
	if name.text == "" {
		return nil, name.errorf("zone", "the name is missing")
	}
	if offset, ok := parseOffset(name.text); ok {
		return time.FixedZone(name.text, offset), nil
	}
	loc, err := time.LoadLocation(name.text)
	if err != nil {
		bad := name.errorf("zone", "%v%s", err, plain.NoZones())
		bad.Err = err
		return nil, bad
	}
	return loc, nil
}

// parseOffset reads +05:30, -03:00 or +00:53:28, of less than 26 hours.
func parseOffset(text string) (int, bool) {
	if len(text) != 6 && len(text) != 9 || text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	var parts [3]int // hours, minutes, seconds
	for i := 0; 3*i < len(text); i++ {
		tens, ones := text[3*i+1]-'0', text[3*i+2]-'0'
		if i > 0 && text[3*i] != ':' || tens > 9 || ones > 9 {
			return 0, false
		}
		parts[i] = int(tens)*10 + int(ones)
	}

	if parts[0] > 25 || parts[1] > 59 || parts[2] > 59 {
		return 0, false
	}
	offset := parts[0]*secondsPerHour + parts[1]*secondsPerMinute + parts[2]
	if text[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// fixedOffset returns the offset of a location that never changes its clocks.
func fixedOffset(loc *time.Location) (int, bool) {
	t := time.Unix(0, 0).In(loc)
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	return offset, start.IsZero() && end.IsZero()
}

// zoneText returns how a location is written, "" for UTC. Locations whose texts are equal are taken
// as equal.
func zoneText(loc *time.Location) string {
	if loc == nil || loc == time.UTC {
		return ""
	}
	if loc == time.Local {
		return "Local"
	}
	offset, fixed := fixedOffset(loc)
	switch {
	case !fixed:
		return loc.String()
	case offset == 0:
		return ""
	}
	return offsetText(offset)
}

func offsetText(offset int) string {
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	text := fmt.Sprintf("%c%02d:%02d", sign, offset/secondsPerHour, offset/secondsPerMinute%60)
	if seconds := offset % secondsPerMinute; seconds != 0 {
		text += fmt.Sprintf(":%02d", seconds)
	}
	return text
}

// checkLocation refuses locations that have no text, and offsets that no zone has.
func checkLocation(loc *time.Location) error {
	if loc == nil || loc == time.UTC || loc == time.Local {
		return nil
	}
	offset, fixed := fixedOffset(loc)
	switch {
	case fixed && (offset <= -maxOffset || offset >= maxOffset):
		return fmt.Errorf("offset %s is not between -26h and 26h", time.Duration(offset)*time.Second)
	case !fixed && (loc.String() == "" || strings.ContainsAny(loc.String(), " \t\r\n")):
		return fmt.Errorf("location name %q cannot be written as text", loc.String())
	}
	return nil
}

func appendZone(b []byte, loc *time.Location) []byte {
	zone := zoneText(loc)
	if zone == "" {
		return b
	}
	return append(append(append(b, "CRON_TZ="...), zone...), ' ')
}

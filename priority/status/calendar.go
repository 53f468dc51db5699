package status

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

const (
	icsType         = "text/calendar; charset=utf-8"
	icsInstant      = "20060102T150405Z"
	icsNever        = "19700101T000000Z"  // a constant stamp: the same event is the same bytes
	longestLine     = 75                  // bytes, RFC 5545, section 3.1
	mostEvents      = 2000                // of one calendar
	mostDues        = 14                  // of one objective
	duesAhead       = 14 * 24 * time.Hour // how far ahead deadlines are listed
	maintenanceKept = 30 * 24 * time.Hour // how long maintenance is listed that is over
)

// An ics writes lines of RFC 5545.
type ics struct {
	strings.Builder
	events int
}

// line writes one content line, folded between runes. The value must have been escaped where it is
// text.
func (c *ics) line(name, value string) {
	text := name + ":" + value
	for first := true; len(text) > 0; first = false {
		most := longestLine
		if !first {
			c.WriteByte(' ')
			most--
		}
		n := min(len(text), most)
		// The limit counts bytes, but a line that is folded within a rune is broken UTF-8 to many
		// readers.
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		c.WriteString(text[:n])
		c.WriteString("\r\n")
		text = text[n:]
	}
}

// icsText escapes a text for a value: what would end it, its line or its list.
func icsText(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(plain.Cut(plain.Line(text), 500))
}

// event writes one event, unless there are too many. A zero end makes it an instant.
func (c *ics) event(id, summary, description, stamp string, start, end time.Time) {
	if c.events++; c.events > mostEvents {
		return
	}
	c.line("BEGIN", "VEVENT")
	c.line("UID", strings.TrimPrefix(id, "urn:uuid:"))
	c.line("DTSTAMP", stamp)
	c.line("DTSTART", start.UTC().Format(icsInstant))
	if !end.IsZero() {
		c.line("DTEND", end.UTC().Format(icsInstant))
	}
	c.line("SUMMARY", icsText(summary))
	// Some readers show an empty description as an empty line.
	if description != "" {
		c.line("DESCRIPTION", icsText(description))
	}
	c.line("TRANSP", "TRANSPARENT") // it takes up no time of whoever has it in their calendar
	c.line("END", "VEVENT")
}

// calendar makes calendar.ics: maintenance, and the deadlines of the next two weeks.
func (q *request) calendar() (response, error) {
	if q.id != "" {
		if _, err := q.row(); err != nil {
			return response{}, err
		}
	}

	c := &ics{}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//alwaysp1//status//EN")
	// The name is no part of the standard, but what most calendars show.
	c.line("X-WR-CALNAME", icsText(q.h.title()))
	q.addMaintenance(c)
	for _, r := range q.rows {
		if q.id == "" || q.id == r.ID {
			q.addDeadlines(c, r)
		}
	}
	c.line("END", "VCALENDAR")
	return response{contentType: icsType, body: []byte(c.String())}, nil
}

// addMaintenance lists planned corrections in force, also those that are over for a while: a
// calendar that is fetched once a day should still show what yesterday was.
func (q *request) addMaintenance(c *ics) {
	sees, gone := q.sees(), revoked(q.s.facts.corrections)
	for _, m := range q.s.facts.corrections {
		r := q.s.byID[m.SLA]
		inForce := m.Planned() && !gone[correctionKey{m.SLA, m.ID}]
		if r == nil || !sees[m.SLA] || !inForce || q.s.at.Sub(m.End) > maintenanceKept {
			continue
		}
		shown := q.h.Publish.correction(m, false)
		id := urn("maintenance", q.h.title(), m.SLA, m.ID)
		c.event(id, "Maintenance: "+r.Name, shown.Reason, m.EnteredAt.UTC().Format(icsInstant), m.Start, m.End)
	}
}

// addDeadlines lists due instants that are judged. A rule excuses the others, such as those of a
// weekend.
func (q *request) addDeadlines(c *ics, r *row) {
	// What is due now is no longer ahead.
	from, to := q.s.at.Add(1), q.s.at.Add(duesAhead+1)
	for i := range r.notes {
		o, left := &r.Objectives[i], mostDues
		for due := range freshness.Dues(r.notes[i].rule, from, to) {
			if due.Excused != freshness.ReasonNone {
				continue
			}
			// The ID depends on the due instant alone, so that an event that is fetched again stays
			// the same event.
			id := urn("due", q.h.title(), r.ID, o.Name, rfcText(due.At.UTC()))
			c.event(id, "Due: "+r.Name, o.Promise, icsNever, due.At, time.Time{})
			if left--; left == 0 {
				break
			}
		}
	}
}

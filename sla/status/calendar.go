package status

import (
	"strings"
	"time"
	"unicode/utf8"
)

const (
	icsKind    = "text/calendar; charset=utf-8"
	mostEvents = 2000
	mostDues   = 14                  // of one objective
	lookAhead  = 14 * 24 * time.Hour // how far ahead deadlines are listed
	lookBack   = 30 * 24 * time.Hour // how long maintenance is listed that is over
	foldAt     = 75                  // bytes of a line, RFC 5545, section 3.1
	icsInstant = "20060102T150405Z"
	icsNever   = "19700101T000000Z"
)

// An ics writes lines of RFC 5545.
type ics struct {
	strings.Builder
	events int
}

// line writes one content line, folded. The value must have been escaped where it is text.
func (c *ics) line(name, value string) {
	text := name + ":" + value
	for first := true; len(text) > 0; first = false {
		most := foldAt
		if !first {
			c.WriteByte(' ')
			most--
		}
		n := min(len(text), most)
		for n < len(text) && !utf8.RuneStart(text[n]) {
			n--
		}
		c.WriteString(text[:n])
		c.WriteString("\r\n")
		text = text[n:]
	}
}

// icsText escapes text for a value: what would end it, its line or its list.
func icsText(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(oneLine(text, 500))
}

// event writes one event. A zero end makes it an instant.
func (c *ics) event(id, summary, words, stamp string, start, end time.Time) {
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
	if words != "" {
		c.line("DESCRIPTION", icsText(words))
	}
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

// calendar answers calendar.ics: maintenance, and the deadlines of the next two weeks.
func (a *asked) calendar() (answer, error) {
	if a.id != "" {
		if _, err := a.row(); err != nil {
			return answer{}, err
		}
	}
	c := &ics{}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//alwaysp1//status//EN")
	c.line("X-WR-CALNAME", icsText(a.h.title()))
	a.maintenance(c)
	for _, r := range a.rows {
		if a.id == "" || a.id == r.ID {
			a.deadlines(c, r)
		}
	}
	c.line("END", "VCALENDAR")
	return answer{kind: icsKind, body: []byte(c.String())}, nil
}

func (a *asked) maintenance(c *ics) {
	sees, gone := a.sees(), revoked(a.s.facts.corrections)
	for _, m := range a.s.facts.corrections {
		r := a.s.byID[m.SLA]
		if !m.Planned() || gone[[2]string{m.SLA, m.ID}] || !sees[m.SLA] || r == nil || a.s.at.Sub(m.End) > lookBack {
			continue
		}
		shown := a.h.Publish.correction(m, false)
		c.event(urn("maintenance", a.h.title(), m.SLA, m.ID), "Maintenance: "+r.Name, shown.Reason, m.At.UTC().Format(icsInstant), m.Start, m.End)
	}
}

func (a *asked) deadlines(c *ics, r *row) {
	for i := range r.notes {
		deadline, ok := deadlineIn(r.notes[i].rule)
		if !ok {
			continue
		}
		at := a.s.at
		for range mostDues {
			due, more := deadline.Due.Next(at)
			if !more || due.Sub(a.s.at) > lookAhead {
				break
			}
			o := &r.Objectives[i]
			c.event(urn("due", a.h.title(), r.ID, o.Name, rfcText(due.UTC())), "Due: "+r.Name, o.Promise, icsNever, due, time.Time{})
			at = due
		}
	}
}

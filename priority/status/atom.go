package status

import (
	"cmp"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"slices"
	"time"
)

const (
	atomType = "application/atom+xml; charset=utf-8"
	mostNews = 100 // entries of a feed
)

// An atomFeed is a feed of RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

// An atomLink is a link of a feed or an entry. Its address is relative: the feed knows of no host,
// so that it is right behind any proxy.
type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

// An atomEntry is one thing that happened. A reader of feeds shows an entry as new when its ID is
// new, and as changed when Updated is later, so that both depend on the facts alone and not on when
// the feed was made.
type atomEntry struct {
	ID        string    `xml:"id"`
	Title     string    `xml:"title"`
	Published string    `xml:"published,omitempty"`
	Updated   string    `xml:"updated"`
	Link      *atomLink `xml:"link"`
	Content   string    `xml:"content"`
	at        time.Time
}

// urn returns a name for ever, made from the names of what it names. Their lengths are hashed too,
// so that "a b", "c" and "a", "b c" differ.
func urn(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	// Any stable name would do. A UUID is what readers of feeds and calendars are known to accept.
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // a UUID of version 8, RFC 9562
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// feed makes feed.atom: incidents, corrections and what is overdue, the newest first.
func (q *request) feed() (response, error) {
	name := q.h.title()
	if q.id != "" {
		r, err := q.row()
		if err != nil {
			return response{}, err
		}
		name = r.Name + " – " + name
	}

	news := slices.Concat(q.incidentNews(), q.correctionNews(), q.overdueNews())
	slices.SortStableFunc(news, func(x, y atomEntry) int {
		return cmp.Or(y.at.Compare(x.at), cmp.Compare(x.ID, y.ID))
	})
	// What is older was in the feed before.
	news = news[:min(len(news), mostNews)]
	f := atomFeed{
		Lang: "en", ID: urn("feed", q.h.title(), q.text()), Title: title(name), Author: title(q.h.title()),
		Updated: "1970-01-01T00:00:00Z", Links: []atomLink{{"alternate", "./"}}, Entries: news,
	}
	// An empty feed needs an instant too, and one that stays the same.
	if len(news) > 0 {
		f.Updated = news[0].Updated
	}
	body, err := xml.MarshalIndent(f, "", " ")
	return response{contentType: atomType, body: append([]byte(xml.Header), append(body, '\n')...)}, err
}

// entry returns an entry whose link is set by the caller. The parts name what it is about, for as
// long as the feed exists.
func (q *request) entry(parts []string, name, content, href string, published, updated time.Time) atomEntry {
	return atomEntry{
		ID: urn(append(parts, q.h.title())...), Title: title(name), Content: prose(content),
		Link: &atomLink{"alternate", href}, at: updated,
		Published: rfcText(published.UTC()), Updated: rfcText(updated.UTC()),
	}
}

// incidentNews returns an entry for each incident. It stays the same entry for as long as the
// incident lives, and is updated with it: one incident must not fill a feed.
func (q *request) incidentNews() (list []atomEntry) {
	for _, i := range q.listed(q.s.all) {
		content := "State: " + i.words() + ", " + i.responders() + "."
		if i.RootCause != "" {
			content += " Root cause: " + i.RootCause
		}
		// An incident that reaches no SLA is on the list only.
		href := "./"
		if len(i.SLAs) > 0 {
			href = string(link(i.SLAs[0]))
		}
		name := i.Priority + " " + i.ID + ", " + i.words() + ": " + i.Summary
		list = append(list, q.entry([]string{"incident", i.ID}, name, content, href, i.Opened, i.Updated))
	}
	return list
}

// correctionNews returns an entry for each correction, revoked ones included: a reader who was told
// of a correction must learn that it is gone.
func (q *request) correctionNews() (list []atomEntry) {
	sees, gone := q.sees(), revoked(q.s.facts.corrections)
	for _, c := range slices.Backward(q.s.facts.corrections) {
		r := q.s.byID[c.SLA]
		if r == nil || !sees[c.SLA] || c.Revokes != "" || len(list) == mostNews {
			continue
		}
		shown := q.h.Publish.correction(c, gone[correctionKey{c.SLA, c.ID}])
		span := "From " + clockText(c.Start.In(r.zone())) + " to " + clockText(c.End.In(r.zone())) + "."
		list = append(list, q.entry([]string{"correction", c.SLA, c.ID}, r.Name+": "+shown.effect(),
			span+" "+shown.Reason, string(link(r.ID)), c.EnteredAt, c.EnteredAt))
	}
	return list
}

// overdueNews lists what is broken for as long as it is, at the instant at which it was due.
func (q *request) overdueNews() (list []atomEntry) {
	for _, r := range q.rows {
		lead := r.lead()
		other := q.id != "" && q.id != r.ID
		if other || r.Level != LevelBroken || lead == nil || lead.Due.IsZero() || len(list) == mostNews {
			continue
		}
		parts := []string{"overdue", r.ID, lead.Name, rfcText(lead.Due.UTC())}
		name := r.Name + ": due " + clockText(lead.Due)
		list = append(list, q.entry(parts, name, lead.Why, string(link(r.ID)), lead.Due, lead.Due))
	}
	return list
}

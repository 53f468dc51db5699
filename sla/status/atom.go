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
	atomKind = "application/atom+xml; charset=utf-8"
	mostNews = 100
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

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string    `xml:"id"`
	Title     string    `xml:"title"`
	Published string    `xml:"published,omitempty"`
	Updated   string    `xml:"updated"`
	Link      *atomLink `xml:"link"`
	Content   string    `xml:"content"`
	at        time.Time
}

// urn names something for ever, by what it is called.
func urn(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	b := h.Sum(nil)[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // a UUID of version 8, RFC 9562
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// feed answers feed.atom: incidents, corrections, and what is overdue, the newest first.
func (a *asked) feed() (answer, error) {
	title := a.h.title()
	if a.id != "" {
		r, err := a.row()
		if err != nil {
			return answer{}, err
		}
		title = r.Name + " – " + title
	}
	news := append(a.incidentNews(), append(a.correctionNews(), a.overdueNews()...)...)
	slices.SortStableFunc(news, func(x, y atomEntry) int { return cmp.Or(y.at.Compare(x.at), cmp.Compare(x.ID, y.ID)) })
	news = news[:min(len(news), mostNews)]
	f := atomFeed{
		Lang: "en", ID: urn("feed", a.h.title(), a.text()), Title: oneLine(title, 300), Author: oneLine(a.h.title(), 300),
		Updated: "1970-01-01T00:00:00Z", Links: []atomLink{{"alternate", "./"}}, Entries: news,
	}
	if len(news) > 0 {
		f.Updated = news[0].Updated
	}
	body, err := xml.MarshalIndent(f, "", " ")
	return answer{kind: atomKind, body: append([]byte(xml.Header), append(body, '\n')...)}, err
}

func (a *asked) news(id []string, title, content, href string, published, updated time.Time) atomEntry {
	return atomEntry{
		ID: urn(append(id, a.h.title())...), Title: oneLine(title, 300), Content: clip(content, mostText), at: updated,
		Link: &atomLink{"alternate", href}, Published: rfcText(published.UTC()), Updated: rfcText(updated.UTC()),
	}
}

func (a *asked) incidentNews() (list []atomEntry) {
	for _, i := range a.incidents(a.s.all, mostNews) {
		content := "It is " + incidentWord(i) + ". On it: " + who(i) + "."
		if i.RootCause != "" {
			content += " Root cause: " + i.RootCause
		}
		href := "./"
		if len(i.SLAs) > 0 {
			href = string(link(i.SLAs[0]))
		}
		title := i.Priority + " " + i.ID + ", " + incidentWord(i) + ": " + i.Summary
		list = append(list, a.news([]string{"incident", i.ID}, title, content, href, i.Opened, i.Updated))
	}
	return list
}

func (a *asked) correctionNews() (list []atomEntry) {
	sees := a.sees()
	gone := revoked(a.s.facts.corrections)
	for _, c := range slices.Backward(a.s.facts.corrections) {
		r := a.s.byID[c.SLA]
		if c.Revokes != "" || !sees[c.SLA] || r == nil || len(list) == mostNews {
			continue
		}
		shown := a.correctionView(a.h.Publish.correction(c, gone[[2]string{c.SLA, c.ID}]), r.zone())
		content := "From " + clockText(c.Start.In(r.zone())) + " to " + clockText(c.End.In(r.zone())) + ". " + shown.Reason
		list = append(list, a.news([]string{"correction", c.SLA, c.ID}, r.Name+": "+shown.Effect, content, string(link(r.ID)), c.At, c.At))
	}
	return list
}

// overdueNews tells what is broken for as long as it is, under the instant at which it was due.
func (a *asked) overdueNews() (list []atomEntry) {
	for _, r := range a.rows {
		lead := r.lead()
		if a.id != "" && a.id != r.ID || r.Level != Broken || lead == nil || lead.Due.IsZero() || len(list) == mostNews {
			continue
		}
		id := []string{"overdue", r.ID, lead.Name, rfcText(lead.Due.UTC())}
		list = append(list, a.news(id, r.Name+": due "+clockText(lead.Due), lead.Why, string(link(r.ID)), lead.Due, lead.Due))
	}
	return list
}

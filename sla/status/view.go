package status

import (
	"cmp"
	"html"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

// A frame is what all pages have.
type frame struct {
	Title, Site string        // of the page, and of all pages
	Style       string        // the address of the style sheet
	Query       template.URL  // the filter as parameters, after a question mark; empty: there is none
	AsOf        template.HTML // as of when the page speaks
}

// A pageView is the page of all SLAs.
type pageView struct {
	frame
	Summary             string
	Level               Level
	Tiles               []tile
	Consumers, Labels   []choice
	Tiers, Levels       []choice
	Filtered, HasLabels bool
	Incidents           []incidentView
	Rows                []rowView
	First, Last, Total  int
	Back, On            template.URL // the pages before and behind; empty: there is none
}

// A tile is a level and how many SLAs are in it.
type tile struct {
	Level Level
	Word  string
	Count int
	Link  template.URL
}

// A choice is what a filter offers.
type choice struct {
	Value, Word string
	On          bool
}

// A rowView is a line of the list.
type rowView struct {
	ID, Name, Tier        string
	Link                  template.URL
	Consumers             string
	Level                 Level
	Word, Why             string
	Promise, More         string // the words of the objective that leads, and how many others there are
	Landed, Due           template.HTML
	Count                 string // down or over
	Expected              template.HTML
	Percent, Of           string
	State, Budget, Target string
	Bar                   template.HTML
	BarWords              string
	Incidents             []string
}

// pageHTML answers the page of all SLAs.
func (a *asked) pageHTML() (answer, error) {
	p := a.list()
	v := pageView{frame: a.frame(a.h.title()), Summary: p.Levels.words(), Level: p.Level, Filtered: a.filtered(), Total: p.Total}
	v.Tiles = a.tiles(p.Levels)
	a.offer(&v)
	for _, i := range p.Incidents {
		v.Incidents = append(v.Incidents, a.incidentView(i, a.zoneOf(i)))
	}
	for _, r := range a.page() {
		a.h.windows(a.s, r)
		v.Rows = append(v.Rows, a.rowView(r))
	}
	if n := len(v.Rows); n > 0 {
		v.First, v.Last = a.offset+1, a.offset+n
	}
	size := cmp.Or(a.limit, a.h.pageSize())
	if a.offset > 0 {
		v.Back = a.at(max(0, a.offset-size))
	}
	if a.offset+size < p.Total {
		v.On = a.at(a.offset + size)
	}
	return render("page.html", v)
}

// zoneOf is the zone of the first SLA that an incident reaches.
func (a *asked) zoneOf(i Incident) *time.Location {
	for _, id := range i.SLAs {
		if r := a.s.byID[id]; r != nil {
			return r.zone()
		}
	}
	return time.UTC
}

func (a *asked) frame(title string) frame {
	f := frame{Title: title, Site: a.h.title(), Style: styleLink(), AsOf: timeTag(a.s.at.UTC(), time.Time{})}
	if v := a.values(); len(v) > 0 {
		f.Query = template.URL("?" + v.Encode())
	}
	return f
}

// at is the address of another part of the list.
func (a *asked) at(offset int) template.URL {
	v := a.values()
	if a.limit > 0 {
		v.Set("limit", strconv.Itoa(a.limit))
	}
	if offset > 0 {
		v.Set("offset", strconv.Itoa(offset))
	}
	return template.URL("?" + v.Encode())
}

// link is the address of the page of an SLA.
func link(id string) template.URL { return template.URL("sla?id=" + url.QueryEscape(id)) }

func levelWord(l Level) string {
	return map[Level]string{Kept: "Kept", Maintenance: "Maintenance", AtRisk: "At risk", Broken: "Broken"}[l]
}

func wordOf(l Level) string { return cmp.Or(levelWord(l), "Unknown") }

func (a *asked) tiles(l Levels) []tile {
	var tiles []tile
	for _, t := range []tile{{Level: Broken, Count: l.Broken}, {Level: AtRisk, Count: l.AtRisk}, {Level: Unknown, Count: l.Unknown},
		{Level: Maintenance, Count: l.Maintenance}, {Level: Kept, Count: l.Kept}} {
		v := a.values()
		v.Set("level", t.Level.String())
		t.Word, t.Link = wordOf(t.Level), template.URL("?"+v.Encode())
		tiles = append(tiles, t)
	}
	return tiles
}

// offer fills the choices of the filter: what the SLAs have that the sender sees, and what was chosen.
func (a *asked) offer(v *pageView) {
	consumers, labels := choices(a.seen)
	v.HasLabels = len(labels)+len(a.labels) > 0
	v.Consumers, v.Labels = offered(consumers, a.consumers), offered(labels, a.labels)
	for _, t := range []sla.Tier{sla.Primary, sla.Secondary, sla.Tertiary} {
		v.Tiers = append(v.Tiers, choice{t.String(), t.String(), slices.Contains(a.tiers, t)})
	}
	for _, l := range []Level{Broken, AtRisk, Unknown, Maintenance, Kept} {
		v.Levels = append(v.Levels, choice{l.String(), strings.ToLower(wordOf(l)), slices.Contains(a.levels, l)})
	}
}

const mostChoices = 500

func offered(all, chosen []string) (list []choice) {
	for _, c := range chosen {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	for _, c := range all {
		if on := slices.Contains(chosen, c); on || len(list) < mostChoices {
			list = append(list, choice{c, oneLine(c, 100), on})
		}
	}
	return list
}

func (a *asked) rowView(r *row) rowView {
	v := rowView{
		ID: r.ID, Name: r.Name, Link: link(r.ID), Tier: r.Tier.String(), Consumers: list(r.Consumers),
		Level: r.Level, Word: wordOf(r.Level), State: stateWords(r.State), Incidents: r.Incidents,
	}
	lead := r.lead()
	if lead == nil {
		v.Why = "it promises nothing that can be measured"
		return v
	}
	v.Promise, v.Why = lead.Promise, r.why(lead)
	if n := len(r.Objectives) - 1; n > 0 {
		v.More = "and " + plural(n, "objective") + " more"
	}
	v.Landed, v.Due, v.Count = a.landed(lead), a.due(lead), a.count(lead)
	v.Expected = a.expected(lead)
	v.Percent, v.Target = cmp.Or(lead.Percent, "no data"), lead.Target
	if all := lead.Good + lead.Bad; all > 0 {
		v.Of = "of " + thousands(all) + ", "
	}
	if lead.Remaining != nil {
		v.Budget = share(*lead.Remaining) + " of the budget left"
	}
	for i := range r.Objectives {
		if r.Objectives[i].Name == lead.Name {
			v.Bar, v.BarWords = bars(r.ID, i, r.notes[i].windows)
		}
	}
	return v
}

// why is the reason for the level of an SLA.
func (r *SLA) why(lead *Objective) string {
	switch {
	case r.Maintenance != nil:
		return "maintenance until " + clockText(within(r.Maintenance.End, lead.Checked.Location()))
	case r.Level != lead.Level && len(r.Incidents) > 0:
		return lead.Why + ", but an incident is open"
	case r.Level != lead.Level:
		return lead.Why + ", but not all of the promise holds"
	}
	return lead.Why
}

func stateWords(s sla.State) string {
	return map[sla.State]string{sla.NoData: "no data", sla.Met: "met", sla.AtRisk: "burning", sla.Exhausted: "exhausted", sla.Breached: "breached"}[s]
}

func (a *asked) landed(o *Objective) template.HTML {
	if o.Landed == nil {
		return [...]template.HTML{"never, as far as is known", "–"}[btoi(o.Checked.IsZero())]
	}
	return timeTag(*o.Landed, a.s.at)
}

func (a *asked) due(o *Objective) template.HTML {
	if o.Due.IsZero() {
		return "–"
	}
	return timeTag(o.Due, a.s.at)
}

// count says how long there is, or by how much it is over.
func (a *asked) count(o *Objective) string {
	switch left := o.Due.Sub(a.s.at); {
	case o.Due.IsZero():
		return ""
	case left < 0:
		return "overdue " + span(left)
	default:
		return "in " + span(left)
	}
}

func (a *asked) expected(o *Objective) template.HTML {
	if o.Expected == nil || o.Expected.By.Before(a.s.at) {
		return ""
	}
	text := "expected by " + string(timeTag(o.Expected.By, a.s.at))
	if o.Expected.Miss && o.Due.After(a.s.at) {
		text += ", likely late"
	}
	return template.HTML(text)
}

// timeTag shows an instant in its own zone, and in UTC on hover. The year is left out where it is that of another instant.
func timeTag(t, now time.Time) template.HTML {
	shown := clockText(t)
	if !now.IsZero() && now.In(t.Location()).Year() == t.Year() {
		shown = t.Format("Mon 2 Jan, 15:04 MST")
	}
	return template.HTML(`<time datetime="` + rfcText(t) + `" title="` + utcText(t) + `">` + html.EscapeString(shown) + `</time>`)
}

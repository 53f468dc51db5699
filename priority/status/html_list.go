package status

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A listPage is the data of page.html, which names the fields as text.
type listPage struct {
	frame
	Summary             string
	Level               Level
	Tiles               []tile
	Consumers, Labels   []choice
	Tiers, Levels       []choice
	Filtered, HasLabels bool
	Incidents           []incidentArticle
	Rows                []listLine
	First, Last, Total  int
	// Other parts of the list; empty: there is none.
	Previous, Next template.URL
}

// A tile shows how many SLAs are in a level.
type tile struct {
	Level Level
	Word  string
	Count int
	Link  template.URL
}

// A choice is a value that a filter offers.
type choice struct {
	Value, Word string
	On          bool
}

// A listLine is a line of the list.
type listLine struct {
	ID, Name, Tier string
	Link           template.URL
	Consumers      string
	Level          Level
	Word, Why      string
	// Of the objective that leads, and how many others there are.
	Promise, More string
	Landed, Due   template.HTML
	// Down to the due instant, or beyond it.
	Count                 string
	Expected              template.HTML
	Percent, Of           string
	State, Budget, Target string
	Bar                   template.HTML
	BarWords              string
	Incidents             []string
}

// listHTML makes the page of all SLAs.
func (q *request) listHTML() (response, error) {
	p := q.list()
	page := listPage{
		frame: q.frame(q.h.title()), Summary: p.Levels.words(), Level: p.Level,
		Filtered: q.isFiltered(), Total: p.Total, Tiles: q.tiles(p.Levels),
	}
	q.offer(&page)
	for _, i := range p.Incidents {
		page.Incidents = append(page.Incidents, q.incidentArticle(i, q.zoneOf(i)))
	}
	// Windows are drawn for the SLAs of this page only: they are the costly part of a list of
	// thousands.
	for _, r := range q.page() {
		q.h.draw(q.s, r)
		page.Rows = append(page.Rows, q.listLine(r))
	}

	if n := len(page.Rows); n > 0 {
		page.First, page.Last = q.offset+1, q.offset+n
	}
	if q.offset > 0 {
		page.Previous = q.part(max(0, q.offset-q.pageSize()))
	}
	if next := q.offset + q.pageSize(); next < p.Total {
		page.Next = q.part(next)
	}
	return render("page.html", page)
}

// zoneOf returns the location of the first SLA that an incident reaches.
func (q *request) zoneOf(i IncidentView) *time.Location {
	for _, id := range i.SLAs {
		if r := q.s.byID[id]; r != nil {
			return r.zone()
		}
	}
	return time.UTC
}

// part returns the address of another part of the list.
func (q *request) part(offset int) template.URL {
	v := q.values()
	if q.limit > 0 {
		v.Set("limit", strconv.Itoa(q.limit))
	}
	if offset > 0 {
		v.Set("offset", strconv.Itoa(offset))
	}
	return template.URL("?" + v.Encode())
}

// tiles returns a tile for each level, the worst first. Each links to the list of that level, with
// the rest of the filter.
func (q *request) tiles(counts LevelCounts) (tiles []tile) {
	for i, n := range []int{counts.Broken, counts.AtRisk, counts.Unknown, counts.Maintenance, counts.Kept} {
		level, v := byBadness[i], q.values()
		v.Set("level", level.String())
		tiles = append(tiles, tile{level, level.heading(), n, template.URL("?" + v.Encode())})
	}
	return tiles
}

// offer fills in the choices of the filter: what the SLAs have that the sender may see, and what is
// chosen.
func (q *request) offer(page *listPage) {
	var consumers, labels []string
	for _, r := range q.seen {
		consumers = append(consumers, r.Consumers...)
		for key, value := range r.Labels {
			labels = append(labels, key+":"+value)
		}
	}
	// Where no SLA has a label there is no choice to offer.
	page.HasLabels = len(labels)+len(q.labels) > 0
	// The choices are those of all SLAs that the reader may see, not only of those that match: else
	// a filter could only be made narrower.
	page.Consumers, page.Labels = offered(consumers, q.consumers), offered(labels, q.labels)

	for _, t := range []sla.Tier{sla.Primary, sla.Secondary, sla.Tertiary} {
		page.Tiers = append(page.Tiers, choice{t.String(), t.String(), slices.Contains(q.tiers, t)})
	}
	for _, l := range byBadness {
		page.Levels = append(page.Levels, choice{l.String(), l.words(), slices.Contains(q.levels, l)})
	}
}

const mostChoices = 500 // of one kind

// offered returns the choices of one kind. A value that is chosen is among them, though no SLA may
// have it.
func offered(all, chosen []string) (list []choice) {
	all = distinct(all)
	for _, c := range chosen {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	for _, c := range all {
		if on := slices.Contains(chosen, c); on || len(list) < mostChoices {
			list = append(list, choice{c, plain.Cut(plain.Line(c), 100), on})
		}
	}
	return list
}

// listLine returns an SLA as a line of the list: what its leading objective promises and how that
// stands.
func (q *request) listLine(r *row) listLine {
	line := listLine{
		ID: r.ID, Name: r.Name, Link: link(r.ID), Tier: r.Tier.String(), Consumers: plain.List(r.Consumers),
		Level: r.Level, Word: r.Level.heading(), State: stateWords(r.State), Incidents: r.Incidents,
	}
	// An SLA may name assets and no objective, so that incidents reach it though nothing is
	// measured.
	lead := r.lead()
	if lead == nil {
		line.Why = "no objective to measure"
		return line
	}

	line.Promise, line.Why = lead.Promise, r.why(lead)
	if n := len(r.Objectives) - 1; n > 0 {
		line.More = "and " + plain.Count(n, "objective") + " more"
	}
	line.Landed, line.Due, line.Count = q.landed(lead), q.time(lead.Due), q.count(lead)
	line.Expected = q.expected(lead)

	line.Percent, line.Target = cmp.Or(lead.Percent, "no data"), lead.Target
	if all := lead.Good + lead.Bad; all > 0 {
		line.Of = "of " + plain.Thousands(all) + ", "
	}
	if lead.Remaining != nil {
		line.Budget = plain.Share(*lead.Remaining, 0) + " of the error budget left"
	}
	// The bar is that of the leading objective, and its links need the place of that among the
	// others.
	for i := range r.Objectives {
		if r.Objectives[i].Name == lead.Name {
			line.Bar, line.BarWords = bars(r.ID, i, r.notes[i].windows)
		}
	}
	return line
}

// why returns the reason for the level of an SLA, where that is not the reason for the level of its
// first objective.
func (r *SLAView) why(lead *ObjectiveView) string {
	switch {
	case r.Maintenance != nil:
		return "maintenance until " + clockText(within(r.Maintenance.End, lead.Checked.Location()))
	case r.Level != lead.Level && len(r.Incidents) > 0:
		return lead.Why + ", but an incident is open"
	case r.Level != lead.Level:
		return lead.Why + ", but the SLA as a whole is not met"
	}
	return lead.Why
}

package status

import (
	"cmp"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// An slaView is the page of one SLA.
type slaView struct {
	frame
	Row         rowView
	Description string
	Owners      string
	Labels      []string
	Objectives  []objectiveView
	Assets      []assetView
	Incidents   []incidentView
	Corrections []correctionView
	ID          template.URL // as a parameter
}

// An objectiveView is one objective on the page of its SLA.
type objectiveView struct {
	Anchor, Name, Asset, Promise string
	Level                        Level
	Word, Why, Error             string
	Fresh                        bool // it is about freshness: something lands, and is due
	Landed, Due, Checked         template.HTML
	Count, Late                  string
	Expected                     template.HTML
	Percent, Target, State       string
	Window, Outcomes, Budget     string
	Burning                      string
	Exhaustion                   template.HTML
	Coverage                     string
	Bar                          template.HTML
	BarWords                     string
	BurnDown, Landings           template.HTML
	Windows                      []windowView
	Dues                         bool
}

// A windowView is a line of the table of windows.
type windowView struct {
	Anchor  string
	Start   template.HTML
	Outcome Outcome
	Word    string
	Landed  template.HTML
	Counts  string
	Words   string
}

// An assetView is a line of the table of assets.
type assetView struct {
	ID, Path             string
	Depth                int
	Status               string
	Level                Level
	Reason               string
	Landed, Due, Checked template.HTML
	Stuck                bool
}

// An incidentView is an incident on a page.
type incidentView struct {
	Incident
	Word    string
	Begun   template.HTML
	Ended   template.HTML
	Links   []tagLink
	Who     string
	Entries []entryView
}

// A tagLink is a name that leads somewhere.
type tagLink struct {
	Name string
	Link template.URL
}

// An entryView is one line of a timeline.
type entryView struct {
	At                  template.HTML
	Words, Author, Text string
}

// A correctionView is a line of the table of corrections.
type correctionView struct {
	Correction
	From, To, When template.HTML
	Effect         string
}

// slaHTML answers the page of one SLA.
func (a *asked) slaHTML() (answer, error) {
	shown, err := a.one()
	if err != nil {
		return answer{}, err
	}
	r, err := a.row()
	if err != nil {
		return answer{}, err
	}
	v := slaView{frame: a.frame(clip(shorten(r.Name), 48)), Row: a.rowView(r), Description: r.Description, Owners: list(r.Owners)}
	v.ID = template.URL(strings.TrimPrefix(string(link(r.ID)), "sla?"))
	for i := range shown.Objectives {
		v.Objectives = append(v.Objectives, a.objectiveView(r, i))
	}
	for _, key := range sortedKeys(r.Labels) {
		v.Labels = append(v.Labels, key+": "+r.Labels[key])
	}
	for i := range shown.Details.Assets {
		v.Assets = append(v.Assets, a.assetView(&shown.Details.Assets[i], r.zone()))
	}
	for _, i := range shown.Details.Incidents {
		v.Incidents = append(v.Incidents, a.incidentView(i, r.zone()))
	}
	for _, c := range shown.Details.Corrections {
		v.Corrections = append(v.Corrections, a.correctionView(c, r.zone()))
	}
	return render("sla.html", v)
}

// zone is the one that the SLA's first objective thinks in.
func (r *row) zone() *time.Location {
	if len(r.notes) > 0 {
		return r.notes[0].zone
	}
	return time.UTC
}

func (a *asked) objectiveView(r *row, place int) objectiveView {
	o, n := &r.Objectives[place], &r.notes[place]
	v := objectiveView{
		Anchor: "o" + strconv.Itoa(place), Name: o.Name, Asset: o.Asset, Promise: o.Promise, Level: o.Level, Word: wordOf(o.Level), Why: o.Why, Error: o.Error,
		Fresh: n.rule != nil || n.last != nil, Landed: a.landed(o), Due: a.due(o), Count: a.count(o), Late: o.Late, Expected: a.expectation(o),
		Percent: cmp.Or(o.Percent, "no data"), Target: o.Target, State: stateWords(o.State), Window: windowWords(r.report.Objectives[place].Window),
		Outcomes: thousands(o.Good) + " good, " + thousands(o.Bad) + " bad", Budget: budgetWords(o), Burning: list(o.Burning),
		Coverage: percent(uint64(max(0, o.Coverage)*10_000), 10_000, 2),
	}
	if !o.Checked.IsZero() {
		v.Checked = timeTag(o.Checked, a.s.at)
	}
	if o.Exhaustion.After(a.s.at) {
		v.Exhaustion = timeTag(o.Exhaustion, a.s.at)
	}
	v.Bar, v.BarWords = bars(r.ID, place, n.windows)
	v.BurnDown = burnDown(v.Anchor, &r.report.Objectives[place], n.badMoments(&r.report.Objectives[place]), n.zone)
	v.Landings = landingsChart(v.Anchor, o.Name, n.windows, n.zone)
	for i := len(n.windows) - 1; i >= 0; i-- {
		v.Windows = append(v.Windows, a.windowView(place, &n.windows[i]))
		v.Dues = v.Dues || n.windows[i].Start.Equal(n.windows[i].End)
	}
	return v
}

// budgetWords says what is left: "68% left: 2 more may be bad".
func budgetWords(o *Objective) string {
	switch {
	case o.Good+o.Bad == 0:
		return "no data"
	case o.Left < 0:
		return plural(-o.Left, "outcome") + " too many were bad"
	case o.Remaining == nil:
		return "none: not one may be bad"
	}
	return fmt.Sprintf("%s left: %s more may be bad", share(*o.Remaining), thousands(o.Left))
}

// expectation says all that history has to say.
func (a *asked) expectation(o *Objective) template.HTML {
	text := a.expected(o)
	if text == "" {
		return ""
	}
	e := o.Expected
	return text + "; in 8 of 10 cases between " + timeTag(e.Earliest, a.s.at) + " and " + timeTag(e.Latest, a.s.at) +
		template.HTML(fmt.Sprintf(" (of %d)", e.Cases))
}

func (a *asked) windowView(place int, w *Window) windowView {
	v := windowView{Anchor: anchor(place, w.Start), Start: timeTag(w.Start, a.s.at), Outcome: w.Outcome, Word: outcomeWord(w.Outcome), Landed: "–"}
	_, v.Words, _ = strings.Cut(w.Words, ": ")
	if w.Landed != nil {
		v.Landed = timeTag(*w.Landed, a.s.at)
	}
	return v
}

func (a *asked) assetView(s *Asset, zone *time.Location) assetView {
	v := assetView{ID: s.ID, Path: strings.Join(s.Path, " → "), Depth: len(s.Path) - 1, Status: "Not looked at", Landed: "–", Due: "–", Checked: "–", Stuck: s.Stuck}
	if s.Known {
		v.Level = [...]Level{Unknown, Kept, AtRisk, Broken}[statusOf(s.Status)]
		v.Status = [...]string{"Unknown", "Fresh", "At risk", "Stale"}[statusOf(s.Status)]
		v.Reason = reasonWords(s.Reason)
		if s.Reason == freshness.ReasonNone {
			v.Reason = "not looked at again"
		}
		v.Checked = timeTag(s.Checked.In(zone), a.s.at)
		if s.Status == freshness.Fresh && !s.Due.IsZero() && s.Due.Before(a.s.at) {
			v.Reason += ", by now something is due"
		}
	}
	if s.Landed != nil {
		v.Landed = timeTag(s.Landed.In(zone), a.s.at)
	}
	if !s.Due.IsZero() {
		v.Due = timeTag(s.Due.In(zone), a.s.at)
	}
	return v
}

func (a *asked) incidentView(i Incident, zone *time.Location) incidentView {
	v := incidentView{Incident: i, Word: incidentWord(i), Begun: timeTag(i.Opened.In(zone), a.s.at), Who: who(i)}
	if !i.Closed.IsZero() {
		v.Ended = timeTag(i.Closed.In(zone), a.s.at)
	}
	for _, id := range i.SLAs {
		if r := a.s.byID[id]; r != nil && len(v.Links) < 20 {
			v.Links = append(v.Links, tagLink{r.Name, link(id)})
		}
	}
	for _, e := range i.Timeline {
		v.Entries = append(v.Entries, entryView{timeTag(e.At.In(zone), a.s.at), e.Words, e.Author, e.Text})
	}
	return v
}

func incidentWord(i Incident) string {
	words := map[string]string{"taken": "being worked on", "harmless": "harm has ended", "closed": "closed"}
	return cmp.Or(words[i.State], "open, nobody owns it yet")
}

// who says who is on it.
func who(i Incident) string {
	if i.Engaged == 0 {
		return "nobody yet"
	}
	return cmp.Or(list(i.Responders), strconv.Itoa(i.Engaged)+" on it")
}

func (a *asked) correctionView(c Correction, zone *time.Location) correctionView {
	v := correctionView{Correction: c, From: timeTag(c.Start.In(zone), a.s.at), To: timeTag(c.End.In(zone), a.s.at), When: timeTag(c.Entered.In(zone), a.s.at)}
	switch {
	case c.Revoked:
		v.Effect = "taken back"
	case c.Planned:
		v.Effect = "maintenance"
	case c.Good:
		v.Effect = "counts as good"
	default:
		v.Effect = "does not count"
	}
	return v
}

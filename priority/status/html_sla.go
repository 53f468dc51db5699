package status

import (
	"cmp"
	"html/template"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// An slaPage is the data of sla.html, which names the fields as text.
type slaPage struct {
	frame
	Row         listLine
	Description string
	Owners      string
	Labels      []string
	Objectives  []objectiveSection
	Assets      []assetLine
	Incidents   []incidentArticle
	Corrections []correctionLine
	// As a parameter.
	ID template.URL
}

// An objectiveSection is one objective on the page of its SLA.
type objectiveSection struct {
	Anchor, Name, Asset, Promise string
	Level                        Level
	Word, Why, Error             string
	// It is about freshness: something lands, and is due.
	Fresh                    bool
	Landed, Due, Checked     template.HTML
	Count, Late              string
	Expected                 template.HTML
	Percent, Target, State   string
	Window, Outcomes, Budget string
	Burning                  string
	ExhaustsAt               template.HTML
	Coverage                 string
	Bar                      template.HTML
	BarWords                 string
	BurnDown, Landings       template.HTML
	Windows                  []windowLine
	// The windows are due instants and not days.
	Dues bool
}

// A windowLine is a line of the table of windows.
type windowLine struct {
	Anchor  string
	Start   template.HTML
	Outcome Outcome
	Word    string
	Landed  template.HTML
	Words   string
}

// An assetLine is a line of the table of assets.
type assetLine struct {
	ID, Path             string
	Depth                int
	Status               string
	Level                Level
	Reason               string
	Landed, Due, Checked template.HTML
	Stuck                bool
}

// An incidentArticle is an incident on a page.
type incidentArticle struct {
	IncidentView
	Word    string
	Begun   template.HTML
	Ended   template.HTML
	Links   []namedLink
	Who     string
	Entries []entryLine
}

// A namedLink is a name that leads somewhere.
type namedLink struct {
	Name string
	Link template.URL
}

// An entryLine is one line of a timeline.
type entryLine struct {
	At                  template.HTML
	Words, Author, Text string
}

// A correctionLine is a line of the table of corrections.
type correctionLine struct {
	CorrectionView
	From, To, When template.HTML
	Effect         string
}

const (
	mostLinks  = 20 // SLAs that an incident links to
	windowName = 48 // bytes: what browsers show of the title of a page
)

// slaHTML makes the page of one SLA.
func (q *request) slaHTML() (response, error) {
	shown, err := q.one()
	if err != nil {
		return response{}, err
	}
	r, err := q.row()
	if err != nil {
		return response{}, err
	}

	page := slaPage{
		frame: q.frame(plain.Cut(fitBadge(r.Name), windowName)), Row: q.listLine(r), ID: parameter(r.ID),
		Description: r.Description, Owners: plain.List(r.Owners),
	}
	// The objectives of the row and of the view are the same, but the row has the notes too.
	for i := range shown.Objectives {
		page.Objectives = append(page.Objectives, q.objectiveSection(r, i))
	}
	for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
		page.Labels = append(page.Labels, plain.Line(key+": "+r.Labels[key]))
	}
	for i := range shown.Details.Assets {
		page.Assets = append(page.Assets, q.assetLine(&shown.Details.Assets[i], r.zone()))
	}
	for _, i := range shown.Details.Incidents {
		page.Incidents = append(page.Incidents, q.incidentArticle(i, r.zone()))
	}
	for _, c := range shown.Details.Corrections {
		page.Corrections = append(page.Corrections, correctionLine{
			CorrectionView: c, Effect: c.effect(),
			From: q.timeIn(c.Start, r.zone()), To: q.timeIn(c.End, r.zone()),
			When: q.timeIn(c.Entered, r.zone()),
		})
	}
	return render("sla.html", page)
}

// objectiveSection returns one objective as its section on the page of its SLA, with charts and the
// table of windows.
func (q *request) objectiveSection(r *row, place int) objectiveSection {
	o, n, report := &r.Objectives[place], &r.notes[place], &r.report.Objectives[place]
	s := objectiveSection{
		Anchor: "o" + strconv.Itoa(place), Name: o.Name, Asset: o.Asset, Promise: o.Promise,
		Level: o.Level, Word: o.Level.heading(), Why: o.Why, Error: o.Error,
		Fresh: n.rule != nil || n.last != nil, Landed: q.landed(o), Late: o.Late,
		Due: q.time(o.Due), Count: q.count(o), Expected: q.expectedRange(o),
		Percent: cmp.Or(o.Percent, "no data"), Target: o.Target, State: stateWords(o.State),
		Window: windowWords(report.Window), Budget: budgetWords(o), Burning: plain.List(o.Burning),
		Outcomes: plain.Thousands(o.Good) + " good, " + plain.Thousands(o.Bad) + " bad",
		Coverage: plain.Share(o.Coverage, 2),
	}
	if !o.Checked.IsZero() {
		s.Checked = q.time(o.Checked)
	}
	// A budget that is gone needs no forecast.
	if o.ExhaustsAt.After(q.s.at) {
		s.ExhaustsAt = q.time(o.ExhaustsAt)
	}

	s.Bar, s.BarWords = bars(r.ID, place, n.windows)
	s.BurnDown = burnDown(s.Anchor, report, n.badBuckets(report), n.zone)
	s.Landings = landingsChart(s.Anchor, o.Name, n.windows, n.zone)
	// The table starts with the newest, which is what a reader looks for; the bar ends with it, as
	// a time axis does.
	for i := len(n.windows) - 1; i >= 0; i-- {
		s.Windows = append(s.Windows, q.windowLine(place, &n.windows[i]))
		s.Dues = s.Dues || n.windows[i].isDue()
	}
	return s
}

// budgetWords returns what is left of an error budget: "68% left: 2 more may be bad".
func budgetWords(o *ObjectiveView) string {
	switch {
	case o.Good+o.Bad == 0:
		return "no data"
	case o.AllowedLeft < 0:
		return plain.Count(-o.AllowedLeft, "bad outcome") + " too many"
	case o.Remaining == nil:
		return "zero tolerance: no outcome may be bad"
	}
	return plain.Share(*o.Remaining, 0) + " left: " + plain.Thousands(o.AllowedLeft) + " more may be bad"
}

// expectedRange returns when data is expected, with the range of most cases.
func (q *request) expectedRange(o *ObjectiveView) template.HTML {
	text := q.expected(o)
	if text == "" {
		return ""
	}
	e := o.Expected
	return text + "; in 8 of 10 cases between " + q.time(e.Earliest) + " and " + q.time(e.Latest) +
		template.HTML(" (of "+strconv.Itoa(e.Cases)+")")
}

// windowLine returns a window as a line of the table.
func (q *request) windowLine(place int, w *WindowView) windowLine {
	line := windowLine{
		Anchor: anchor(place, w.Start), Start: q.time(w.Start), Landed: "–",
		Outcome: w.Outcome, Word: w.Outcome.words(),
	}
	_, line.Words, _ = strings.Cut(w.Words, ": ") // without the instant
	if w.Landed != nil {
		line.Landed = q.time(*w.Landed)
	}
	return line
}

// assetLine returns an asset as a line of the table. Of one that no check looks at no status is
// shown: grey is not green.
func (q *request) assetLine(a *AssetView, zone *time.Location) assetLine {
	line := assetLine{
		ID: a.ID, Path: strings.Join(a.Path, " → "), Depth: len(a.Path) - 1, Stuck: a.Stuck,
		Status: "Not checked", Landed: "–", Due: q.timeIn(a.Due, zone), Checked: q.timeIn(a.Checked, zone),
	}
	if a.Landed != nil {
		line.Landed = q.timeIn(*a.Landed, zone)
	}
	// Status and reason of an asset that no check looks at mean nothing.
	if !a.Known {
		return line
	}

	line.Level = levelOf(a.Status)
	line.Status = [...]string{
		freshness.Unknown: "Unknown", freshness.Fresh: "Fresh",
		freshness.AtRisk: "At risk", freshness.Stale: "Stale",
	}[statusOf(a.Status)]
	line.Reason = reasonWords(a.Reason)
	switch {
	case a.Reason == freshness.ReasonNone:
		line.Reason = "not checked again"
	case a.Status == freshness.Fresh && !a.Due.IsZero() && a.Due.Before(q.s.at):
		line.Reason += ", due since then" // its check runs soon
	}
	return line
}

// incidentArticle returns an incident as it is shown on the list and on the pages of SLAs.
func (q *request) incidentArticle(i IncidentView, zone *time.Location) incidentArticle {
	article := incidentArticle{
		IncidentView: i, Word: i.words(), Who: i.responders(), Begun: q.timeIn(i.Opened, zone),
	}
	if !i.Closed.IsZero() {
		article.Ended = q.timeIn(i.Closed, zone)
	}
	// An incident may reach hundreds of SLAs: a page links to the first of them.
	for _, id := range i.SLAs {
		if r := q.s.byID[id]; r != nil && len(article.Links) < mostLinks {
			article.Links = append(article.Links, namedLink{r.Name, link(id)})
		}
	}
	for _, e := range i.Timeline {
		article.Entries = append(article.Entries, entryLine{q.timeIn(e.At, zone), e.Words, e.Author, e.Text})
	}
	return article
}

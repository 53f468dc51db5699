package status

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// Format is the version of the JSON forms: of [Page], [SLA] and all that they hold. Fields may be added to it;
// where one goes or means something else, it grows by one.
const Format = 1

// A Page is the answer about many SLAs: what status.json holds. It is plain data, which a client decodes into.
// Instants are in the zone of their promise; what is not known is absent.
type Page struct {
	Format int       `json:"format"` // the version of this form: see Format
	Title  string    `json:"title"`  // of the page
	At     time.Time `json:"at"`     // as of when all of it is said
	Until  time.Time `json:"until"`  // the answer is looked at again then, at the latest, though nothing is recorded before

	Level  Level  `json:"level"`  // the worst of all that match
	Levels Levels `json:"levels"` // how many of those that match are in each level
	Total  int    `json:"total"`  // how many SLAs match the filter
	Offset int    `json:"offset"` // how many of them come before the first of SLAs
	SLAs   []SLA  `json:"slas"`   // the worst first: by level, state, tier, due instant and ID

	Incidents []Incident `json:"incidents,omitempty"` // the open ones, the newest first, 50 at most
}

// Levels counts SLAs by their level. It is plain data.
type Levels struct {
	Broken      int `json:"broken"`      // the data is not there
	AtRisk      int `json:"at_risk"`     // kept, but in danger
	Unknown     int `json:"unknown"`     // nobody can say
	Maintenance int `json:"maintenance"` // does not run
	Kept        int `json:"kept"`        // well
}

// An SLA is where one promise stands: an element of [Page.SLAs], and with its details what sla.json holds.
// It is plain data.
type SLA struct {
	ID          string            `json:"id"`                    // names it
	Name        string            `json:"name"`                  // what people call it
	Description string            `json:"description,omitempty"` // what else a reader should know
	Tier        sla.Tier          `json:"tier"`                  // how much it matters
	Owners      []string          `json:"owners,omitempty"`      // who keeps it
	Consumers   []string          `json:"consumers,omitempty"`   // to whom it was made
	Labels      map[string]string `json:"labels,omitempty"`      // as Handler.Labels says

	Level       Level       `json:"level"`                 // how it stands now
	Lead        string      `json:"lead,omitempty"`        // the objective that decides the level, or that is due first
	State       sla.State   `json:"state"`                 // what has become of the promise over its window
	Culprit     string      `json:"culprit,omitempty"`     // the objective that decides the state
	Compliance  *float64    `json:"compliance,omitempty"`  // of a weighted SLA: the weighted mean, from 0 to 1
	Target      string      `json:"target,omitempty"`      // of a weighted SLA: what that has to reach
	Maintenance *Correction `json:"maintenance,omitempty"` // in which it is now, and does not run; nil: in none

	Objectives []Objective `json:"objectives"`          // in the order of the SLA
	Incidents  []string    `json:"incidents,omitempty"` // the IDs of the open ones that reach it

	// Details is what only the answer about one SLA holds. Nil elsewhere.
	Details *Details `json:"details,omitempty"`
}

// Details is what is told of one SLA alone. It is plain data.
type Details struct {
	Format      int          `json:"format"`                // the version of this form: see Format
	At          time.Time    `json:"at"`                    // as of when all of it is said
	Until       time.Time    `json:"until"`                 // it is looked at again then, at the latest
	Assets      []Asset      `json:"assets,omitempty"`      // what the SLA is about, and what feeds that; the farthest upstream first
	Incidents   []Incident   `json:"incidents,omitempty"`   // open, then closed within 90 days, of each the newest first, 50 at most
	Corrections []Correction `json:"corrections,omitempty"` // what counts otherwise than it was recorded, the newest first, 100 at most
}

// An Objective is where one measurable part of a promise stands. It is plain data.
type Objective struct {
	Name    string `json:"name"`            // names it within its SLA
	Asset   string `json:"asset,omitempty"` // what is measured, where Publish.Assets allows
	Promise string `json:"promise"`         // in words: "ready by 07:00 Europe/Dublin on working days"
	Zone    string `json:"zone"`            // of its instants

	Level    Level            `json:"level"`              // how it stands now
	Why      string           `json:"why"`                // the reason for the level, in words
	Status   freshness.Status `json:"status"`             // of its data; unknown for an objective about events
	Reason   freshness.Reason `json:"reason"`             // why the status is so
	Error    string           `json:"error,omitempty"`    // why it could not be measured, where Publish.Texts allows
	Checked  time.Time        `json:"checked,omitzero"`   // when it was looked at last
	Landed   *time.Time       `json:"landed,omitempty"`   // the newest landing; nil: none is known
	Due      time.Time        `json:"due,omitzero"`       // when data is due next, or was when it is overdue
	Late     string           `json:"late,omitempty"`     // how long after its due instant the last data landed
	Next     time.Time        `json:"next,omitzero"`      // when the answer can change, though nothing lands
	Expected *Expected        `json:"expected,omitempty"` // when it is to be expected

	State      sla.State `json:"state"`                // what has become of the promise over its window
	Target     string    `json:"target"`               // as "99%"; "100%" under zero tolerance
	Window     string    `json:"window"`               // as "rolling 90d"
	Start      time.Time `json:"start,omitzero"`       // of a window of the calendar: its begin; absent for a rolling one
	End        time.Time `json:"end,omitzero"`         // and its end
	Good       int64     `json:"good"`                 // outcomes that kept the promise
	Bad        int64     `json:"bad"`                  // and that broke it
	Compliance *float64  `json:"compliance,omitempty"` // good / (good + bad)
	Percent    string    `json:"percent,omitempty"`    // the same in percent, floored, never rounded up to 100%
	Remaining  *float64  `json:"remaining,omitempty"`  // what is left of the budget, 1 is all of it; negative: too much was used
	Left       int64     `json:"left"`                 // how many more outcomes may be bad; negative: too many were
	Burning    []string  `json:"burning,omitempty"`    // the burn rules that fire
	Exhaustion time.Time `json:"exhaustion,omitzero"`  // when the budget will be gone at the present burn
	Coverage   float64   `json:"coverage"`             // the share of the window that was measured, floored to four decimals

	// Windows are the last 90 due instants, or days, the oldest first. Only the answer about one SLA lists them.
	Windows []Window `json:"windows,omitempty"`
}

// Expected is when data is to be expected, as history has it. It is plain data.
type Expected struct {
	By       time.Time `json:"by"`       // it lands by then with a chance of one half
	Earliest time.Time `json:"earliest"` // and by then with one of a tenth
	Latest   time.Time `json:"latest"`   // and by then with one of nine tenths
	Chance   float64   `json:"chance"`   // of landing by the due instant, from 0 to 1
	Miss     bool      `json:"miss"`     // the due instant will more likely be missed
	Cases    int       `json:"cases"`    // of so many cases in the history
}

// A Window is what became of one due instant, or of one day where nothing is due. It is plain data.
type Window struct {
	Start   time.Time  `json:"start"`            // the due instant, or the begin of the day
	End     time.Time  `json:"end"`              // the same, or the end of the day
	Outcome Outcome    `json:"outcome"`          // what became of it
	Good    int64      `json:"good"`             // outcomes that kept the promise
	Bad     int64      `json:"bad"`              // and that broke it
	Landed  *time.Time `json:"landed,omitempty"` // what landed for a due instant, where history tells
	Words   string     `json:"words"`            // all of that in words
}

// An Outcome is what became of a window: "kept", "late", "missed", "excused", or "unknown".
type Outcome string

const (
	OutcomeUnknown Outcome = "unknown" // nobody knows: nothing was recorded
	OutcomeKept    Outcome = "kept"    // the promise was kept
	OutcomeLate    Outcome = "late"    // data landed, after it was due; on a day: some was bad, and not too much
	OutcomeMissed  Outcome = "missed"  // nothing landed for it; on a day: too much was bad
	OutcomeExcused Outcome = "excused" // a correction, a pause or closed hours: it does not count
)

// An Asset is something that an SLA rests on. It is plain data.
type Asset struct {
	ID      string           `json:"id"`               // names it
	Path    []string         `json:"path"`             // from it to an asset that the SLA is about
	Known   bool             `json:"known"`            // somebody looks at it; else nothing below is known
	Status  freshness.Status `json:"status"`           // of its data: the worst of its checks
	Reason  freshness.Reason `json:"reason"`           // why the status is so
	Landed  *time.Time       `json:"landed,omitempty"` // the newest landing; nil: none is known
	Due     time.Time        `json:"due,omitzero"`     // when data is due, or was
	Checked time.Time        `json:"checked,omitzero"` // when it was looked at last
	Stuck   bool             `json:"stuck,omitempty"`  // it is in trouble, and nothing in trouble feeds it: here it is stuck
}

// An Incident is what is, or was, being worked on. It is plain data.
type Incident struct {
	ID           string    `json:"id"`                    // names it
	Priority     string    `json:"priority"`              // "P1"
	State        string    `json:"state"`                 // "open", "taken", "harmless" or "closed"
	Summary      string    `json:"summary"`               // what is wrong: in its own words where Publish.Texts allows
	Asset        string    `json:"asset,omitempty"`       // what is in trouble, where Publish.Assets allows
	SLAs         []string  `json:"slas,omitempty"`        // the IDs of those that it reaches
	Opened       time.Time `json:"opened"`                // when it began, or began again
	Acknowledged time.Time `json:"acknowledged,omitzero"` // when somebody owned it
	Mitigated    time.Time `json:"mitigated,omitzero"`    // when the harm ended
	Closed       time.Time `json:"closed,omitzero"`       // when it was over
	Updated      time.Time `json:"updated"`               // its newest instant
	Owner        string    `json:"owner,omitempty"`       // who owns it, where Publish.People allows
	Responders   []string  `json:"responders,omitempty"`  // who works on it, where Publish.People allows
	Engaged      int       `json:"engaged"`               // how many do
	RootCause    string    `json:"root_cause,omitempty"`  // where Publish.Texts allows
	Timeline     []Entry   `json:"timeline,omitempty"`    // what happened, the oldest first; only in the answer about one SLA, the last 200
	Dropped      int       `json:"dropped,omitempty"`     // how many older entries the timeline leaves out
	Unread       bool      `json:"unreadable,omitempty"`  // the timeline could not be read
}

// An Entry is one line of the timeline of an incident. It is plain data.
type Entry struct {
	At     time.Time `json:"at"`               // when it happened
	Kind   string    `json:"kind"`             // what happened: "opened", "owned", "root-caused"
	Words  string    `json:"words"`            // the same in words
	Author string    `json:"author,omitempty"` // who did it, where Publish.People allows
	Text   string    `json:"text,omitempty"`   // what they wrote, where Publish.Texts allows
}

// A Correction is an interval that counts otherwise than it was recorded, or is planned to. It is plain data.
type Correction struct {
	ID        string    `json:"id"`                  // names it
	Objective string    `json:"objective,omitempty"` // it is about this one alone; empty: about all of the SLA
	Start     time.Time `json:"start"`               // from here
	End       time.Time `json:"end"`                 // until just before here
	Planned   bool      `json:"planned,omitempty"`   // it was entered before: maintenance
	Good      bool      `json:"good,omitempty"`      // what is in it counts as good; else it does not count
	Revoked   bool      `json:"revoked,omitempty"`   // it was taken back
	Entered   time.Time `json:"entered"`             // when it was entered
	Author    string    `json:"author,omitempty"`    // by whom, where Publish.People allows
	Reason    string    `json:"reason,omitempty"`    // why, where Publish.Texts allows
}

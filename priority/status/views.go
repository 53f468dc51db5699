package status

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
)

// FormatVersion is the version of the JSON forms: of [Page], [SLAView] and all that they hold.
// Fields may be added to a version. Where one is removed or changes its meaning, the version grows
// by one.
const FormatVersion = 1

// A Page is what status.json holds: many SLAs. It is plain data, which a client decodes into.
// Instants are in the location of their objective. What is not known is absent.
type Page struct {
	// Format is the version of this form: FormatVersion.
	Format int `json:"format"`
	// Title is the title of the page.
	Title string `json:"title"`
	// At is the instant that the page is valid for.
	At time.Time `json:"at"`
	// Until is when the page is made again at the latest, though nothing is recorded before.
	Until time.Time `json:"until"`

	// Level is the worst of all that match the filter.
	Level Level `json:"level"`
	// Levels is how many of those that match are in each level.
	Levels LevelCounts `json:"levels"`
	// Total is how many SLAs match the filter.
	Total int `json:"total"`
	// Offset is how many of them come before the first of SLAs.
	Offset int `json:"offset"`
	// SLAs are sorted, the worst first: by level, state, tier, due instant and ID.
	SLAs []SLAView `json:"slas"`

	// Incidents are the open ones, the newest first, 50 at most.
	Incidents []IncidentView `json:"incidents,omitempty"`
}

// LevelCounts counts SLAs by their level. It is plain data.
type LevelCounts struct {
	// Broken counts those in LevelBroken.
	Broken int `json:"broken"`
	// AtRisk counts those in LevelAtRisk.
	AtRisk int `json:"at_risk"`
	// Unknown counts those in LevelUnknown.
	Unknown int `json:"unknown"`
	// Maintenance counts those in LevelMaintenance.
	Maintenance int `json:"maintenance"`
	// Kept counts those in LevelKept.
	Kept int `json:"kept"`
}

// An SLAView is how one SLA stands: an element of [Page.SLAs], and with its details what sla.json
// holds. It is plain data.
type SLAView struct {
	// ID is unique in the catalog.
	ID string `json:"id"`
	// Name is what people call it.
	Name string `json:"name"`
	// Description is for readers of the page.
	Description string `json:"description,omitempty"`
	// Tier is how much the SLA matters.
	Tier sla.Tier `json:"tier"`
	// Owners are responsible for the SLA.
	Owners []string `json:"owners,omitempty"`
	// Consumers depend on the SLA.
	Consumers []string `json:"consumers,omitempty"`
	// Labels are those of Handler.Labels.
	Labels map[string]string `json:"labels,omitempty"`

	// Level is how the SLA stands now.
	Level Level `json:"level"`
	// Lead is the objective that decides the level, or that is due first.
	Lead string `json:"lead,omitempty"`
	// State is how the SLA stands over its window.
	State sla.State `json:"state"`
	// DecidedBy is the objective that decides the state.
	DecidedBy string `json:"decided_by,omitempty"`
	// Compliance is the weighted mean of a weighted SLA, from 0 to 1. Nil for others, and without
	// data.
	Compliance *float64 `json:"compliance,omitempty"`
	// Target is what the mean of a weighted SLA must reach. Empty for others.
	Target string `json:"target,omitempty"`
	// Maintenance is the one in which the SLA does not run at present. Nil means that it runs.
	Maintenance *CorrectionView `json:"maintenance,omitempty"`

	// Objectives are in the order of the SLA.
	Objectives []ObjectiveView `json:"objectives"`
	// Incidents are the IDs of open incidents that reach the SLA, 50 at most.
	Incidents []string `json:"incidents,omitempty"`

	// Details is what only sla.json holds. Nil elsewhere.
	Details *SLADetails `json:"details,omitempty"`
}

// SLADetails is what is shown of one SLA alone. It is plain data.
type SLADetails struct {
	// Format is the version of this form: FormatVersion.
	Format int `json:"format"`
	// At is the instant that all of it is valid for.
	At time.Time `json:"at"`
	// Until is when it is made again at the latest.
	Until time.Time `json:"until"`
	// Assets are what the SLA depends on, the farthest upstream first, 200 at most.
	Assets []AssetView `json:"assets,omitempty"`
	// Incidents are the open ones, then those closed within 90 days. Of each the newest come first,
	// and there are 50 at most.
	Incidents []IncidentView `json:"incidents,omitempty"`
	// Corrections are sorted, the newest first. There are 100 at most.
	Corrections []CorrectionView `json:"corrections,omitempty"`
}

// An ObjectiveView is how one objective of an SLA stands. It is plain data.
type ObjectiveView struct {
	// Name is unique in the SLA.
	Name string `json:"name"`
	// Asset is what is measured, where Publish.Assets allows it.
	Asset string `json:"asset,omitempty"`
	// Promise is what is promised, in words: "ready by 07:00 Europe/Dublin on working days".
	Promise string `json:"promise"`
	// Zone is the location of its instants, as the name of the IANA database.
	Zone string `json:"zone"`

	// Level is how the objective stands now.
	Level Level `json:"level"`
	// Why is the reason for the level, in words.
	Why string `json:"why"`
	// Status is that of its data. It is unknown for an objective about events.
	Status freshness.Status `json:"status"`
	// Reason is the reason for the status.
	Reason freshness.Reason `json:"reason"`
	// Error is why it could not be measured, where Publish.Texts allows it.
	Error string `json:"error,omitempty"`
	// Checked is when its data was checked last. Zero means never.
	Checked time.Time `json:"checked,omitzero"`
	// Landed is the newest landing. Nil means that none is known.
	Landed *time.Time `json:"landed,omitempty"`
	// Due is when data is due next, or was due if it is overdue. Zero means never.
	Due time.Time `json:"due,omitzero"`
	// Late is how long after its due instant the last data landed, in words: "1h 5m".
	Late string `json:"late,omitempty"`
	// Next is when the result can change although nothing lands.
	Next time.Time `json:"next,omitzero"`
	// Expected is when data is expected, from its history. Nil means that it is not known.
	Expected *ExpectedLanding `json:"expected,omitempty"`

	// State is how the objective stands over its window.
	State sla.State `json:"state"`
	// Target is the share that must be good: "99%", and "100%" under zero tolerance.
	Target string `json:"target"`
	// Window is the time over which the target must hold: "rolling 90d".
	Window string `json:"window"`
	// Start is that of a calendar-aligned window. It is zero for a rolling one.
	Start time.Time `json:"start,omitzero"`
	// End is that of a calendar-aligned window. It is zero for a rolling one.
	End time.Time `json:"end,omitzero"`
	// Good counts the outcomes in the window that were good.
	Good int64 `json:"good"`
	// Bad counts the outcomes in the window that were bad.
	Bad int64 `json:"bad"`
	// Compliance is good / (good + bad). Nil means that there is no data.
	Compliance *float64 `json:"compliance,omitempty"`
	// Percent is the same in percent, rounded down, so that it is "100%" only where all was good.
	Percent string `json:"percent,omitempty"`
	// Remaining is the share of the error budget that is left. It is negative if that is overspent,
	// and nil without data and under zero tolerance.
	Remaining *float64 `json:"remaining,omitempty"`
	// AllowedLeft is how many more outcomes may be bad. Negative means that so many were too many.
	AllowedLeft int64 `json:"allowed_left"`
	// Burning are the names of the burn rules that fire.
	Burning []string `json:"burning,omitempty"`
	// ExhaustsAt is when the error budget is exhausted at the present burn rate. Zero means never.
	ExhaustsAt time.Time `json:"exhausts_at,omitzero"`
	// Coverage is the share of the window that was measured, rounded down to four decimals.
	Coverage float64 `json:"coverage"`

	// Windows are the last 90 due instants, or days where nothing is due, the oldest first. Only
	// sla.json holds them.
	Windows []WindowView `json:"windows,omitempty"`
}

// An ExpectedLanding is when data is expected to land, as history has it. It is plain data.
type ExpectedLanding struct {
	// By is when data has landed in half of all cases.
	By time.Time `json:"by"`
	// Earliest is when it has landed in a tenth of them.
	Earliest time.Time `json:"earliest"`
	// Latest is when it has landed in nine tenths of them.
	Latest time.Time `json:"latest"`
	// Chance is that of landing by the due instant, from 0 to 1.
	Chance float64 `json:"chance"`
	// Miss is set if the due instant is likely to be missed.
	Miss bool `json:"miss"`
	// Cases is how many cases of the history this is based on.
	Cases int `json:"cases"`
}

// A WindowView is what became of one due instant, or of one day where nothing is due. It is plain
// data.
type WindowView struct {
	// Start is the due instant, or the start of the day.
	Start time.Time `json:"start"`
	// End is the due instant, or the end of the day.
	End time.Time `json:"end"`
	// Outcome is what became of it.
	Outcome Outcome `json:"outcome"`
	// Good counts the outcomes that were good.
	Good int64 `json:"good"`
	// Bad counts the outcomes that were bad.
	Bad int64 `json:"bad"`
	// Landed is what landed for a due instant. Nil means nothing, or that it is not known.
	Landed *time.Time `json:"landed,omitempty"`
	// Words is all of that in words.
	Words string `json:"words"`
}

// An Outcome is what became of a window: "kept", "late", "missed", "excused" or "unknown".
type Outcome string

const (
	OutcomeUnknown Outcome = "unknown" // nothing was recorded
	OutcomeKept    Outcome = "kept"    // data landed in time; on a day: nothing was bad
	OutcomeLate    Outcome = "late"    // landed after it was due; on a day: some was bad, within the target
	OutcomeMissed  Outcome = "missed"  // nothing landed; on a day: more was bad than the target allows
	OutcomeExcused Outcome = "excused" // a correction, a pause or closed hours: it does not count
)

// An AssetView is an asset that an SLA depends on. It is plain data.
type AssetView struct {
	// ID is unique in the lineage.
	ID string `json:"id"`
	// Path leads from the asset to one that the SLA is about.
	Path []string `json:"path"`
	// Known is set if a check has looked at the asset. Else status and reason mean nothing.
	Known bool `json:"known"`
	// Status is that of its data: the worst of its checks.
	Status freshness.Status `json:"status"`
	// Reason is the reason for the status.
	Reason freshness.Reason `json:"reason"`
	// Landed is the newest landing. Nil means that none is known.
	Landed *time.Time `json:"landed,omitempty"`
	// Due is when data is due, or was. Zero means never.
	Due time.Time `json:"due,omitzero"`
	// Checked is when it was checked last.
	Checked time.Time `json:"checked,omitzero"`
	// Stuck is set if the asset is in trouble, and nothing in trouble feeds it.
	Stuck bool `json:"stuck,omitempty"`
}

// An IncidentView is an incident, open or closed. It is plain data.
type IncidentView struct {
	// ID is unique at its desk.
	ID string `json:"id"`
	// Priority is "P1" to "P5".
	Priority string `json:"priority"`
	// State is "open", "acknowledged", "mitigated" or "closed".
	State string `json:"state"`
	// Summary is that of its signal where Publish.Texts allows it, and else "A data incident".
	Summary string `json:"summary"`
	// Asset is what is in trouble, where Publish.Assets allows it.
	Asset string `json:"asset,omitempty"`
	// SLAs are the IDs of those that it reaches and the reader may see, 200 at most.
	SLAs []string `json:"slas,omitempty"`
	// Opened is when it was opened, or opened again.
	Opened time.Time `json:"opened"`
	// Acknowledged is when it was acknowledged. Zero means never.
	Acknowledged time.Time `json:"acknowledged,omitzero"`
	// Mitigated is when its harm ended. Zero means not yet.
	Mitigated time.Time `json:"mitigated,omitzero"`
	// Closed is when it was closed. Zero means not yet.
	Closed time.Time `json:"closed,omitzero"`
	// Updated is the latest of its instants.
	Updated time.Time `json:"updated"`
	// Owner is who has acknowledged it, where Publish.People allows it.
	Owner string `json:"owner,omitempty"`
	// Responders work on it. They are shown where Publish.People allows it.
	Responders []string `json:"responders,omitempty"`
	// ResponderCount is how many work on it.
	ResponderCount int `json:"responder_count"`
	// RootCause is shown where Publish.Texts allows it.
	RootCause string `json:"root_cause,omitempty"`
	// Timeline holds the last 200 entries, the oldest first. Only sla.json has them.
	Timeline []EntryView `json:"timeline,omitempty"`
	// Dropped is how many older entries the timeline leaves out.
	Dropped int `json:"dropped,omitempty"`
	// Unreadable is set if the timeline could not be read.
	Unreadable bool `json:"unreadable,omitempty"`
}

// An EntryView is one line of the timeline of an incident. It is plain data.
type EntryView struct {
	// At is when it happened.
	At time.Time `json:"at"`
	// Kind is what happened: "opened", "acknowledged", "root-cause".
	Kind string `json:"kind"`
	// Words is the same in words.
	Words string `json:"words"`
	// Author is who did it, where Publish.People allows it.
	Author string `json:"author,omitempty"`
	// Text is what they wrote, where Publish.Texts allows it.
	Text string `json:"text,omitempty"`
}

// A CorrectionView is an interval that counts otherwise than it was recorded, or will. It is plain
// data.
type CorrectionView struct {
	// ID is unique in the SLA.
	ID string `json:"id"`
	// Objective is the one that the correction is about. Empty means all of the SLA.
	Objective string `json:"objective,omitempty"`
	// Start is the first instant in it.
	Start time.Time `json:"start"`
	// End is the first instant after it.
	End time.Time `json:"end"`
	// Planned is set if it was entered before it began: it is maintenance.
	Planned bool `json:"planned,omitempty"`
	// CountAsGood is set if what is in it counts as good. Else it does not count.
	CountAsGood bool `json:"count_as_good,omitempty"`
	// Revoked is set if it was revoked, and is not in force.
	Revoked bool `json:"revoked,omitempty"`
	// Entered is when it was entered.
	Entered time.Time `json:"entered"`
	// Author is who entered it, where Publish.People allows it.
	Author string `json:"author,omitempty"`
	// Reason is why, where Publish.Texts allows it.
	Reason string `json:"reason,omitempty"`
}

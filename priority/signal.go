package priority

import "time"

// A Signal says that an asset's health changed. Make one by hand, or with one of
//
//	[FromResult]        what a freshness check said
//	[FromAlert]         a budget that burns too fast
//	[FromError]         an error, or none
//	[FromHealthCheck]   a function that returns one
//	[FromAlertmanager]  the webhook of a Prometheus Alertmanager
//
// [Signal.Identity] tells which signals belong together, [Signal.Merge] which of them counts, and [Signal.AsOf] what an old one still counts for.
// The zero Signal is firing, about the asset with the empty name, of unknown severity: that counts as the worst.
// A Signal is plain data, and its JSON form is made of its fields, each under its name in lower case.
// Its strings may hold anything: the text forms of an [Assessment] escape what does not print.
type Signal struct {
	// Asset is what the signal is about, under the ID that the catalog knows it by.
	Asset string `json:"asset"`

	// Kind is what sort of news it is.
	Kind Kind `json:"kind,omitzero"`

	// Severity is how bad the sender holds it to be. SeverityUnknown counts as the worst.
	Severity Severity `json:"severity,omitzero"`

	// Summary says in a few words what is wrong, as one would after the asset's name: "extract exited 1".
	// Empty: the words of the kind, such as "has failed".
	Summary string `json:"summary,omitempty"`

	// At is the instant of the news. Zero: nobody said; then no time left is known.
	At time.Time `json:"at,omitzero"`

	// Due is the instant by which the asset has to be well, where the sender knows one. Zero: unknown.
	Due time.Time `json:"due,omitzero"`

	// Expires is the instant after which the news is too old to count, unless it is repeated; see AsOf. Zero: never.
	Expires time.Time `json:"expires,omitzero"`

	// Resolved says that the asset is well again. False: the signal is firing.
	Resolved bool `json:"resolved,omitempty"`

	// Source names who sent it, such as "airflow".
	Source string `json:"source,omitempty"`

	// Dimensions tell apart what one source says about one asset, such as the name of the check. Nil is fine.
	// The map is the sender's: it must not change while the signal is in use.
	Dimensions map[string]string `json:"dimensions,omitempty"`

	// Impact and Urgency are claims: the name of a row and of a column of the table in use.
	// A claim can raise what the classifier finds, and never lower it.
	// A name that the table does not have counts as the first. Empty: no claim.
	Impact  string `json:"impact,omitempty"`
	Urgency string `json:"urgency,omitempty"`
}

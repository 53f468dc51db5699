package priority

import "time"

// A Signal is the news that an asset's health changed. Make one by hand, or with one of
//
//	[FromResult]        from the result of a freshness check
//	[FromAlert]         from an alert about a burn rate
//	[FromError]         from an error, or nil
//	[FromHealthCheck]   from a function that returns one
//	[FromAlertmanager]  from the webhook of a Prometheus Alertmanager
//
// [Signal.Identity] returns which signals belong together, [Signal.Merge] which of them counts, and
// [Signal.Expire] what an old one still counts for.
//
// The zero Signal is firing, about the asset with the empty name, of unknown severity: that counts
// as the worst. A Signal is plain data, and its JSON form has its fields, each under its name in
// lower case. Its strings may hold anything: the text forms of an [Assessment] escape what does not
// print.
type Signal struct {
	// Asset is what the signal is about, by its ID in the catalog.
	Asset string `json:"asset"`

	// Kind is the sort of news.
	Kind Kind `json:"kind,omitzero"`

	// Severity is how bad the sender considers it to be. SeverityUnknown counts as the worst.
	Severity Severity `json:"severity,omitzero"`

	// Summary is what is wrong in a few words, as they would follow the asset's name: "extract
	// exited 1". Empty: the words of the kind, such as "has failed".
	Summary string `json:"summary,omitempty"`

	// At is the instant of the news. Zero: unknown; then no time left is known either.
	At time.Time `json:"at,omitzero"`

	// Due is the instant by which the asset has to be healthy, if the sender knows one. Zero:
	// unknown.
	Due time.Time `json:"due,omitzero"`

	// Expires is the instant after which the news is too old to count unless it is repeated; see
	// Expire. Zero: never.
	Expires time.Time `json:"expires,omitzero"`

	// Resolved reports that the asset is healthy again. False: the signal is firing.
	Resolved bool `json:"resolved,omitempty"`

	// Source names the sender, such as "airflow".
	Source string `json:"source,omitempty"`

	// Dimensions distinguish what one source reports about one asset, such as the name of the
	// check. Nil is valid. The map belongs to the sender and must not change while the signal is in
	// use.
	Dimensions map[string]string `json:"dimensions,omitempty"`

	// Impact and Urgency are claims: the name of an impact and of an urgency of the matrix in use.
	// A claim can raise what the classifier finds, and never lower it.
	// A name that the matrix does not have counts as the first. Empty: no claim.
	Impact  string `json:"impact,omitempty"`
	Urgency string `json:"urgency,omitempty"`
}

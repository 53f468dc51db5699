package incident

import "net/url"

// URLUnder returns a function from an incident to an address: the base, directly followed by the
// incident's ID, which is escaped as one segment of a path. It fits the field IncidentURL of
// announcers. Let the base end in a slash.
//
// URLUnder does not check the base. Announcers show only absolute http and https URLs.
func URLUnder(base string) func(Incident) string {
	return func(i Incident) string { return base + url.PathEscape(i.ID) }
}

package plain

import "time"

// NoZones returns what to do where a program finds no time zone but UTC, to be put behind the text
// about the zone that was looked for. It returns "" where there is a database of them: then that
// zone alone is wrong.
func NoZones() string { return noZones(time.LoadLocation) }

// noZones looks for two zones that every database has, for one may have been cut down.
func noZones(load func(name string) (*time.Location, error)) string {
	for _, name := range []string{"Etc/UTC", "Europe/London"} {
		if _, err := load(name); err == nil {
			return ""
		}
	}
	return `: this machine has no time zone database: install tzdata, or import _ "time/tzdata"`
}

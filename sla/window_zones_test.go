package sla_test

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/sla"
)

// allZones lists every zone that comes with Go, and of zones with several names one, or those that
// other tests use.
func allZones(t *testing.T) []*time.Location {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time",
		"zoneinfo.zip"))
	if err != nil {
		t.Skip("this Go comes without its zones:", err)
	}
	defer archive.Close()
	var list []*time.Location
	seen := map[uint32]bool{}
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") && (!seen[f.CRC32] || slices.Contains(zones, f.Name)) {
			seen[f.CRC32] = true
			list = append(list, zone(t, f.Name))
		}
	}
	require.Greater(t, len(list), 250)
	return list
}

// TestDaysBeginAroundEveryChange asks, around every change of every zone, whether days tile and
// whether each begins at the first instant at which the wall shows its date or a later one. That
// relies on no zone changing twice within 32 hours, which is looked at too.
func TestDaysBeginAroundEveryChange(t *testing.T) {
	for _, loc := range allZones(t) {
		last := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		if slices.Contains(zones, loc.String()) {
			last = last.AddDate(15, 0, 0) // beyond the first days that ZoneBounds gets wrong
		}
		w := sla.CalendarDay(loc)
		before := time.Time{}
		for at := time.Date(1840, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(last); {
			_, change := at.In(loc).ZoneBounds()
			if change.IsZero() {
				break
			}
			if !change.After(at) { // Go returns this on the last day of some leap years
				at = at.Add(48 * time.Hour)
				continue
			}
			_, offset := change.In(loc).Zone()
			if _, was := change.Add(-1).In(loc).Zone(); was != offset {
				assert.Greater(t, change.Sub(before), 32*time.Hour, "%v: %v after %v", loc, change, before)
				beginsAround(t, w, change)
				before = change
			}
			at = change
		}
	}
}

// beginsAround walks the days around a change of the clocks.
func beginsAround(t *testing.T, w sla.Window, change time.Time) {
	_, at := w.Bounds(change.Add(-72 * time.Hour))
	for range 5 {
		start, end := w.Bounds(at)
		require.True(t, start.Equal(at) && end.After(start), "%v: the day at %v is [%v, %v)", w, at, start,
			end)
		date := start.Format(time.DateOnly)
		for _, earlier := range []time.Duration{1, time.Minute, time.Hour, 2 * time.Hour, 12 * time.Hour} {
			require.Less(t, start.Add(-earlier).Format(time.DateOnly), date, "%v: [%v, %v) begins late", w,
				start, end)
		}
		at = end
	}
}

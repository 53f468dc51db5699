package incident

import (
	"slices"
	"strconv"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// A registry is the state computed from a journal up to a position, with the indexes that placing a
// signal needs. It may be read by the holder of the desk's turn or of its lock, and is changed by a
// holder of both.
type registry struct {
	position   int64
	at         time.Time        // of the newest entry
	incidents  []Incident       // by number, in the order of opening
	byID       map[string]int   // the number of an incident
	byIdentity map[string]int   // the number of the incident to which a signal of this identity belongs
	byAsset    map[string][]int // the numbers of the open incidents about an asset
	open       map[int]bool     // the numbers of the incidents that are open

	// What this desk was given and the record does not hold, by number.
	quietSince map[int]time.Time                // since when a signal that comes and goes has been resolved
	lastFired  map[int]time.Time                // the latest instant at which the signal fired
	hysteresis map[int]priority.HysteresisState // how steady the signal of an open incident is
}

// apply makes the next entry of the journal part of the state. An entry that may not be added is an
// error that names it, and changes nothing.
func (r *registry) apply(e Entry) error {
	n, known := r.byID[e.Incident]
	var before Incident
	if known {
		before = r.incidents[n]
	}
	after, err := before.add(e)
	if err != nil {
		return err
	}

	if !known {
		n = r.grow(e)
	}
	r.incidents[n] = after
	if e.Kind == EntryReopened {
		r.release(before.Symptoms, n)
	}
	r.position++
	r.at = e.At
	r.index(n, e)
	return nil
}

// release lets the symptoms of an incident that is reopened be placed anew: its cause may be
// another one now.
func (r *registry) release(symptoms []Symptom, n int) {
	for _, symptom := range symptoms {
		if r.byIdentity[symptom.Identity] == n {
			delete(r.byIdentity, symptom.Identity)
		}
	}
}

// grow makes room for the incident that an entry opens, and returns its number.
func (r *registry) grow(e Entry) int {
	if r.byID == nil {
		r.byID, r.byIdentity, r.byAsset = map[string]int{}, map[string]int{}, map[string][]int{}
		r.open, r.quietSince, r.lastFired = map[int]bool{}, map[int]time.Time{}, map[int]time.Time{}
		r.hysteresis = map[int]priority.HysteresisState{}
	}
	n := len(r.incidents)
	r.incidents = append(r.incidents, Incident{})
	r.byID[e.Incident] = n
	return n
}

// index keeps the indexes up with an entry that was applied.
func (r *registry) index(n int, e Entry) {
	if e.Assessment != nil {
		r.restartHysteresis(n)
	}
	switch e.Kind {
	case EntryOpened, EntryReopened:
		i := &r.incidents[n]
		r.byIdentity[i.Identity], r.open[n] = n, true
		asset := i.Assessment.Signal.Asset
		r.byAsset[asset] = append(r.byAsset[asset], n)
	case EntryAttached:
		r.byIdentity[e.Identity] = n
	case EntryCleared, EntryRecurred:
		delete(r.quietSince, n)
	case EntryMerged, EntryResolved, EntryClosedWithoutRootCause:
		r.close(n)
	}
}

// close drops what is kept only of open incidents.
func (r *registry) close(n int) {
	delete(r.open, n)
	delete(r.quietSince, n)
	delete(r.hysteresis, n)
	delete(r.lastFired, n)
	asset := r.incidents[n].Assessment.Signal.Asset
	others := slices.DeleteFunc(r.byAsset[asset], func(other int) bool { return other == n })
	if r.byAsset[asset] = others; len(others) == 0 {
		delete(r.byAsset, asset)
	}
}

// incidentOf returns the number of the incident to which a signal belongs, or of the one into which
// that was merged, and -1 where it belongs to none.
func (r *registry) incidentOf(identity string) int {
	n, known := r.byIdentity[identity]
	if !known {
		return -1
	}
	for range r.incidents { // at most so many steps, whatever the record holds
		next, merged := r.byID[r.incidents[n].MergedInto]
		if !merged {
			break
		}
		n = next
	}
	return n
}

// freeID returns the ID of the next incident. Records that were made elsewhere may use any ID.
func (r *registry) freeID() string {
	for n := len(r.incidents) + 1; ; n++ {
		id := "inc-" + strconv.Itoa(n)
		if _, taken := r.byID[id]; !taken {
			return id
		}
	}
}

// instant returns the instant of an entry: at, and where that is zero the instant of the newest
// entry.
func (r *registry) instant(at time.Time) time.Time {
	switch {
	case !at.IsZero():
		return at
	case r.position > 0:
		return r.at
	}
	return time.Time{}.Add(1)
}

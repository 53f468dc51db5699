package incident

import (
	"strconv"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
)

// A state is the fold of a journal up to a position, with what is looked up in it. It may be read by whoever holds the desk's turn,
// or its lock, and is changed by whoever holds both.
type state struct {
	position  int64
	at        time.Time      // of the newest entry
	incidents []Incident     // by number, in the order of opening
	numbers   map[string]int // by ID
	newest    map[string]int // by identity: the number of the incident to which a signal of it belongs
	open      map[int]bool   // the numbers of those that are open
	assets    map[string][]int
	quiet     map[int]time.Time         // by number: since when a signal that comes and goes has been resolved, though the record does not say so yet
	heard     map[int]time.Time         // by number: the latest instant at which its signal fired, as far as this desk was told
	stands    map[int]priority.Standing // by number: how steady the signal of an open incident is, as far as this desk was told
}

// learn takes the next entry of the journal in. One that may not be added is an error, which names it, and changes nothing.
func (s *state) learn(e Entry) error {
	n, known := s.numbers[e.Incident]
	var before Incident
	if known {
		before = s.incidents[n]
	}
	after, err := before.Add(e)
	if err != nil {
		return err
	}
	if !known {
		n = s.number(e)
	}
	s.incidents[n] = after
	if e.Kind == Reopened {
		s.forget(before.Symptoms, n)
	}
	s.position++
	s.at = e.At
	s.index(n, e)
	return nil
}

// forget makes the symptoms of an incident speak for themselves.
func (s *state) forget(symptoms []Symptom, n int) {
	for _, symptom := range symptoms {
		if s.newest[symptom.Identity] == n {
			delete(s.newest, symptom.Identity)
		}
	}
}

// number makes room for the incident that an entry opens.
func (s *state) number(e Entry) int {
	if s.numbers == nil {
		s.numbers, s.newest, s.open = map[string]int{}, map[string]int{}, map[int]bool{}
		s.assets, s.quiet, s.stands, s.heard = map[string][]int{}, map[int]time.Time{}, map[int]priority.Standing{}, map[int]time.Time{}
	}
	n := len(s.incidents)
	s.incidents = append(s.incidents, Incident{})
	s.numbers[e.Incident] = n
	return n
}

// index keeps what is looked up.
func (s *state) index(n int, e Entry) {
	if e.Report != nil {
		s.stand(n)
	}
	switch e.Kind {
	case Opened, Reopened:
		i := &s.incidents[n]
		s.newest[i.Identity], s.open[n] = n, true
		asset := i.Report.Signal.Asset
		s.assets[asset] = append(s.assets[asset], n)
	case Attached:
		s.newest[e.Identity] = n
	case Cleared, Recurred:
		delete(s.quiet, n)
	case Merged, Resolved, Forced:
		s.close(n)
	}
}

// close forgets what is looked up of open incidents alone.
func (s *state) close(n int) {
	delete(s.open, n)
	delete(s.quiet, n)
	delete(s.stands, n)
	delete(s.heard, n)
	asset := s.incidents[n].Report.Signal.Asset
	s.assets[asset] = without(s.assets[asset], n)
	if len(s.assets[asset]) == 0 {
		delete(s.assets, asset)
	}
}

func without(list []int, n int) []int {
	var rest []int
	for _, other := range list {
		if other != n {
			rest = append(rest, other)
		}
	}
	return rest
}

// root follows an incident to the one in which it goes on.
func (s *state) root(n int) int {
	for range s.incidents {
		next, known := s.numbers[s.incidents[n].Into]
		if !known {
			break
		}
		n = next
	}
	return n
}

// freeID returns the ID of the next incident.
func (s *state) freeID() string {
	for n := len(s.incidents) + 1; ; n++ {
		id := "inc-" + strconv.Itoa(n)
		if _, taken := s.numbers[id]; !taken {
			return id
		}
	}
}

// instant is the instant of an entry: one given, or else that of the newest.
func (s *state) instant(at time.Time) time.Time {
	switch {
	case !at.IsZero():
		return at
	case s.position > 0:
		return s.at
	}
	return time.Time{}.Add(1)
}

package pagerduty

import (
	"strconv"
	"strings"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A receipt holds the last entry that was announced, and whether PagerDuty may have an alert that
// is not resolved: "7 open", "8".
type receipt struct {
	done  int
	alive bool
}

// parseReceipt reads the text of a receipt. Any other text counts as that of a first delivery.
func parseReceipt(text string) receipt {
	number, alive := strings.CutSuffix(text, " open")
	done, err := strconv.Atoi(number)
	if err != nil {
		return receipt{}
	}
	return receipt{done, alive}
}

func (r receipt) String() string {
	if r.alive {
		return strconv.Itoa(r.done) + " open"
	}
	return strconv.Itoa(r.done)
}

// A step is one event to send, and the last entry that it covers.
type step struct {
	action string
	upTo   int
}

// steps returns the events that the entries beyond a receipt ask for, without those that a later
// one makes pointless: an acknowledgement before another or before the end, a repeat, and
// everything of an alert that would be over before it called an engineer.
//
// It has a case for each of these, so it is long; the order of the cases matters: what cancels
// comes before what merges.
func steps(entries []incident.Entry, at receipt) (list []step) {
	began := -1 // the trigger in the list that begins an alert
	for _, e := range entries {
		action := actionOf(e.Kind)
		if action == "" || e.Seq <= at.done || !at.alive && action != trigger {
			continue
		}
		n := len(list) - 1
		switch {
		case action == resolve && began >= 0:
			list, at.alive, began = list[:began], false, -1
			continue
		case n >= 0 && list[n].action == action:
			list[n].upTo = e.Seq
			continue
		case n >= 0 && list[n].action == acknowledge && action == resolve:
			list = list[:n]
		case action == trigger && !at.alive:
			began = len(list)
		}
		list, at.alive = append(list, step{action, e.Seq}), action != resolve
	}
	return list
}

// The actions of the Events API v2.
const (
	trigger     = "trigger"
	acknowledge = "acknowledge"
	resolve     = "resolve"
)

// actionOf returns the action that an entry of a kind asks for, or "".
func actionOf(k incident.EntryKind) string {
	switch k {
	case incident.EntryOpened, incident.EntryRecurred, incident.EntryReopened, incident.EntryRaised:
		return trigger
	case incident.EntryAcknowledged:
		return acknowledge
	case incident.EntryResolved, incident.EntryClosedWithoutRootCause, incident.EntryMerged:
		return resolve
	}
	return ""
}

package sla

import (
	"cmp"
	"slices"
	"time"
)

// A firing is a burn rule that fires.
type firing struct {
	rule  BurnRule
	since int64
}

// mostSteps bounds at how many instants between two calls the rules of one objective are held against the counts.
const mostSteps = 10_000

// Alerts answers which burn rules began to fire, and which stopped, since the last call: by time, then by tier, ID, place in the
// SLA and place of the rule. What still fires is in the reports. Corrections apply, so that planned maintenance pages nobody.
//
// However long nobody asked: it looks at the time in between too, in steps of a tenth of the shortest short window (but at least
// 5 seconds, and a ten-thousandth of that time), and answers both when a rule fired and stopped again meanwhile. The first
// call looks at its own instant alone, as does one for an instant before that of the last call: the clock was set back.
//
// A burn window is counted up to a thirtieth too long: a burn that has just come to its factor may fire, stop and fire again
// within as much time. Of a due instant that was missed nobody is told before its grace is over.
func (t *Tracker) Alerts(at time.Time) []Alert {
	t.alerting.Lock()
	defer t.alerting.Unlock()
	t.read()
	defer t.mu.RUnlock()
	now := nanos(at)
	since := now
	if t.asked {
		since = min(t.alerted, now)
	}
	t.asked, t.alerted = true, now
	var found alerts
	var burns []Burn // one for all
	for i, k := range t.roster.order {
		k.ledger.advance(now)
		burns = t.alertsOf(&found, burns, i, k, since, now, at.Location())
	}
	t.withdrawn(&found, now, at.Location())
	slices.SortStableFunc(found, func(a, b placedAlert) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.place, b.place), cmp.Compare(a.rule, b.rule))
	})
	list := make([]Alert, 0, len(found))
	for _, a := range found {
		list = append(list, a.Alert)
	}
	return slices.Clip(list)
}

type alerts []placedAlert

// A placedAlert is an alert with what orders it.
type placedAlert struct {
	Alert
	place, rule int
}

// alertsOf finds the changes of one objective in (since, now]. It answers the burns that it was given, to be used again.
func (t *Tracker) alertsOf(found *alerts, burns []Burn, place int, k *tracked, since, now int64, in *time.Location) []Burn {
	s := k.shape
	if len(s.rules) == 0 || !k.mayChange(since, now) {
		return burns
	}
	step := max(uint64(s.least)/10, uint64(5*time.Second), uint64(now-since)/mostSteps) // all of time is longer than an int64 tells
	for x := since; ; {
		if uint64(now-x) <= step {
			x = now
		} else {
			x += int64(step)
		}
		v := t.look(k, x, everything, int64(s.longest))
		if due, ok := dueOf(k.objective.Freshness); ok && s.kind == deadlineKind && due.Grace > 0 && x < now {
			v.open = addNanos(x, -int64(due.Grace)) // nobody could have said it then
		}
		burns = v.burns(burns[:0])
		k.judge(found, burns, x, place, in)
		if x == now {
			return burns
		}
	}
}

// mayChange says whether anything could fire: a rule does, or something was bad in a short window that ended in (since, now].
// Silence may be bad without a record.
func (k *tracked) mayChange(since, now int64) bool {
	k.mu.Lock()
	fires := len(k.rare.firing()) > 0
	k.mu.Unlock()
	if fires || k.objective.Silence == SilenceBad || k.shape.kind == timeKind {
		return true
	}
	longest := int64(0)
	for _, r := range k.shape.rules {
		longest = max(longest, int64(r.Short))
	}
	return k.ledger.sum(addNanos(since, -longest), now).Bad > 0
}

// judge holds the rules against the counts at one instant, and notes what changed.
func (k *tracked) judge(found *alerts, burns []Burn, at int64, place int, in *time.Location) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, b := range burns {
		n := slices.IndexFunc(k.rare.firing(), func(f firing) bool { return f.rule.Name == b.Rule.Name })
		fires := b.Firing()
		if fires == (n >= 0) {
			continue
		}
		since := at
		if fires {
			k.more().fires = append(k.rare.fires, firing{b.Rule, since})
		} else {
			since = k.rare.fires[n].since
			k.rare.fires = slices.Delete(k.rare.fires, n, n+1)
		}
		found.add(k, b, fires, since, at, place, i, in)
	}
}

func (found *alerts) add(k *tracked, b Burn, fires bool, since, at int64, place, rule int, in *time.Location) {
	*found = append(*found, placedAlert{Alert{
		SLA: k.sla.ID, Check: k.check(), Asset: k.objective.Asset, Tier: k.sla.Tier, Burn: b, Firing: fires,
		Since: instantOf(since).In(in), At: instantOf(at).In(in),
	}, place, rule})
}

// withdrawn ends the alerts of rules, and of objectives, that the catalog has lost.
func (t *Tracker) withdrawn(found *alerts, now int64, in *time.Location) {
	for i, k := range t.roster.order {
		k.mu.Lock()
		if k.rare != nil {
			k.rare.fires = slices.DeleteFunc(k.rare.fires, func(f firing) bool {
				gone := !slices.ContainsFunc(k.shape.rules, func(r BurnRule) bool { return r.Name == f.rule.Name })
				if gone {
					found.add(k, Burn{Rule: f.rule}, false, f.since, now, i, len(k.shape.rules), in)
				}
				return gone
			})
		}
		k.mu.Unlock()
	}
	for i, k := range t.lost {
		for _, f := range k.rare.firing() {
			found.add(k, Burn{Rule: f.rule}, false, f.since, now, len(t.roster.order)+i, 0, in)
		}
	}
	t.lost = nil
}

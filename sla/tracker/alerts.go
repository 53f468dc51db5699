package tracker

import (
	"cmp"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A firing is a burn rule that fires.
type firing struct {
	rule  sla.BurnRule
	since int64
}

// maxSteps bounds at how many instants between two calls the rules of one objective are evaluated.
const maxSteps = 10_000

// Alerts returns which burn rules began to fire, and which stopped, since the last call: by time,
// then by tier, ID, place in the SLA and place of the rule. What still fires is in the reports.
// Corrections apply, so that planned maintenance fires nothing.
//
// It evaluates the time between two calls too, however long that is, and returns both when a rule
// fired and stopped again meanwhile. It does so in steps of a tenth of the shortest short window,
// but at least 5 seconds, and at least a ten-thousandth of that time. The first call evaluates its
// own instant alone. So does one whose instant is before that of the last call: the clock was set
// back.
//
// A burn window is counted up to a thirtieth too long: a burn rate that has just reached that of
// its rule may fire, stop and fire again within as much time. A due instant that was missed counts
// from the end of its grace on.
func (t *Tracker) Alerts(at time.Time) []sla.Alert {
	t.alerting.Lock()
	defer t.alerting.Unlock()
	t.read()
	defer t.mu.RUnlock()
	now := exact.Nanos(at)
	e := evaluation{tracker: t, since: now, now: now, in: at.Location()}
	if t.asked {
		e.since = min(t.alerted, now)
	}
	t.asked, t.alerted = true, now

	for i, k := range t.roster.order {
		k.ledger.Advance(now)
		e.objective(i, k)
	}
	e.withdraw()

	slices.SortStableFunc(e.found, func(a, b placedAlert) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.place, b.place), cmp.Compare(a.rule, b.rule))
	})
	list := make([]sla.Alert, 0, len(e.found))
	for _, a := range e.found {
		list = append(list, a.Alert)
	}
	return slices.Clip(list)
}

// An evaluation is one call of Alerts: it finds what changed in (since, now].
type evaluation struct {
	tracker    *Tracker
	since, now int64
	in         *time.Location
	found      []placedAlert
	burns      []sla.Burn // of one objective at one instant; used again for the next
}

// A placedAlert is an alert with what orders it.
type placedAlert struct {
	sla.Alert
	place, rule int
}

// objective evaluates the rules of one objective.
func (e *evaluation) objective(place int, k *tracked) {
	s := k.shape
	if len(s.rules) == 0 || !k.mayChange(e.since, e.now) {
		return
	}
	grace := int64(0)
	if s.kind == deadlineKind {
		grace = int64(freshness.Grace(k.objective.Freshness))
	}

	// Unsigned, for the time between the first instant and the last does not fit into an int64.
	step := max(uint64(s.least)/10, uint64(5*time.Second), uint64(e.now-e.since)/maxSteps)
	for at := e.since; ; {
		if uint64(e.now-at) <= step {
			at = e.now
		} else {
			at += int64(step)
		}
		v := e.tracker.view(k, at, everything, int64(s.longest))
		if grace > 0 && at < e.now {
			v.open = exact.Add(at, -grace) // at that instant these were not known to be missed
		}
		e.burns = v.burns(e.burns[:0])
		e.judge(k, at, place)
		if at == e.now {
			return
		}
	}
}

// mayChange reports whether any rule could change in (since, now]: one fires already, or something
// was bad in a short window that ended then. No data may be bad without a record.
func (k *tracked) mayChange(since, now int64) bool {
	k.mu.Lock()
	fires := len(k.rare.firing()) > 0
	k.mu.Unlock()
	if fires || k.objective.NoData == sla.NoDataBad || k.shape.kind == timeKind {
		return true
	}

	longest := int64(0)
	for _, r := range k.shape.rules {
		longest = max(longest, int64(r.Short))
	}
	return k.ledger.Sum(exact.Add(since, -longest), now).Bad > 0
}

// judge compares the burns at an instant with the rules that fire, and notes what changed.
func (e *evaluation) judge(k *tracked, at int64, place int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, b := range e.burns {
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
		e.add(k, b, since, at, place, i)
	}
}

// add notes that a rule began to fire, or stopped, at an instant.
func (e *evaluation) add(k *tracked, b sla.Burn, since, at int64, place, rule int) {
	e.found = append(e.found, placedAlert{sla.Alert{
		SLA: k.sla.ID, Check: k.check(), Asset: k.objective.Asset, Tier: k.sla.Tier,
		Burn: b, Firing: b.Firing(),
		Since: exact.Instant(since).In(e.in), At: exact.Instant(at).In(e.in),
	}, place, rule})
}

// withdraw ends the alerts of rules, and of objectives, that the catalog has lost. Their burn has
// no counts, so that it does not fire.
func (e *evaluation) withdraw() {
	t := e.tracker
	for i, k := range t.roster.order {
		k.mu.Lock()
		if k.rare != nil {
			k.rare.fires = slices.DeleteFunc(k.rare.fires, func(f firing) bool {
				gone := !k.shape.hasRule(f.rule.Name)
				if gone {
					e.add(k, sla.Burn{Rule: f.rule}, f.since, e.now, i, len(k.shape.rules))
				}
				return gone
			})
		}
		k.mu.Unlock()
	}
	for i, k := range t.lost {
		for _, f := range k.rare.firing() {
			e.add(k, sla.Burn{Rule: f.rule}, f.since, e.now, len(t.roster.order)+i, 0)
		}
	}
	t.lost = nil
}

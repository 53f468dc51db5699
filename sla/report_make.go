package sla

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// everything is what is known when nobody asks for an earlier instant.
const everything = math.MaxInt64

// reportOf reports an SLA by what was known at an instant. The tracker is locked for reading.
func (t *Tracker) reportOf(s *SLA, at, asOf time.Time, known int64) Report {
	r := Report{SLA: s.ID, Name: s.Name, Tier: s.Tier, Target: s.Target, At: at, AsOf: asOf}
	touched := map[string]bool{}
	for i := range s.Objectives {
		k := t.roster.find(checkName(s, &s.Objectives[i]))
		v := t.look(k, nanos(at), known, k.back(min(nanos(at), known)))
		r.Objectives = append(r.Objectives, v.report(at))
		for _, c := range v.corrections {
			touched[c.ID] = true
		}
	}
	for _, c := range t.corrections {
		if touched[c.ID] {
			r.Corrections = append(r.Corrections, c)
		}
	}
	slices.SortStableFunc(r.Corrections, func(a, b Correction) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	if c, ok := t.maintenance(s.ID, at, known); ok {
		r.Maintenance = &c
	}
	r.State, r.Culprit = composed(s.Target, r.parts())
	return r
}

func (r Report) parts() []part {
	var parts []part
	for _, o := range r.Objectives {
		parts = append(parts, part{o.Name, o.Budget, o.State, o.Weight})
	}
	return parts
}

// A view is one look at one objective.
type view struct {
	k           *tracked
	at          int64 // what is counted ends here
	known       int64 // what was booked and entered after it is not known
	corrections []Correction
	effects     []effect
	gaps        dueCount // deadlines whose silence counts: as far back as the view looks
	open        int64    // deadlines: what was due from here on was not missed yet, though it is known by now
}

// look prepares a look at an objective, no further back than a length. The tracker is locked for reading.
func (t *Tracker) look(k *tracked, at, known, back int64) view {
	v := view{k: k, at: min(at, known), known: known, open: math.MaxInt64}
	from := addNanos(v.at, -back)
	if len(t.corrections) > 0 {
		v.corrections = t.concerning(k, from, v.at, known)
		from, to := addNanos(from, -back), addNanos(v.at, back) // what is counted may be a little wider than the windows
		v.effects = effects(t.concerning(k, from, to, known), from, to)
	}
	if k.shape.kind == deadlineKind && k.objective.Silence != SilenceIgnored {
		v.gaps = k.countDues(from, v.at)
	}
	return v
}

// back is how far back a report looks: to where the objective's window begins, or the longest of the burn windows.
func (k *tracked) back(at int64) int64 {
	start, _ := k.objective.Window.At(instantOf(at))
	return max(at-nanos(start), int64(k.shape.longest))
}

func (v *view) window() (start, end int64) {
	from, to := v.k.objective.Window.At(instantOf(v.at))
	return nanos(from), nanos(to)
}

// A count is what was counted in [from, to).
type count struct {
	span
	raw, corrected Counts
}

// count counts [from, to), widened to the edges that are known: what was recorded, and silence as the objective wants it;
// and the same less what corrections remove, and with what they say was good.
func (v *view) count(from, to int64) count {
	t := v.recorded(from, to)
	c := count{span: span{t.from, t.to}, raw: t.Counts.Add(v.silence(max(from, t.from), to))} // what is forgotten was not silent
	c.corrected = c.raw
	done := c.from // each stretch is counted once, though it may be widened into the next
	for _, e := range v.effects {
		from, to := max(e.from, done), min(e.to, c.to)
		if from >= to {
			continue
		}
		part := v.recorded(from, to)
		had := part.Counts.Add(v.silence(from, to))
		done = max(to, part.to)
		c.corrected.Good, c.corrected.Bad = c.corrected.Good-had.Good, c.corrected.Bad-had.Bad
		if e.good {
			c.corrected.Good += addCounts(had.Good, had.Bad)
		}
	}
	return c
}

// recorded counts what the ledger holds, and what it does not hold yet.
func (v *view) recorded(from, to int64) tally {
	k := v.k
	if k.shape.kind != timeKind {
		return v.booked(from, to)
	}
	k.mu.Lock()
	defer k.mu.Unlock() // what goes to the ledger meanwhile would be counted twice
	t := v.booked(from, to)
	if k.follow != nil && k.follow.timeState != nil {
		t.Counts = t.Counts.Add(k.follow.ahead(&k.shape.spec, from, min(to, v.known)))
	}
	return t
}

func (v *view) booked(from, to int64) (t tally) {
	if v.known == everything {
		t = v.k.ledger.sum(from, to)
	} else {
		t = v.k.ledger.sumAsOf(from, to, v.known)
	}
	if from = max(from, v.open); from < to {
		for _, d := range v.k.ledger.dues(nil, from, to) {
			if d.kind == missing || d.kind == late {
				t.Bad--
			}
		}
	}
	return t
}

// silence counts deadlines and slices without an outcome as the objective says.
func (v *view) silence(from, to int64) Counts {
	if v.k.objective.Silence == SilenceIgnored {
		return Counts{}
	}
	n, _ := v.silent(from, to)
	if v.k.objective.Silence == SilenceGood {
		return Counts{Good: n}
	}
	return Counts{Bad: n}
}

// silent answers how many deadlines and slices were without an outcome, since something was known of the objective,
// and how many there were before.
func (v *view) silent(from, to int64) (n, before int64) {
	switch v.k.shape.kind {
	case deadlineKind:
		i, _ := slices.BinarySearch(v.gaps.silent, from)
		j, _ := slices.BinarySearch(v.gaps.silent, to)
		return int64(j - i), v.gaps.before
	case sliceKind, timeKind:
		return v.silentSlices(from, to)
	}
	return 0, 0
}

// silentSlices counts the slices that are over and have no outcome.
func (v *view) silentSlices(from, to int64) (n, before int64) {
	length := int64(v.k.shape.spec.slice)
	first, end := sliceOf(from, length), min(sliceUp(to, length), sliceOf(v.at, length))
	start := max(first, min(sliceOf(v.k.began.Load(), length), end))
	if end <= first {
		return 0, 0
	}
	n = end - start - v.excusedSlices(start, end)
	if n > 0 {
		n = max(0, n-int64(v.recorded(sliceStart(start, length), sliceStart(end, length)).Total()))
	}
	return n, start - first
}

func (v *view) excusedSlices(first, end int64) int64 {
	v.k.mu.Lock()
	defer v.k.mu.Unlock()
	if v.k.follow == nil || v.k.follow.timeState == nil {
		return 0
	}
	return v.k.follow.excusedSlices(v.k.shape.spec.slice, first, end)
}

// report is the report of one objective.
func (v *view) report(at time.Time) ObjectiveReport {
	k, o := v.k, v.k.objective
	start, end := v.window()
	c := v.count(start, v.at)
	account := k.ledger.account()
	r := ObjectiveReport{
		Name: o.Name, Check: k.check(), Asset: o.Asset, Window: o.Window, Weight: o.Weight,
		Start: instantOf(c.from).In(at.Location()), End: instantOf(c.to).In(at.Location()),
		Resolution: time.Duration(max(start-c.from, c.to-v.at, 0)),
		Budget:     Budget{o.Target, c.corrected}, Raw: Budget{o.Target, c.raw},
		Burns: v.burns(nil), Worst: v.worst(start, at.Location()), Late: account.late, Dropped: account.dropped, Last: k.last(),
	}
	r.Coverage, r.Silent, r.Excused = v.coverage(start, c)
	f := forecast{o.Target, c.corrected, start, end, v.at, o.Window.unit == rolling}
	present, worst := r.present(), r.worstPair()
	r.Exhaustion, r.WorstExhaustion = f.gone(present, at), f.gone(worst, at)
	r.State = r.stands(!r.Exhaustion.IsZero())
	return r
}

// stands is the state: that of the budget, and at risk where that is met but about to be gone.
func (o ObjectiveReport) stands(soon bool) State {
	state := o.Budget.State()
	if state == Met && (soon || slices.ContainsFunc(o.Burns, func(b Burn) bool { return b.Rule.Page && b.Firing() })) {
		return AtRisk
	}
	return state
}

// burns appends the burn rules, held against what was counted.
func (v *view) burns(burns []Burn) []Burn {
	if v.plain() {
		return v.plainBurns(burns)
	}
	for _, rule := range v.k.shape.rules {
		burns = append(burns, Burn{
			Rule: rule, Target: v.k.objective.Target,
			Long:  v.count(addNanos(v.at, -int64(rule.Long)), v.at).corrected,
			Short: v.count(addNanos(v.at, -int64(rule.Short)), v.at).corrected,
		})
	}
	return burns
}

// plain says that the ledger alone knows what counts.
func (v *view) plain() bool {
	return len(v.effects) == 0 && v.known == everything && v.open == math.MaxInt64 && v.k.objective.Silence == SilenceIgnored && v.k.shape.kind != timeKind
}

// plainBurns reads all windows at once, and allocates nothing of its own.
func (v *view) plainBurns(burns []Burn) []Burn {
	var room [16]tally
	s := v.k.shape
	into := room[:]
	if len(s.lengths) > len(into) {
		into = make([]tally, len(s.lengths))
	}
	v.k.ledger.trailing(v.at, s.lengths, into)
	for i, rule := range s.rules {
		burns = append(burns, Burn{Rule: rule, Target: v.k.objective.Target, Long: into[2*i].Counts, Short: into[2*i+1].Counts})
	}
	return burns
}

// coverage answers the share of the window that was measured, and what was not: silent or excused.
func (v *view) coverage(start int64, c count) (share float64, silent, excused int64) {
	measured, missing := v.recorded(start, v.at).Total(), int64(0)
	switch v.k.shape.kind {
	case eventKind:
		whole := uint64(max(v.at-start, 0))
		since := uint64(v.at - min(v.at, max(start, v.k.began.Load())))
		share, _ = nearest(wide(since, 1), wide(whole, 1))
		return share, 0, 0
	case deadlineKind:
		in := v.k.countDues(start, v.at)
		measured, missing, silent, excused = uint64(in.measured), in.before, int64(len(in.silent)), in.excused
	default:
		length := int64(v.k.shape.spec.slice)
		silent, missing = v.silent(start, v.at)
		excused = v.excusedSlices(sliceOf(start, length), sliceOf(v.at, length))
	}
	share, _ = nearest(wide(measured, 1), wide(measured+uint64(silent+missing), 1))
	return share, silent, excused
}

// last is the newest result observed.
func (k *tracked) last() *freshness.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.follow == nil {
		return nil
	}
	r := k.follow.look.result(k)
	return &r
}

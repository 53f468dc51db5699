package freshness

import (
	"iter"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// AllOf is the rule that each of its policies must be kept. The worst of their results is the
// result:
//
//	any Stale, else any Unknown, else any AtRisk, else Fresh
//
// Of several that are equally bad, it is the one with the earliest due instant, and of these the
// first. FreshUntil is the earliest of them all, for the promise breaks with the first of its
// parts, and so is NextCheck. [AllOf.Results] yields the results of the other policies too. An
// empty AllOf is not valid and measures nothing.
type AllOf []Policy

// AnyOf is the rule that one of its policies is enough. The best of their results is the result:
//
//	any Fresh, else any AtRisk, else any Unknown, else Stale
//
// Of several that are equally good, it is the one with the latest due instant, where none is later
// than any, and of these the first. FreshUntil is the latest of those that are Fresh or AtRisk, for
// the promise is kept as long as one of them is; NextCheck is the earliest of them all.
// [AnyOf.Results] yields the results of the other policies too. An empty AnyOf is not valid and
// measures nothing.
type AnyOf []Policy

// Validate refuses an empty list, and names each fault of a policy in it by
// its index: "[1].warn: -1h0m0s is negative".
func (p AllOf) Validate() error { return validateList(p) }

// Validate refuses an empty list, and names each fault of a policy in it by
// its index: "[1].warn: -1h0m0s is negative".
func (p AnyOf) Validate() error { return validateList(p) }

// Results yields the result of each of the policies, in order.
func (p AllOf) Results(landed Landings, now time.Time) iter.Seq[Result] {
	return results(p, landed, now)
}

// Results yields the result of each of the policies, in order.
func (p AnyOf) Results(landed Landings, now time.Time) iter.Seq[Result] {
	return results(p, landed, now)
}

// The ranks are, for each status, how strongly it decides.
var (
	allRank = [...]int{Unknown: 2, Fresh: 0, AtRisk: 1, Stale: 3}
	anyRank = [...]int{Unknown: 1, Fresh: 3, AtRisk: 2, Stale: 0}
)

// Check judges with all the policies. See [Policy].
func (p AllOf) Check(landed Landings, now time.Time) Result {
	if len(p) == 0 {
		return NotMeasured(ErrInvalid, now)
	}
	var worst Result
	var until, next time.Time
	for i, policy := range p {
		r := checkPart(policy, landed, now)
		if r.Kept() {
			until = exact.Earlier(until, r.FreshUntil)
		}
		next = exact.Earlier(next, r.NextCheck)
		more := rank(allRank[:], r.Status) - rank(allRank[:], worst.Status)
		if i == 0 || more > 0 || more == 0 && dueBefore(r, worst) {
			worst = r
		}
	}

	worst.NextCheck, worst.FreshUntil = next, time.Time{}
	if worst.Kept() {
		worst.FreshUntil = until
	}
	return worst
}

// Check judges with all the policies. See [Policy].
func (p AnyOf) Check(landed Landings, now time.Time) Result {
	if len(p) == 0 {
		return NotMeasured(ErrInvalid, now)
	}
	var best Result
	var until, next time.Time
	endless := false
	for i, policy := range p {
		r := checkPart(policy, landed, now)
		// One kept policy keeps all, so that the result stays kept as long as the last of them
		// does.
		if r.Kept() {
			endless = endless || r.FreshUntil.IsZero()
			until = exact.Later(until, r.FreshUntil)
		}
		next = exact.Earlier(next, r.NextCheck)
		// Among equal statuses the one that is due first decides, for it is the next to change.
		more := rank(anyRank[:], r.Status) - rank(anyRank[:], best.Status)
		if i == 0 || more > 0 || more == 0 && dueBefore(best, r) {
			best = r
		}
	}

	best.NextCheck, best.FreshUntil = next, time.Time{}
	if best.Kept() && !endless {
		best.FreshUntil = until
	}
	return best
}

// rank returns the rank of a status. One that does not exist decides like Unknown.
func rank(ranks []int, s Status) int {
	if s < 0 || int(s) >= len(ranks) {
		s = Unknown
	}
	return ranks[s]
}

// dueBefore reports whether a is due before b; no due instant comes last.
func dueBefore(a, b Result) bool {
	return !a.Due.IsZero() && (b.Due.IsZero() || a.Due.Before(b.Due))
}

func checkPart(p Policy, landed Landings, now time.Time) (r Result) {
	if p == nil {
		return NotMeasured(ErrInvalid, now)
	}
	defer containPolicy(&r, now)
	return p.Check(landed, now)
}

func results(list []Policy, landed Landings, now time.Time) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		for _, policy := range list {
			if !yield(checkPart(policy, landed, now)) {
				return
			}
		}
	}
}

func (p AllOf) encode(f *fault.List, path string) (string, any) {
	return "all_of", encodeList(f, path, p)
}

func (p AnyOf) encode(f *fault.List, path string) (string, any) {
	return "any_of", encodeList(f, path, p)
}

func decodeAllOf(d *decoder, path string, v jsontree.Value, depth int) Policy {
	return AllOf(d.list(path, v, depth))
}

func decodeAnyOf(d *decoder, path string, v jsontree.Value, depth int) Policy {
	return AnyOf(d.list(path, v, depth))
}

func (p AllOf) parts() []Policy { return p }

func (p AnyOf) parts() []Policy { return p }

package freshness

import "time"

// NewAt returns the policy for an asset that was created at an instant: what was due before is not
// judged. A policy that has a Since of its own keeps it, and one of another package stays as it is.
func NewAt(p Policy, created time.Time) Policy {
	if has, ok := p.(interface{ since(time.Time) Policy }); ok && builtin(p) {
		return has.since(created)
	}
	return p
}

func (p MaxAge) since(created time.Time) Policy {
	p.Since = orSince(p.Since, created)
	return p
}

func (p Cadence) since(created time.Time) Policy {
	p.Since = orSince(p.Since, created)
	return p
}

func (p Deadline) since(created time.Time) Policy {
	p.Since = orSince(p.Since, created)
	return p
}

func orSince(own, created time.Time) time.Time {
	if own.IsZero() {
		return created
	}
	return own
}

func (p Paused) since(created time.Time) Policy {
	p.Policy = NewAt(p.Policy, created)
	return p
}

func (p During) since(created time.Time) Policy {
	p.Policy = NewAt(p.Policy, created)
	return p
}

func (p AllOf) since(created time.Time) Policy { return AllOf(newParts(p, created)) }

func (p AnyOf) since(created time.Time) Policy { return AnyOf(newParts(p, created)) }

func newParts(list []Policy, created time.Time) []Policy {
	parts := make([]Policy, len(list))
	for i, p := range list {
		parts[i] = NewAt(p, created)
	}
	return parts
}

package freshness

import "time"

// Location returns the location in which p counts days and hours: that of its schedule or of its
// working time. It returns nil if p has none.
func Location(p Policy) *time.Location {
	if has, ok := p.(interface{ Location() *time.Location }); ok {
		return has.Location()
	}
	if w, ok := p.(wrapper); ok {
		return Location(w.Unwrap())
	}
	if c, ok := p.(combination); ok {
		for _, part := range c.parts() {
			if loc := Location(part); loc != nil {
				return loc
			}
		}
	}
	return nil
}

// Location returns the location of the schedule.
func (p Deadline) Location() *time.Location { return p.Due.Location() }

// Location returns the location of the working time, and nil if all time counts.
func (p MaxAge) Location() *time.Location {
	if p.Hours.IsZero() {
		return nil
	}
	return p.Hours.Location()
}

// Location returns the location of the policy in it, or else that of the hours.
func (p During) Location() *time.Location {
	if loc := Location(p.Policy); loc != nil {
		return loc
	}
	return p.Hours.Location()
}

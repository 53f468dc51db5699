package fault

import "slices"

// All returns the faults that are listed, and behind them one that counts those that are not, if
// there are such. The slice is a copy; the faults belong to the list.
func (l *List) All() []*FieldError {
	if l.more == 0 {
		return slices.Clone(l.found)
	}
	return append(slices.Clone(l.found), &FieldError{Err: rest(l.more)})
}

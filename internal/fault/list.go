package fault

import (
	"errors"
	"fmt"
)

// Most bounds a joined error: a million broken edges are one mistake, and a million lines help no
// reader. The faults beyond it are counted.
const Most = 100

// A List collects faults in the order in which they are found. The zero List is empty.
// A List must not be used from several goroutines at once.
type List struct {
	found []*FieldError
	more  int // faults beyond Most
}

// rest counts faults that are not listed. It is the last line of a joined error.
type rest int

func (n rest) Error() string {
	if n == 1 {
		return "and 1 more fault"
	}
	return fmt.Sprintf("and %d more faults", int(n))
}

// Add adds one fault. The format and its arguments are those of [fmt.Errorf].
func (l *List) Add(path, format string, args ...any) { l.Put(New(path, format, args...)) }

// Put adds one fault as it is. One that counts the rest of another list adds to the count.
func (l *List) Put(f *FieldError) {
	var others rest
	switch {
	case errors.As(f.Err, &others):
		l.more += int(others)
	case len(l.found) == Most:
		l.more++
	default:
		l.found = append(l.found, f)
	}
}

// Below adds everything that err joins, each fault with path in front of its own. A nil err adds
// nothing.
func (l *List) Below(path string, err error) {
	if err == nil {
		return
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			l.Below(path, one)
		}
		return
	}

	var inner *FieldError
	if !errors.As(err, &inner) {
		l.Put(&FieldError{Path: path, Err: err})
		return
	}
	moved := *inner
	moved.Path = Join(path, inner.Path)
	l.Put(&moved)
}

// Merge adds the faults of another list for which keep returns true, and what that list has only
// counted.
func (l *List) Merge(other *List, keep func(*FieldError) bool) {
	for _, f := range other.found {
		if keep(f) {
			l.Put(f)
		}
	}
	l.more += other.more
}

// Found returns the faults that are listed. The slice belongs to the list.
func (l *List) Found() []*FieldError { return l.found }

// Len returns how many faults there are, those included that are only counted.
func (l *List) Len() int { return len(l.found) + l.more }

// Has reports whether a fault is listed at path, or at something in it.
func (l *List) Has(path string) bool {
	for _, f := range l.found {
		if Within(path, f.Path) {
			return true
		}
	}
	return false
}

// Err joins all faults, each a [*FieldError]. It returns nil if there are none.
func (l *List) Err() error {
	if l.Len() == 0 {
		return nil
	}
	list := make([]error, 0, len(l.found)+1)
	for _, f := range l.found {
		list = append(list, f)
	}
	if l.more > 0 {
		list = append(list, &FieldError{Err: rest(l.more)})
	}
	return errors.Join(list...)
}

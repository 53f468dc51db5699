package fault

import (
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKind(t *testing.T) {
	kind, other := errors.New("a kind"), errors.New("another kind")
	err := Kind(kind, "line %d: %w", 3, io.ErrUnexpectedEOF)
	assert.EqualError(t, err, "line 3: unexpected EOF")
	assert.ErrorIs(t, err, kind)
	assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.NotErrorIs(t, err, other)
	assert.NotErrorIs(t, Kind(kind, "no cause"), io.ErrUnexpectedEOF)
	assert.ErrorIs(t, &FieldError{Path: "a", Err: err}, kind)
}

func TestAll(t *testing.T) {
	var l List
	assert.Empty(t, l.All())
	for range Most {
		l.Add("a", "is missing")
	}
	assert.Len(t, l.All(), Most)

	l.Add("b", "is missing")
	l.Add("c", "is missing")
	all := l.All()
	assert.Len(t, all, Most+1)
	assert.EqualError(t, all[Most], "and 2 more faults")
	all[0] = nil
	assert.NotNil(t, l.Found()[0])
}
